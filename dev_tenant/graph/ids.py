"""Identifiers of calendar items.

Default ids change when an item changes calendar; immutable ones do not. Two items made
one after the other have ids that differ only in the case of one letter, so that whoever
folds case mixes them up at once. Occurrences carry their master's id and a date.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from dev_tenant.tenant import Event, Mailbox

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EPOCH = date(1980, 1, 1)
WIDTH = 6  #: letters of a number
DEFAULT, IMMUTABLE = "AAMkA", "AAkALg"


@dataclass(frozen=True)
class Name:
    """What an id names: an item, or one occurrence of it by its original date."""

    number: int | None  #: of the default id
    key: str | None  #: of the immutable id
    day: str | None


def default_id(box: Mailbox, number: int, day: str | None = None) -> str:
    return f"{DEFAULT}{_stem(box)}{_letters(number)}{_day(day)}AAA="


def immutable_id(box: Mailbox, key: str, day: str | None = None) -> str:
    return f"{IMMUTABLE}{_stem(box)}{_letters(int(key[1:]))}{_day(day)}AAA="


def event_id(
    box: Mailbox, event: Event, day: str | None = None, *, immutable: bool
) -> str:
    if immutable:
        return immutable_id(box, event.key, day)
    return default_id(box, event.number, day)


def read_id(box: Mailbox, text: str) -> Name | None:
    """What `text` names in this mailbox; None when it is no id of it."""
    stem = _stem(box)
    for prefix in (DEFAULT, IMMUTABLE):
        head = prefix + stem
        if text.startswith(head) and text.endswith("AAA="):
            rest = text[len(head) : -len("AAA=")]
            number = _number(rest[:WIDTH])
            if number is None:
                return None
            day = _read_day(rest[WIDTH:]) if rest[WIDTH:] else None
            if prefix == DEFAULT:
                return Name(number, None, day)
            return Name(None, f"e{number}", day)
    return None


def find(box: Mailbox, text: str) -> tuple[Event, str | None] | None:
    """The event (and the day of its occurrence) an id stands for."""
    name = read_id(box, text)
    if name is None:
        return None
    if name.key is not None:
        event = box.events.get(name.key)
    else:
        event = next((e for e in box.events.values() if e.number == name.number), None)
    return None if event is None else (event, name.day)


def change_key(box: Mailbox, version: int) -> str:
    return f"{_stem(box)[:12]}{version:06d}AAA=="


def ical_uid(user: str, key: str) -> str:
    digest = hashlib.sha256(f"{user}/{key}".encode()).hexdigest().upper()
    return f"040000008200E00074C5B7101A82E00800000000{digest[:48]}"


def _stem(box: Mailbox) -> str:
    return "G" + box.user.replace("-", "")[:20] + "BGAAA"


def _letters(number: int) -> str:
    """Six letters; 2n and 2n + 1 differ in the case of the last one alone."""
    half, odd = divmod(number, 2)
    text = ""
    for _ in range(WIDTH):
        half, letter = divmod(half, 26)
        text = LETTERS[letter] + text
    return text[:5] + (text[5].lower() if odd else text[5])


def _number(text: str) -> int | None:
    if len(text) != WIDTH or not text.isascii() or not text.isalpha():
        return None
    if not text[:5].isupper():
        return None
    half = 0
    for letter in text.upper():
        half = half * 26 + LETTERS.index(letter)
    return half * 2 + (1 if text[5].islower() else 0)


def _day(day: str | None) -> str:
    if day is None:
        return ""
    return f"-Oc{(date.fromisoformat(day) - _EPOCH).days:05x}"


def _read_day(text: str) -> str | None:
    try:
        return date.fromordinal(
            _EPOCH.toordinal() + int(text.removeprefix("-Oc"), 16)
        ).isoformat()
    except ValueError:
        return None
