"""What is measured beside the pyramids of one image: a module for each table, with ``measured(wish)``."""
