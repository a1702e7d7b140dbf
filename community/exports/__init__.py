"""What is done with lists: taken along as files (exactly the current filter, permission asked
again, logged), and filters kept under a name."""
