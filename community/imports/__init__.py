"""Workbooks in: batches, and taking one back."""
