"""How fast and how small this package is, beside the floor and beside others: ``python -m benchmarks``.

Every contestant is a process of its own that makes the same pyramid from the same pixels, with the same
chunks and, where it takes one, the same codec. Wall time and peak memory are those of the whole process,
its start and its imports included.
"""
