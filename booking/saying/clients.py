"""Whom an appointment is for, where she is named beside the word for booking.

Only what looks like a name is one, and it is kept as it was written: who she is among
the clients that are known is for the form to say, not for a sentence.
"""

from collections.abc import Sequence
from itertools import pairwise

from booking.saying.commands import WHOM_MAX
from booking.saying.items import Item, Items
from booking.saying.words import Kind

#: Of a name in small letters: more is a sentence.
_WORDS_MAX = 3


def whole(items: Items, at: Sequence[int]) -> list[int]:
    """Give the places of a name's words with what joins them: *von*, *de*, a hyphen."""
    found = list(at[:1])
    for before, here in pairwise(at):
        between = range(before + 1, here)
        found += between if all(_joins(items.at(each)) for each in between) else ()
        found.append(here)
    return found


def named(items: Items, at: Sequence[int]) -> str:
    """Write the name that stands at these places."""
    said = ""
    for index in at:
        here = items.at(index)
        said += here.text if here.glued and index - 1 in at else f" {here.text}"
    return said[: WHOM_MAX + 1].strip()


def in_small(items: Items, at: Sequence[int]) -> str:
    """Write what may be a name though nobody wrote it as one; empty: it is none."""
    words = [items.at(each) for each in at]
    in_a_row = list(at) == list(range(at[0], at[0] + len(at))) if at else False
    if not in_a_row or len(at) > _WORDS_MAX or not all(map(_is_word, words)):
        return ""
    capital = [f"{each.text[0].upper()}{each.text[1:]}" for each in words]
    return " ".join(capital)[:WHOM_MAX].strip()


def _is_word(item: Item) -> bool:
    letters = item.text.replace("'", "").replace("\u2019", "")
    known = item.value or item.kind is Kind.WEEK
    return not known and len(letters) > 1 and letters.isalpha()


def _joins(item: Item) -> bool:
    small = item.kind in {Kind.STRANGE, Kind.FILLER, Kind.THE} and _is_word(item)
    return small or item.is_("-")
