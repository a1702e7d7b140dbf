"""Which communities count, as of a day, as known at an instant, by a published rule set."""
