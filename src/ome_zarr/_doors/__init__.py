"""What ome-zarr-py's functions mean in this library's words; shared by the doors."""
