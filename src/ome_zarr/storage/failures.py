"""Failures of stores and file systems, told as what they mean for the image."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ome_zarr.chunks.redaction import without_secrets
from ome_zarr.errors import OmeZarrError, TargetError, UnreachableError

__all__ = ["as_target_errors", "unreachable"]


@contextmanager
def as_target_errors(what: str | Callable[[], str]) -> Iterator[None]:
    """Turn errors of the operating system, and of stores that cannot write, into `TargetError`; note others' place.

    Parameters
    ----------
    what
        Was being written; begins the message. Something to call where that is asked for often and needed rarely.
    """
    try:
        yield
    except OmeZarrError:
        raise
    except OSError as error:
        reason = without_secrets(str(error))
        message = f"{_told(what)} cannot be written: {reason}; make room, give access, or give another place"
        raise (TargetError(message) if error.errno is None else TargetError(error.errno, message)) from error
    except NotImplementedError as error:
        raise TargetError(f"{_told(what)} is in a store that cannot be written: {error}; give another place") from error
    except Exception as error:
        error.add_note(f"it arose when {_told(what)} was written")
        raise


def _told(what: str | Callable[[], str]) -> str:
    return what if isinstance(what, str) else what()


def unreachable(key: str, store: object, error: Exception) -> UnreachableError:
    """What an error means that a store raised when a key was read; to be raised."""
    return UnreachableError(
        without_secrets(f"{key!r} in {store} cannot be read: {type(error).__name__}: {error}; ")
        + "see whether the address, the connection and the permissions are right"
    )
