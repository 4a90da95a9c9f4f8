"""How long servers are waited for, in the words of the libraries that ask them."""

from collections.abc import Mapping
from datetime import timedelta

__all__ = ["CONNECT_S", "SILENT_S", "fsspec_options", "obstore_options"]

CONNECT_S = 10.0
"""Until a server has taken the connection."""

SILENT_S = 10.0
"""Without a byte of the answer. A large object may take any time, as long as it comes."""


def fsspec_options(url: str, options: Mapping[str, object]) -> dict[str, object]:
    """The options of a file system of fsspec's; what the user says comes first.

    S3 and HTTP are told how long to wait. S3's own repetitions are off, for `ome_zarr.storage.retrying` sends requests
    again for all alike; so is its memory of listings, which does not know what others write; and an object is asked for
    once, not for its size before.
    """
    scheme = url.partition("://")[0].lower()
    if scheme in ("s3", "s3a"):
        waiting = {"connect_timeout": CONNECT_S, "read_timeout": SILENT_S, "retries": {"max_attempts": 0}}
        ours = {"use_listings_cache": False, "max_concurrency": 1}
        return {**ours, **options, "config_kwargs": {**waiting, **_of(options, "config_kwargs")}}
    if scheme in ("http", "https"):
        from aiohttp import ClientTimeout  # noqa: PLC0415 - only for web servers

        timeout = ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENT_S)
        return {**options, "client_kwargs": {"timeout": timeout, **_of(options, "client_kwargs")}}
    return dict(options)


def obstore_options(options: Mapping[str, object]) -> dict[str, object]:
    """The options of a store of obstore's; what the user says comes first."""
    waiting = {"connect_timeout": timedelta(seconds=CONNECT_S), "read_timeout": timedelta(seconds=SILENT_S)}
    return {
        "retry_config": {"max_retries": 0},
        **options,
        "client_options": {**waiting, **_of(options, "client_options")},
    }


def _of(options: Mapping[str, object], name: str) -> Mapping[str, object]:
    """The options within an option."""
    found = options.get(name)
    return found if isinstance(found, Mapping) else {}
