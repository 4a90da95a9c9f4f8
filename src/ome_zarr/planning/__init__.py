"""What will be done and what it will cost: pure, nothing is read or written."""
