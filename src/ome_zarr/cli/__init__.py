"""The command line ``ome_zarr``: parses and prints, decides nothing.

One module per command. Building the parser imports nothing heavy, so that ``--help`` answers at once; a
command imports what it needs when it runs.
"""

from ome_zarr.cli.program import main

__all__ = ["main"]
