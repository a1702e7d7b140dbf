"""How long it takes to log: the pages as a practised clerk works them, by keystrokes."""
