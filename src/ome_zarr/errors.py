"""The errors and warnings of the package.

::

    Exception
    ├── OmeZarrError
    │   ├── RecipeError            (ValueError, TypeError)  a wish that cannot be fulfilled
    │   ├── DocumentError          (ValueError)             a store or file says something wrong
    │   ├── NotFoundError          (FileNotFoundError)      nothing is there
    │   │   └── MissingChunkError                           pixels were stored and are gone
    │   ├── UnreachableError       (OSError)                a store gives no answer
    │   ├── ExistsError            (FileExistsError)        something is there already
    │   ├── TargetError            (OSError)                the target cannot be written
    │   │   └── TargetBusy                                  somebody else is writing it
    │   ├── BudgetError            (MemoryError)            does not fit the memory budget
    │   ├── MissingDependencyError (ImportError)            an optional package is not installed
    │   └── IncompleteError        (RuntimeError)           the image was never finished
    └── Warning
        └── OmeZarrWarning         (UserWarning)            the result is right, the wish was bent
            ├── DocumentWarning                             a document is odd, and was understood in part
            └── PerformanceWarning                          the result is right, and slow

A message says what was found and where, what is allowed, and what to do.
"""

__all__ = [
    "BudgetError",
    "DocumentError",
    "DocumentWarning",
    "ExistsError",
    "IncompleteError",
    "MissingChunkError",
    "MissingDependencyError",
    "NotFoundError",
    "OmeZarrError",
    "OmeZarrWarning",
    "PerformanceWarning",
    "RecipeError",
    "TargetBusy",
    "TargetError",
    "UnreachableError",
]


class OmeZarrError(Exception):
    """Base class of every error that this package raises on purpose."""


class RecipeError(OmeZarrError, ValueError, TypeError):
    """The caller wishes for something that cannot be done; nothing was written."""


class DocumentError(OmeZarrError, ValueError):
    """Metadata or data in a store or file breaks the rules of its format."""


class NotFoundError(OmeZarrError, FileNotFoundError):
    """There is nothing at the given place, or not what was asked for."""


class MissingChunkError(NotFoundError):
    """A chunk or shard that was stored is not there any more; its pixels are unknown, and not the fill value."""


class UnreachableError(OmeZarrError, OSError):
    """A store gives no answer: no connection, no permission, or a server that fails."""


class ExistsError(OmeZarrError, FileExistsError):
    """Something is already at the given place and was not to be replaced."""


class TargetError(OmeZarrError, OSError):
    """The target cannot be written: read-only, no permission, or not a place for an image."""


class TargetBusy(TargetError):  # noqa: N818 - what is the case, in a word, as `BlockingIOError` cannot say it
    """Another process or thread is writing an image to the same target."""


class BudgetError(OmeZarrError, MemoryError):
    """The work does not fit the memory budget; the message names the smallest that works."""


class MissingDependencyError(OmeZarrError, ImportError):
    """An optional package is needed and not installed; the message says how to install it."""


class IncompleteError(OmeZarrError, RuntimeError):
    """The image was begun and never finished."""


class OmeZarrWarning(UserWarning):
    """The result is right, but not quite what was asked for."""


class DocumentWarning(OmeZarrWarning):
    """Metadata in a store is a draft's, or malformed in a part that is not needed to show the pixels."""


class PerformanceWarning(OmeZarrWarning):
    """The result is right, but it takes longer than it needs to."""
