"""Whether what was written to find somebody names her, or an appointment."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache

from booking.saying.items import could_be_reference

#: Fewer letters would find half of all people.
_LETTERS_MIN = 2


def as_reference(whom: str) -> str | None:
    """Give the reference that this may be, as references are written."""
    tight = whom.strip().upper()
    return tight if could_be_reference(tight) else None


def called(names: Collection[str], whom: str, *, bent: bool = False) -> set[str]:
    """Give those names of which each word of `whom` begins a word, dots or no dots.

    `bent`: or is such a word in another form, as in a sentence: *Virtasen*, *Maijalle*,
    *Svenssons*, *Virtanen's*. Of thousands of names only those are taken apart in which
    the letters occur at all.
    """
    asked = _words(whom)
    if sum(map(len, asked)) < _LETTERS_MIN:
        return set()
    if bent and asked[-1] == "s" and len(asked) > 1:
        asked.pop()
    meant = [(each, _plain(each) if bent else frozenset[str]()) for each in asked]
    first, others = meant[0]
    occurs = re.compile("|".join(map(re.escape, (first, *others)))).search
    return {
        name
        for name, bare in zip(names, _all_bare(names), strict=True)
        if (not bare.isascii() or occurs(bare)) and _is_called(bare, meant)
    }


def _is_called(bare: str, meant: Sequence[tuple[str, frozenset[str]]]) -> bool:
    words = _words_in(bare)
    return all(
        any(word.startswith(each) or word in others for word in words)
        for each, others in meant
    )


#: What Finnish and Swedish put behind a name.
_ENDINGS = ("lle", "lta", "lla", "sta", "ssa", "n", "a", "ta", "s")
#: Of a name shorter than this hardly anything is left.
_STEM_MIN = 3
#: What a stem has and the name has not: *Virran* of Virta, *Lehdon* of Lehto.
_GRADES = {"rr": "rt", "nn": "nt", "ll": "lt", "mm": "mp", "ng": "nk"}
_SINGLE = {"d": "t", "k": "kk", "p": "pp", "t": "tt", "v": "p"}
_VOWELS = frozenset("aeiouy")


@lru_cache(maxsize=64)
def _plain(asked: str) -> frozenset[str]:
    """Give what the name may be of which this is another form."""
    stems = {
        asked.removesuffix(each)
        for each in _ENDINGS
        if asked.endswith(each) and len(asked) - len(each) >= _STEM_MIN
    }
    graded = stems | {one for each in stems for one in _strong(each)}
    found = set(graded)
    for each in graded:
        found |= {f"{each[:-1]}i"} if each[-1] == "e" else set()
        found |= {each[:-1]} if each[-1] == "i" else set()
        found |= {f"{each[:-2]}nen"} if each.endswith("se") else set()
    return frozenset(found)


def _strong(stem: str) -> set[str]:
    """Give the stem as it is in the name: *Matin* of Matti, *Joen* of Joki."""
    before, last = stem[:-1], stem[-1]
    if last not in _VOWELS:
        return set()
    if before[-1] in _VOWELS:
        return {f"{before}k{last}"}
    found = (
        {f"{before[:-2]}{_GRADES[before[-2:]]}{last}"}
        if before[-2:] in _GRADES
        else set()
    )
    if before[-1] in _SINGLE:
        found.add(f"{before[:-1]}{_SINGLE[before[-1]]}{last}")
    return found


def _words(said: str) -> list[str]:
    return _words_in(_bare(said))


def _words_in(bare: str) -> list[str]:
    if bare.isascii():  # Nearly all names are by now.
        return _LETTERS.findall(bare)
    letters = (
        mark if mark.isalnum() else " "
        for mark in bare
        if unicodedata.category(mark) != "Mn"
    )
    return "".join(letters).split()


def _bare(said: str) -> str:
    """Give it in small letters without their dots."""
    return _DOTS.sub("", unicodedata.normalize("NFKD", said.casefold()))


def _all_bare(names: Collection[str]) -> list[str]:
    """Do so with many at once: most of the time goes into beginning each."""
    found = _bare("\n".join(names)).split("\n")
    return found if len(found) == len(names) else [_bare(each) for each in names]


#: What stands on letters of ours once they are taken apart.
_DOTS = re.compile("[\u0300-\u036f]+")
_LETTERS = re.compile(r"[a-z0-9]+")
