"""Evidence (佐证材料): files that people hand in, kept by what is in them and not by their name."""
