"""What a user says: opening and writing images."""
