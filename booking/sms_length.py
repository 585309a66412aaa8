"""How long an SMS is, as the networks count it.

160 characters of the GSM alphabet go into one, of several joined 153 into each; one
character outside it, and there is room for 70 and 67 only.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Each takes the room of two.
_EXTENDED: Final = frozenset("^{}\\[~]|€\f")
_ONE, _OF_MANY = 160, 153
_ONE_WIDE, _OF_MANY_WIDE = 70, 67


@dataclass(frozen=True, slots=True)
class Length:
    characters: int
    parts: int
    wide: bool  #: A character outside the GSM alphabet makes it so.


def length(text: str) -> Length:
    """Count an SMS as it is sent."""
    wide = not set(text) <= _BASIC | _EXTENDED
    if wide:
        units = len(text.encode("utf-16-le")) // 2
        one, many = _ONE_WIDE, _OF_MANY_WIDE
    else:
        units = len(text) + sum(each in _EXTENDED for each in text)
        one, many = _ONE, _OF_MANY
    parts = 1 if units <= one else ceil(units / many)
    return Length(units, parts, wide)
