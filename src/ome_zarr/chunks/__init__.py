"""One stored object of a zarr array, encoded and decoded on the thread that asks.

zarr's own reads and writes pass through an event loop, which costs about a millisecond per object and
serialises callers. An engine that has its own threads needs neither: here an *object* (what one store key
holds: a shard where the array is sharded, else a chunk) becomes a block, or a block an object, by calling
the codecs directly.
"""
