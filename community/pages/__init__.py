"""Every page that joins features."""
