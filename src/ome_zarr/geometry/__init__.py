"""Which pixels: whole numbers only, no pixels, no I/O."""
