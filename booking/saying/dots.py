"""Words written without their dots, as on a telephone: *siirra*, *tanaan*, *nasta*.

Only a word that is none as it stands, and is one of ours with its dots, is written so;
whatever may be a name, or a word of another meaning, stays as it is.
"""

import re
from functools import cache

from booking.model import Language
from booking.saying import absent, reporting
from booking.saying.words import phrases

_WORD = re.compile(r"[^\W\d_]+")
_PLAIN = str.maketrans("äöå", "aoa")
#: Shorter ones are too often something else: *ar*, *at*, *for*, *pa*.
_SHORTEST = 4
#: Words of their own: *en andra tid* changes nothing, and *for stall* is no cancelling.
_OTHERS = frozenset({"andra"})


@cache
def _dotted() -> dict[str, str]:
    known = absent.KNOWN | reporting.known()
    known |= {word for each in Language for phrase in phrases(each) for word in phrase}
    found: dict[str, str] = {}
    for word in sorted(known):
        plain = word.translate(_PLAIN)
        short = len(plain) < _SHORTEST
        if plain not in known | _OTHERS and not short:
            found.setdefault(plain, word)
    return found


def dotted(said: str) -> str:
    """Write a tidy sentence with its dots; of names only what begins it can be a word."""
    begins = len(said) - len(said.lstrip())

    def word(found: re.Match[str]) -> str:
        plain = found[0]
        small = plain.casefold()
        with_dots = _dotted().get(small)
        named = plain != small and found.start() > begins
        if with_dots is None or named:
            return plain
        return with_dots if plain == small else with_dots.capitalize()

    return _WORD.sub(word, said)
