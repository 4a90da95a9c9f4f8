"""Test kits for those who write sources, sinks and stores of their own."""
