"""Requests to servers that fail for a moment: sent again, a few times, with pauses."""

import random
from asyncio import sleep
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from time import monotonic

from zarr.abc.store import ByteRequest, RangeByteRequest, Store
from zarr.core.buffer import Buffer, BufferPrototype, default_buffer_prototype
from zarr.storage import FsspecStore, WrapperStore

from ome_zarr.chunks.redaction import without_secrets
from ome_zarr.errors import OmeZarrError, UnreachableError

__all__ = ["LONGEST_S", "TRIES", "RetryingStore", "is_passing"]

TRIES = 5
"""Of one request."""

LONGEST_S = 30.0
"""After which no request is sent again."""

_FIRST_PAUSE_S = 0.2
"""On average; each is twice the one before."""

_ABSENT = (FileNotFoundError, IsADirectoryError, NotADirectoryError)
"""What stores take for the absence of a key, where it is one."""

_MISUSED = (NotImplementedError, TypeError, ValueError, LookupError)
"""Not the server's doing."""

_PASSING_STATUS = (408, 425, 429)
"""Of HTTP: a time-out, too early, too many requests (RFC 9110, 8470 and 6585); and all from 500 on."""


_REFUSALS = ("PermissionDeniedError", "UnauthenticatedError")
"""Of obstore, which are no `PermissionError`."""


class RetryingStore(WrapperStore[Store]):
    """A store on a server, whose requests are sent again when the server or the connection fails.

    All requests are such that it does no harm to send them twice: an object is written whole. There are at most
    `TRIES`, with growing pauses of random length (or as long as the server asks for), and none after `LONGEST_S`.
    What fails in the end is an :class:`ome_zarr.errors.UnreachableError`; a refusal or a failure of the server is never
    taken for the absence of a key.

    Parameters
    ----------
    store
        Reached through fsspec or obstore, without repetitions of its own.
    """

    async def get(self, key: str, prototype: BufferPrototype, byte_range: ByteRequest | None = None) -> Buffer | None:
        """See `Store.get`."""
        return await self._again(key, lambda: self._store.get(key, prototype, byte_range))

    async def get_partial_values(
        self, prototype: BufferPrototype, key_ranges: Iterable[tuple[str, ByteRequest | None]]
    ) -> list[Buffer | None]:
        """See `Store.get_partial_values`."""
        return [await self.get(key, prototype, byte_range) for key, byte_range in key_ranges]

    get_ranges = Store.get_ranges  # type: ignore[assignment] # those of the base class come here one by one
    _get_many = Store._get_many  # noqa: SLF001 - as above
    _set_many = Store._set_many  # noqa: SLF001 - as above
    is_empty = Store.is_empty

    async def exists(self, key: str) -> bool:
        """See `Store.exists`."""
        return await self.get(key, default_buffer_prototype(), RangeByteRequest(0, 1)) is not None

    async def getsize(self, key: str) -> int:
        """See `Store.getsize`."""
        return await self._again(key, lambda: self._store.getsize(key))

    async def set(self, key: str, value: Buffer) -> None:
        """See `Store.set`."""
        await self._again(key, lambda: self._store.set(key, value))

    async def set_if_not_exists(self, key: str, value: Buffer) -> None:
        """Store a value unless there is one: in one step where the server can, else it is looked for before."""
        await self._again(key, lambda: self._create(key, value))

    async def delete(self, key: str) -> None:
        """See `Store.delete`."""
        await self._again(key, lambda: self._store.delete(key))

    async def delete_dir(self, prefix: str) -> None:
        """See `Store.delete_dir`."""
        await self._again(prefix, lambda: self._store.delete_dir(prefix))

    async def list(self) -> AsyncIterator[str]:
        """See `Store.list`."""
        for key in await self._again("", lambda: _all(self._store.list())):
            yield key

    async def list_prefix(self, prefix: str) -> AsyncIterator[str]:
        """See `Store.list_prefix`."""
        for key in await self._again(prefix, lambda: _all(self._store.list_prefix(prefix))):
            yield key

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        """See `Store.list_dir`."""
        for key in await self._again(prefix, lambda: _all(self._store.list_dir(prefix))):
            yield key

    def __str__(self) -> str:
        return str(self._store)

    async def _create(self, key: str, value: Buffer) -> None:
        store = self._store
        if not isinstance(store, FsspecStore) or "s3" not in store.fs.protocol:
            await store.set_if_not_exists(key, value)
            return
        try:  # S3 can, and zarr's store does not ask it to
            await store.fs._pipe_file(f"{store.path}/{key}", value.to_bytes(), mode="create")  # noqa: SLF001 - fsspec's
        except OSError:
            if not await self.exists(key):
                raise

    async def _again[T](self, key: str, ask: Callable[[], Awaitable[T]]) -> T:
        """What a request gives, which is sent again while it fails for a moment."""
        begun = monotonic()
        for tried in range(1, TRIES + 1):
            try:
                return await ask()
            except (OmeZarrError, *_ABSENT, *_MISUSED):
                raise
            except Exception as error:
                pause = _pause(error, tried)
                if tried == TRIES or not is_passing(error) or monotonic() + pause > begun + LONGEST_S:
                    raise self._failure(key, error, tried) from error
                await sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _failure(self, key: str, error: Exception, tried: int) -> UnreachableError:
        often = f" {tried} times" if tried > 1 else ""
        reason = str(error).partition("\n")[0]  # what follows is for those who mend the library
        return UnreachableError(
            without_secrets(f"{key!r} in {self} was asked for{often}: {type(error).__name__}: {reason}; ")
            + "see whether the address, the connection and the permissions are right"
        )


def is_passing(error: Exception) -> bool:
    """Whether a request that fails so may succeed a moment later."""
    status = getattr(error, "status", None)
    if isinstance(status, int):
        return status >= 500 or status in _PASSING_STATUS
    return not isinstance(error, PermissionError | FileExistsError) and type(error).__name__ not in _REFUSALS


def _pause(error: Exception, tried: int) -> float:
    """Seconds until the next request: as the server asks for, or more each time and never the same for two clients."""
    asked = (getattr(error, "headers", None) or {}).get("Retry-After", "")
    if asked.isdigit():
        return float(asked)
    return float(_FIRST_PAUSE_S * 2 ** (tried - 1) * random.uniform(0.5, 1.5))  # noqa: S311 - no secret


async def _all(keys: AsyncIterator[str]) -> list[str]:
    return [key async for key in keys]
