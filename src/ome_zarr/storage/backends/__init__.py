"""One module per engine that writes chunks."""
