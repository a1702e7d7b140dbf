"""The demonstration: invented schools under real township names, and accounts for every role."""
