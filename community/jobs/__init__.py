"""Long work: jobs with progress, cancel, a failure that stays visible, and a result."""
