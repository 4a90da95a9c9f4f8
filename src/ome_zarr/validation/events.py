"""What is told while stored objects are looked at: for progress bars and logs."""

from dataclasses import dataclass

__all__ = ["ObjectSeen", "VerifyStarted"]


@dataclass(frozen=True, slots=True)
class VerifyStarted:
    """What is there is known; its chunks and shards are looked at.

    Attributes
    ----------
    objects
        How many there may be.
    bytes_total
        Of their pixels, not compressed.
    """

    objects: int
    bytes_total: int


@dataclass(frozen=True, slots=True)
class ObjectSeen:
    """A chunk or shard has been looked at.

    Attributes
    ----------
    key
        Below the target.
    bytes_seen
        Of its pixels, not compressed.
    """

    key: str
    bytes_seen: int
