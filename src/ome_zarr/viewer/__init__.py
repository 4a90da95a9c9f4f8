"""Looking at images in a browser: files served to it, and the addresses of pages that show them."""
