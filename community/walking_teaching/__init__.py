"""Walking-teaching (走教): teachers who teach at another school of their community."""
