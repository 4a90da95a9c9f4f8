"""Where pixels come from: anything with pixels becomes a `Source`.

One module per kind of thing; what each of them needs is imported when the first such thing arrives.
"""

from ome_zarr.sources.adapt import as_source
from ome_zarr.sources.protocol import Hints, Source, SourceSpec

__all__ = ["Hints", "Source", "SourceSpec", "as_source"]
