"""Resource transfers (资源调配): what one school hands to another, for good or as a loan."""
