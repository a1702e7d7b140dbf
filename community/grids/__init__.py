"""Many records at once: a table of up to two hundred rows, typed or pasted, all or nothing."""
