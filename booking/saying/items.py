"""A sentence taken apart: words with what they mean, numbers, marks between them."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from booking.model import REFERENCE_ALPHABET, REFERENCE_LENGTH, Language
from booking.saying.words import WORDS_MAX, Kind, only_in, sense

#: More than anybody asks for in a sentence.
TEXT_MAX = 1000
_DIGITS = "0123456789"
_IN_WORDS = "'\u2019"
#: How words begin that are made with the name of a day: *perjantaiaamuna*.
_DAYS = (
    *("maanantai", "tiistai", "keskiviik", "torstai", "perjantai", "lauantai"),
    *("sunnuntai", "huomen", "huomis", "ylihuom"),
    *("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag", "morgon"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
#: Longer numbers name no day and no hour.
_NUMBER_MAX = 4


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a sentence."""

    kind: Kind
    value: int
    text: str  #: As written.
    start: int
    end: int
    glued: bool  #: Nothing stands between it and the piece before.

    @property
    def titled(self) -> bool:
        """Whether it is written as names are."""
        return self.text.istitle() and len(self.text) > 1

    @property
    def capital(self) -> bool:
        """Whether it begins as names do, and is not all in capitals."""
        return self.text[0].isupper() and not self.text.isupper()

    def is_(self, *marks: str) -> bool:
        return self.kind is Kind.MARK and self.text in marks


END = Item(Kind.END, 0, "", -1, -1, glued=False)


class Items:
    """Pieces in their order; beyond the last there is only the end."""

    def __init__(self, found: Sequence[Item]) -> None:
        self._found = tuple(found)

    def __len__(self) -> int:
        return len(self._found)

    def at(self, index: int) -> Item:
        return self._found[index] if 0 <= index < len(self._found) else END

    def kinds(self, first: int, *kinds: Kind) -> bool:
        """Say whether pieces of these kinds stand here, one after the other."""
        return all(self.at(first + n).kind is kind for n, kind in enumerate(kinds))

    def any_of(self, *kinds: Kind) -> bool:
        return any(each.kind in kinds for each in self._found)

    def every(self, *kinds: Kind) -> list[Item]:
        return [each for each in self._found if each.kind in kinds]

    def rest(self, first: int) -> "Items":
        return Items(self._found[first:])

    def until(self, after_last: int) -> "Items":
        return Items(self._found[:after_last])


def tidy(said: str) -> str:
    """Give a sentence as it is taken apart: composed, and not without end."""
    whole = unicodedata.normalize("NFKC", said[:TEXT_MAX])
    for dotted in ("a.m.", "p.m.", "A.M.", "P.M."):
        whole = whole.replace(dotted, dotted.replace(".", ""))
    return whole


def items(said: str, language: Language) -> Items:
    """Take a tidy sentence apart; `language` is the writer's, if it tells nothing else."""
    runs = _runs(said)
    tongue = _tongue([said[a:b] for a, b in runs], language)
    found: list[Item] = []
    index = 0
    while index < len(runs):
        taken, item = _item(said, runs, index, tongue)
        found.append(item)
        index += taken
    return Items(found)


def _runs(said: str) -> list[tuple[int, int]]:
    """Cut into runs of letters, runs of digits, references, and single marks."""
    runs: list[tuple[int, int]] = []
    for start, end in _chunks(said):
        if is_reference(said[start:end]):
            runs.append((start, end))
            continue
        first = start
        for at in range(start + 1, end + 1):
            if at == end or (said[at] in _DIGITS) != (said[first] in _DIGITS):
                runs.append((first, at))
                first = at
    return runs


def _chunks(said: str) -> list[tuple[int, int]]:
    """Cut where there is a space or a mark; a mark is a chunk of its own."""
    chunks: list[tuple[int, int]] = []
    start = 0
    for at in range(len(said) + 1):
        if at < len(said) and _in_word(said, at):
            continue
        if start < at:
            chunks.append((start, at))
        if at < len(said) and not said[at].isspace():
            chunks.append((at, at + 1))
        start = at + 1
    return chunks


def _in_word(said: str, at: int) -> bool:
    mark = said[at]
    if mark in _IN_WORDS:
        return (
            0 < at < len(said) - 1 and said[at - 1].isalpha() and said[at + 1].isalpha()
        )
    return mark.isalnum() or unicodedata.category(mark) == "Mn"


def is_reference(word: str) -> bool:
    """Say whether it can only be a reference: its digits and letters are no time."""
    digits = sum(mark in _DIGITS for mark in word)
    if not could_be_reference(word) or not 0 < digits < len(word):
        return False
    letters = word.strip(_DIGITS)
    in_two = len(letters) + digits == len(word)
    return not (in_two and sense(Language.EN, (letters.casefold(),)))


def could_be_reference(word: str) -> bool:
    return len(word) == REFERENCE_LENGTH and set(word.upper()) <= set(
        REFERENCE_ALPHABET
    )


def _tongue(words: Sequence[str], language: Language) -> Language:
    """Say which language is spoken: most of the words that belong to one alone."""
    of = Counter(filter(None, (only_in(word.casefold()) for word in words)))
    most = max(of.values(), default=0)
    first = [each for each in Language if of[each] == most]
    return language if language in first else first[0]


def _item(
    said: str, runs: Sequence[tuple[int, int]], index: int, tongue: Language
) -> tuple[int, Item]:
    """Give the piece that begins here, and of how many runs it is made."""
    start, end = runs[index]
    glued = index > 0 and runs[index - 1][1] == start
    word = said[start:end]
    for count in range(min(WORDS_MAX, len(runs) - index), 0, -1):
        phrase = tuple(said[a:b].casefold() for a, b in runs[index : index + count])
        meant = sense(tongue, tuple(one.replace("\u2019", "'") for one in phrase))
        if meant is not None:
            end = runs[index + count - 1][1]
            whole = said[start:end]
            return count, Item(meant.kind, meant.value, whole, start, end, glued)
    kind, value = _unknown(word, said)
    return 1, Item(kind, value, word, start, end, glued)


def _unknown(word: str, said: str) -> tuple[Kind, int]:
    if is_reference(word):
        return Kind.REFERENCE, 0
    if word[0] in _DIGITS:
        return (
            (Kind.NUMBER, int(word)) if len(word) <= _NUMBER_MAX else (Kind.STRANGE, 0)
        )
    if not word[0].isalnum():
        return Kind.MARK, 0
    # A reference without a digit looks like a word, but for its capitals.
    alone = said.strip() == word or not said.isupper()
    if word.isupper() and could_be_reference(word) and alone:
        return Kind.REFERENCE, 0
    # Not known, but nobody's name: it says when.
    return Kind.STRANGE, int(word.islower() and word.startswith(_DAYS))
