"""Printed reports: made from a count, kept as they were issued."""
