"""What the pages of the registers send."""
