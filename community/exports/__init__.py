"""Lists taken along as files: exactly the current filter, permission asked again, logged."""
