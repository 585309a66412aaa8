"""The question what was meant: why it is asked, and a button for each reading."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from booking.saying import Command, Verb, Why
from booking.spans import HELSINKI, instant
from booking.views.absences import in_words
from booking.views.answers import Asking
from booking.wording import text
from booking.wording.dates import clock, date_short
from cards import verbs
from cards.markdown import plain
from cards.moments import example, label
from cards.parts import Card, buttons, finish, heading, leaf, line, press, strong

#: A button holds so many on the narrowest screen.
_LETTERS_MAX = 22
_TITLES = {
    Why.WHOM: "cards.ask.title_whom",
    Why.CANCEL: "cards.ask.title_cancel",
    Why.MOVE: "cards.ask.title_move",
}


def asking(view: Asking) -> Card:
    """Draw the question; nothing is done before one of the readings is pressed."""
    tongue, why = view.language, view.unclear.why
    title = _TITLES.get(why, "cards.ask.title")
    do = text(tongue, "cards.do.move" if why is Why.MOVE else "cards.do.cancel")
    values = {"said": plain(view.unclear.said), "do": do}
    said = text(tongue, f"cards.ask.why.{why}", **values)
    body: list[object] = [heading(text(tongue, title), said)]
    if view.readings:
        tab = leaf(text(tongue, "cards.do.tab"), view.tab_url) if view.tab_url else None
        body += [*_readings(view), *buttons(tab)]
    elif why is not Why.WHOM:
        day = date_short(tongue, example(view.today))
        body.append(line(text(tongue, "cards.ask.again", date=day)))
    return finish(tongue, body)


def _readings(view: Asking) -> list[object]:
    """Say once what is common to all readings, and on the buttons what is not."""
    acts = [text(view.language, f"cards.ask.{each.verb}") for each in view.readings]
    rests = [_rest(view, each) for each in view.readings]
    fit = all(0 < len(each) <= _LETTERS_MAX for each in rests)
    if len(set(acts)) == 1 and fit:
        return [strong(acts[0]), *_buttons(view.readings, rests)]
    every = zip(rests, view.readings, acts, strict=True)
    drawn: list[object] = []
    for rest, same in groupby(every, itemgetter(0)):
        _, readings, titles = zip(*same, strict=True)
        drawn += [*_strong(rest), *_buttons(readings, titles)]
    return drawn


def _rest(view: Asking, reading: Command) -> str:
    if reading.verb is Verb.MOVE:
        return f"{reading.whom} {_to_when(view, reading)}".strip()
    if reading.when is not None:
        return label(view.language, reading.when, view.today)
    if reading.away is not None:
        return in_words(view.language, reading.away, view.today)
    return reading.whom if reading.verb is Verb.FIND else ""


def _to_when(view: Asking, reading: Command) -> str:
    if reading.when is not None:
        return label(view.language, reading.when, view.today)
    hour = reading.hour
    return clock(view.language, instant(view.today, hour, HELSINKI)) if hour else ""


def _strong(said: str) -> list[object]:
    return [strong(plain(said), spacing="medium")] if said else []


def _buttons(readings: Sequence[Command], titles: Sequence[str]) -> list[object]:
    pairs = zip(readings, titles, strict=True)
    return list(buttons(*(press(said, verbs.SAY, one.written) for one, said in pairs)))
