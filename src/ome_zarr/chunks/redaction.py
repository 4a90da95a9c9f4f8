"""What messages may say of places: no passwords, no signatures."""

import re

__all__ = ["without_secrets"]

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)(?:[^\s/?#'\"<>@]*@)?([^\s?#'\"<>,]*)(?:[?#][^\s'\"<>]*)?")


def without_secrets(text: str) -> str:
    """The text, with all URLs in it without user, password, query and fragment, which may hold credentials.

    Examples
    --------
    >>> without_secrets("no answer of https://me:secret@host/a.zarr?signature=4f2a")
    'no answer of https://host/a.zarr'
    """
    return _URL.sub(r"\1\2", text)
