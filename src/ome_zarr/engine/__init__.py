"""Doing what a plan says: the only folder that owns threads."""
