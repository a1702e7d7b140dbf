"""What a report says: its basis, its ledgers, what is to be mended, and by whom."""
