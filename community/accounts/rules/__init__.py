"""Who reaches whom, what a password must withstand, and when a sign-in is heard."""
