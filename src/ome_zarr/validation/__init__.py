"""Is it right: what was found wrong or different, as data."""
