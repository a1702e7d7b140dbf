"""Divisions, schools with their designations and figures, school years and terms."""
