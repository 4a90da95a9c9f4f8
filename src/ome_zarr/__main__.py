"""``python -m ome_zarr``: the command line."""

import sys

from ome_zarr.cli import main

sys.exit(main())
