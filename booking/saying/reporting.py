"""What has been, and what is late: *tulos*, *kirjaa K7Q2FM ei saapunut*, *myöhästyn 10 min*.

These sentences have words of their own, and only one that begins with them is read here:
*varaa myöhäisempi aika* is about booking. A number that could be anything else than so
many minutes, and a word not known, leave the question open; nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from booking.lateness import MINUTES
from booking.model import Status
from booking.saying.commands import Command, Unclear, Verb, Why
from booking.saying.items import could_be_reference, is_reference


class Part(Enum):
    """What a word can be in such a sentence."""

    OUTCOME = auto()  #: *tulos*: it is about how an appointment went.
    RESULT = auto()  #: How it went.
    LATE = auto()
    ON_TIME = auto()
    NUMBER = auto()
    MINUTES = auto()
    HOURS = auto()
    FILLER = auto()
    REFERENCE = auto()
    STRANGE = auto()


@dataclass(frozen=True, slots=True)
class _Word:
    part: Part
    text: str
    value: int = 0
    result: Status | None = None


_RESULTS = {
    Status.COMPLETED: "toteutui saapui tuli osallistui genomfördes deltog kom"
    " attended came completed took_place",
    Status.LATE: "myöhästyi tuli_myöhässä saapui_myöhässä kom_för_sent försenad"
    " var_försenad late came_late was_late",
    Status.NO_SHOW: "ei_saapunut ei_tullut ei_tullut_paikalle ei_ilmestynyt"
    " jäi_tulematta uteblev kom_inte kom_ej no_show noshow did_not_come didn't_come"
    " did_not_show_up didn't_show_up",
    Status.NOT_REACHED: "ei_tavoitettu ei_vastannut ei_tavoittanut en_tavoittanut"
    " nåddes_inte nåddes_ej svarade_inte not_reached did_not_answer didn't_answer"
    " no_answer",
}
_WORDS = {
    Part.OUTCOME: "tulos tulokset tuloksen tulosta kirjaa kirjaan kirjaus kirjaamatta"
    " resultat resultatet anteckna registrera outcome outcomes result results record",
    Part.LATE: "myöhässä myöhästyn sen försenad sent late running_late delayed",
    Part.ON_TIME: "ajoissa ajallaan en_myöhästy en_ole_myöhässä en_olekaan_myöhässä"
    " ehdin_ajoissa ehdin_sittenkin ehdinkin"
    " i_tid inte_sen inte_försenad hinner_i_tid hinner_ändå"
    " on_time not_late not_running_late make_it_on_time make_it_after_all",
    Part.MINUTES: "min mins minuutti minuuttia minuutin minut minuter minute minutes",
    Part.HOURS: "h t tunti tuntia tunnin timme timmar timmen hour hours",
    Part.FILLER: "minä mä olen oon olenkin noin suunnilleen vähän hieman taas sittenkin"
    " seuraavasta seuraavaan tapaamisesta tapaamiseen ajasta ajan aika aikaan ajat"
    " asiakas asiakkaan näytä nyt"
    " jag är blir cirka ca ungefär lite ändå till från nästa möte mötet kund kunden"
    " klient klienten tid tiden visa mig nu"
    " i am i'm im i'll will be about around approximately a bit after all for the to next"
    " appointment meeting client of is was an my show me now running",
}
_NUMBERS = {
    5: "viisi viiden fem five",
    10: "kymmenen tio ten",
    15: "viisitoista viidentoista vartti vartin varttia femton kvart en_kvart fifteen"
    " quarter a_quarter a_quarter_of_an_hour",
    20: "kaksikymmentä kahdenkymmenen tjugo twenty",
    30: "kolmekymmentä kolmenkymmenen puoli_tuntia puolen_tunnin puolisen_tuntia"
    " trettio halvtimme en_halvtimme halvtimmen thirty half_an_hour half_hour",
}
#: *Sen* is a pronoun too: beside a word not known it says nothing of being late.
_PRONOUNS = frozenset({"sen"})
#: Of whom it is said where one of these stands before it, and nobody's own word does.
_CLIENTS = frozenset(
    "asiakas kund kunden klient klienten client".split()  # noqa: SIM905
)
_OWN = frozenset("minä mä olen oon olenkin jag i am i'm im".split())  # noqa: SIM905
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_PIECE = re.compile(r"\d+|[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_PHRASE_MAX = 5
_SAID_MAX = 60
_DIGITS_MAX = 4

_Phrases = dict[tuple[str, ...], _Word]


def _split(words: str) -> Iterator[tuple[str, ...]]:
    for each in words.split():
        yield tuple(each.split("_"))


def _results() -> _Phrases:
    return {
        words: _Word(Part.RESULT, "", result=result)
        for result, said in _RESULTS.items()
        for words in _split(said)
    }


def _others() -> _Phrases:
    numbers = {
        words: _Word(Part.NUMBER, "", value)
        for value, said in _NUMBERS.items()
        for words in _split(said)
    }
    named = {
        words: _Word(part, "")
        for part, said in _WORDS.items()
        for words in _split(said)
    }
    return numbers | named


#: Of a word that is in both, the first is meant where an appointment is named.
_RESULT_FIRST = _others() | _results()
_LATE_FIRST = _results() | _others()


def known() -> frozenset[str]:
    """Give every word that these sentences know, in small letters."""
    return frozenset(word for phrase in _LATE_FIRST for word in phrase)


def report(said: str) -> Command | Unclear | None:
    """Say what is reported in a tidy sentence; None: it is about something else."""
    pieces = list(_pieces(said))
    about = _words(pieces, _RESULT_FIRST)
    references = [each.text for each in about if each.part is Part.REFERENCE]
    if _begins(about, Part.OUTCOME, Part.RESULT) and (
        references or any(each.part is Part.OUTCOME for each in about)
    ):
        return _outcome(about, references)
    words = _words(pieces, _LATE_FIRST)
    if references or not _begins(words, Part.LATE, Part.ON_TIME):
        alone = _begins(words, Part.RESULT) and not references
        return Command(Verb.OUTCOME) if alone and not _strange(words) else None
    return _late(words)


def _pieces(said: str) -> Iterator[str]:
    """Cut into words and numbers; a reference stays whole."""
    for whole in _WORD.findall(unicodedata.normalize("NFC", said)):
        if is_reference(whole):
            yield whole
        else:
            yield from _PIECE.findall(whole)


def _words(pieces: Sequence[str], known: _Phrases) -> list[_Word]:
    found: list[_Word] = []
    at = 0
    small = [each.casefold().replace("\u2019", "'") for each in pieces]
    while at < len(pieces):
        for count in range(min(_PHRASE_MAX, len(pieces) - at), 0, -1):
            word = known.get(tuple(small[at : at + count]))
            if word is not None:
                text = " ".join(pieces[at : at + count])
                found.append(_Word(word.part, text, word.value, word.result))
                break
        else:
            count = 1
            found.append(_unknown(pieces[at]))
        at += count
    return found


def _unknown(piece: str) -> _Word:
    if is_reference(piece) or (piece.isupper() and could_be_reference(piece)):
        return _Word(Part.REFERENCE, piece.upper())
    if piece.isascii() and piece.isdigit() and len(piece) <= _DIGITS_MAX:
        return _Word(Part.NUMBER, piece, int(piece))
    return _Word(Part.STRANGE, piece)


_BEFORE = frozenset({Part.FILLER, Part.NUMBER, Part.MINUTES, Part.REFERENCE})


def _begins(words: Sequence[_Word], *parts: Part) -> bool:
    """Say whether one of these is the first that matters."""
    first = next((each for each in words if each.part not in _BEFORE), None)
    return first is not None and first.part in parts


def _strange(words: Sequence[_Word]) -> str:
    odd = (each.text for each in words if each.part is Part.STRANGE)
    return " ".join(odd)[:_SAID_MAX]


def _outcome(words: Sequence[_Word], references: Sequence[str]) -> Command | Unclear:
    results = {each.result for each in words if each.result is not None}
    whom = dict.fromkeys(references)
    if len(whom) > 1:
        readings = tuple(Command(Verb.OUTCOME, whom=each) for each in whom)
        return Unclear(Why.SEVERAL, readings)
    command = Command(Verb.OUTCOME, whom=next(iter(whom), ""))
    strange = _strange(words)
    if strange:
        # By a name her appointment is found, and on its card it is said how it went.
        named = not results and all(
            each.text[0].isupper() and each.text.isalpha()
            for each in words
            if each.part is Part.STRANGE
        )
        if named and not whom:
            return Command(Verb.FIND, whom=strange)
        return Unclear(Why.STRANGE, (command,), strange)
    if len(results) != 1 or not whom:
        return command  # Its card has a button for each way it can have gone.
    return Command(Verb.OUTCOME, whom=command.whom, what=results.pop().value)


def _late(words: Sequence[_Word]) -> Command | Unclear | None:
    strange, said = _strange(words), {each.text.casefold() for each in words}
    on_time = any(each.part is Part.ON_TIME for each in words)
    command = Command(Verb.ON_TIME if on_time else Verb.LATE)
    if _of_a_client(words):
        return Command(Verb.OUTCOME)
    if strange:
        return None if said & _PRONOUNS else Unclear(Why.STRANGE, (command,), strange)
    if on_time:
        return command
    numbers = [each.value for each in words if each.part is Part.NUMBER]
    hours = any(each.part is Part.HOURS for each in words)
    clear = len(numbers) == 1 and numbers[0] in MINUTES and not hours
    return Command(Verb.LATE, what=str(numbers[0]) if clear else "")


def _of_a_client(words: Sequence[_Word]) -> bool:
    """Say whether it is the client who is late: nobody need be told of that."""
    named = [each.text.casefold().replace("\u2019", "'") for each in words]
    first = next((at for at, each in enumerate(words) if each.part is Part.LATE), 0)
    return not _CLIENTS.isdisjoint(named[:first]) and _OWN.isdisjoint(named)
