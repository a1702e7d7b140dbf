"""Communities, who belongs to them, and the papers that bind them."""
