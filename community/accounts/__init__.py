"""People: accounts with one role and one scope, signing in and out, sessions and passwords."""
