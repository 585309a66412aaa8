"""Whether what was written to find somebody names her, or an appointment."""

import unicodedata

from booking.saying.items import could_be_reference

#: Fewer letters would find half of all people.
_LETTERS_MIN = 2


def as_reference(whom: str) -> str | None:
    """Give the reference that this may be, as references are written."""
    tight = whom.strip().upper()
    return tight if could_be_reference(tight) else None


def is_called(name: str, whom: str) -> bool:
    """Say whether each word of `whom` begins a word of the name, dots or no dots."""
    asked, words = _words(whom), _words(name)
    if sum(map(len, asked)) < _LETTERS_MIN:
        return False
    return all(any(word.startswith(each) for word in words) for each in asked)


def _words(said: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", said.casefold())
    letters = (
        mark if mark.isalnum() else " "
        for mark in bare
        if unicodedata.category(mark) != "Mn"
    )
    return "".join(letters).split()
