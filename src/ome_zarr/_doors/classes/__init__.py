"""What the classes of ome-zarr-py need: between their models and ours, levels, graphs, and whole hierarchies."""
