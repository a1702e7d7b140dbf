"""What changed, by whom, in chains that show any tampering; and who signed in, saw or exported."""
