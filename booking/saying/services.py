"""Which service is named in a sentence, whatever its ending."""

import re
from collections.abc import Collection, Mapping

#: Of longer words the last letter may change: *alkuhaastatteluun*, *uraohjauksen*.
_LONG = 6
_ANY_END = r"\w*\s+"


def take(said: str, services: Mapping[str, Collection[str]]) -> tuple[str, str]:
    """Take the one service that is named out of a sentence: what is left, and its key.

    Where none is named, or more than one, nothing is taken and the key is empty.
    """
    found = {
        key: match
        for key, names in services.items()
        for name in names
        if (match := re.search(_pattern(name), said, re.IGNORECASE))
    }
    if len(found) != 1:
        return said, ""
    ((key, match),) = found.items()
    return f"{said[: match.start()]} {said[match.end() :]}", key


def _pattern(name: str) -> str:
    words = (
        re.escape(each[:-1] if len(each) > _LONG else each) for each in name.split()
    )
    return rf"(?<!\w){_ANY_END.join(words)}\w*"
