"""What a question about a change in Outlook says, on its card and on its page alike.

Which answers may be given, in which words, and what is warned of before, is decided here
once: a card and a page only draw it. Names are made harmless by whoever draws them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking.handover import Doubt
from booking.model import Language
from booking.spans import HELSINKI, wall
from booking.views.cards import (
    AppointmentCard,
    Choice,
    ConflictCard,
    ConflictKind,
    Truth,
)
from booking.views.handovers import HandedAway, HandoverCard, PassedOn
from booking.wording import has, listed, text
from booking.wording.dates import (
    clock,
    date_short,
    day_short,
    time_range,
    unbroken,
    when_short,
)

Name = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers, as its button says it.

    `lead`: what is said first where the answer unfolds; `yes` is its button then.
    """

    name: str  #: As its verb ends: `conflict.<name>`, `handover.<name>`.
    title: str
    style: str = ""  #: positive, destructive
    lead: str = ""
    times: str = ""  #: Those that the client is to see first, in words.
    yes: str = ""
    yes_style: str = ""
    colleagues: tuple[Choice, ...] = ()  #: One of them is chosen with it.


@dataclass(frozen=True, slots=True)
class Said:
    """A question in words, or what came of it: then nothing is asked any more."""

    title: str
    lead: str = ""
    what: str = ""
    warnings: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()  #: Why the last answer was not taken.
    waits: bool = False  #: It was taken, and waits for a calendar: `wrong` says so.
    untold: str = ""  #: That the client has not been told.
    then: str = ""  #: Of what came of it: what the client hears.
    answers: tuple[Answer, ...] = ()
    desk: str = ""  #: The unit's desk has been asked: in words.
    calm: bool = True  #: Nothing is asked.


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """A question on a page, with the answers that its reader may give."""

    said: Said
    action: str  #: Where an answer is posted: `act`, `version`, perhaps `colleague`.
    version: int
    number: int


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question on a page of its own: whoever is asked may not see the client."""

    part: QuestionPart
    reference: str
    starts: datetime
    ends: datetime
    back: str
    service: str = ""  #: Of who no longer has the appointment: nothing.
    client: str = ""  #: For whoever may see the appointment.
    professional: str = ""  #: Whose it is, when it is not the reader's own.
    appointment: str = ""  #: Its page, for the same.
    here: str = ""


# A question about one's own event.

#: The answers to each kind of change, the likeliest first.
_ANSWERS = {
    ConflictKind.MOVED: ("tell", "put_back", "propose", "cancel"),
    ConflictKind.DELETED: ("restore", "hand", "propose", "cancel"),
    ConflictKind.OVERLAPPED: ("keep", "hand", "propose", "cancel"),
}
#: What is asked about once more: what is said then, and how its button looks.
_SECOND_THOUGHTS = {
    "propose": ("propose_lead", "positive"),
    "cancel": ("cancel_lead", "destructive"),
    "hold": ("hold_lead", "positive"),
}
#: The answer after which the client is to choose another time.
_ASKED = "moved"
#: And that by which she need not.
_HOLDS = "holds"
#: Ends that want a sentence more.
_EXPLAINED = frozenset({_ASKED, "not_chosen", _HOLDS, "over", "unanswered"})


def conflict(view: ConflictCard) -> Said:
    """Say what somebody did in Outlook and what can be done about it, or what was."""
    if view.settled or view.over:
        return _closed(view)
    tongue = view.language
    hands = "hand" in _ANSWERS[view.kind]
    return Said(
        title=_to_reader(view, f"{view.kind}"),
        what=_what(view),
        warnings=tuple(_stands_against(view)),
        wrong=_refused(view) if view.wrong else (),
        waits=view.wrong == "confirming",
        untold=text(tongue, "cards.conflict.not_told"),
        answers=(
            *(_answer(view, one) for one in offered(view)),
            *((_ask_desk(tongue),) if hands and view.desk == "ask" else ()),
        ),
        desk=text(tongue, "desk.asked.already")
        if hands and view.desk == "asked"
        else "",
        calm=False,
    )


def _stands_against(view: ConflictCard) -> Iterator[str]:
    """Say what speaks against the time that Outlook has."""
    if view.taken is not None:
        now = _other(view.language, view.appointment, *view.taken)
        yield _to_reader(view, "taken", when=now)
    if view.too_long:
        yield _to_reader(view, "too_long")
    elif view.outside_rules:
        yield _to_reader(view, "outside_rules")


def offered(view: ConflictCard) -> list[str]:
    """Give the answers by name: what is known to be refused is not offered."""
    barred = {"hand": not view.colleagues, "tell": view.too_long or view.taken}
    return [one for one in _ANSWERS[view.kind] if not barred.get(one)]


def _ask_desk(tongue: Language) -> Answer:
    return Answer("desk", text(tongue, "desk.do.ask"))


def _closed(view: ConflictCard) -> Said:
    """Say what was answered and how far it has come, or that it is too late for it."""
    how = view.settled or "over"
    chooses = how == _ASKED and not view.over
    if view.over and how == _ASKED:
        how = "not_chosen"
    if view.over and how.startswith("asked_"):
        how = "unanswered"
    lead = _as_far_as(view, f"cards.settled.{how}_lead") if how in _EXPLAINED else ""
    if how == _HOLDS and view.appointment.truths.cancelled:
        lead = ""  # It is that she has been told of, or is.
    return Said(
        title=_as_far_as(view, f"cards.settled.{how}"),
        lead=lead,
        wrong=_refused(view) if view.wrong and not view.over else (),
        waits=view.wrong == "confirming",
        answers=(_answer(view, "hold"),) if chooses else (),
        calm=not chooses,
    )


def _as_far_as(view: ConflictCard, key: str) -> str:
    """Say it as done where the client has been told, and there are words for that."""
    told, done = view.appointment.truths.told is Truth.DONE, f"{key}.done"
    return text(view.language, done if told and has(view.language, done) else key)


def _refused(view: ConflictCard) -> tuple[str, ...]:
    key = f"cards.notice.{view.wrong}"
    return tuple(text(view.language, f"{key}.{part}") for part in ("title", "body"))


def _what(view: ConflictCard) -> str:
    tongue, own = view.language, view.appointment
    if view.other is not None:
        now = _other(tongue, own, *view.other)
        was = _when(tongue, own.start, own.end)
        return text(tongue, "cards.conflict.overlapped_when", was=was, now=now)
    values = {"was": unbroken(when_short(tongue, own.start))}
    if view.moved_to is not None:
        values["now"] = unbroken(when_short(tongue, view.moved_to))
    return _to_reader(view, f"{view.kind}_what", **values)


def _to_reader(view: ConflictCard, what: str, **values: str) -> str:
    """Speak to her of her own calendar, and to who supervises her of the other's."""
    other = f"questions.{what}"
    if not view.to_owner and has(view.language, other):
        return text(view.language, other, **values)
    return text(view.language, f"cards.conflict.{what}", **values)


def _other(
    tongue: Language, own: AppointmentCard, start: datetime, end: datetime
) -> str:
    """When the other meeting is: its hours suffice on the day of the appointment."""
    if len({wall(each, HELSINKI).date() for each in (own.start, start, end)}) == 1:
        return unbroken(time_range(tongue, start, end))
    return (
        f"{unbroken(when_short(tongue, start))} – {unbroken(when_short(tongue, end))}"
    )


def _when(tongue: Language, start: datetime, end: datetime) -> str:
    day = day_short(tongue, wall(start, HELSINKI).date())
    return unbroken(f"{day} {time_range(tongue, start, end)}")


def _answer(view: ConflictCard, one: str) -> Answer:
    tongue = view.language
    title = text(tongue, f"cards.do.{one}")
    if one in _SECOND_THOUGHTS:
        # The client hears of it: first it is said what happens.
        lead, style = _SECOND_THOUGHTS[one]
        return Answer(
            one,
            title,
            style="" if style == "positive" else style,
            lead=text(tongue, "cards.appointment.cancel_lead")
            if one == "cancel"
            else _to_reader(view, lead),
            times=_proposed(view) if one == "propose" and view.proposed else "",
            yes=text(tongue, f"cards.do.{one}_yes"),
            yes_style=style,
        )
    if one == "hand":
        return Answer(
            one,
            title,
            lead=_handing_lead(view),
            yes=title,
            yes_style="positive",
            colleagues=view.colleagues,
        )
    return Answer(one, title, "positive" if offered(view)[0] == one else "")


def _handing_lead(view: ConflictCard) -> str:
    tongue = view.language
    if view.known is None:
        return text(tongue, "handovers.hand.lead")
    known = text(tongue, f"handovers.known.{view.known}")
    return f"{text(tongue, 'handovers.hand.known')} {known}"


def _proposed(view: ConflictCard) -> str:
    """Name the times that the client sees first."""
    tongue = view.language
    times = [unbroken(when_short(tongue, each)) for each in view.proposed]
    return text(tongue, "cards.conflict.proposed", times=listed(tongue, times))


# A question whether an appointment goes to a colleague.

#: Refusals that speak of the colleague's calendar.
_OF_A_CALENDAR = frozenset({"overlap", "pause", "unread", "confirming"})
#: Those that say why it cannot be had just now, and what is then said no more.
_BARRED = {
    "overlap": {Doubt.BUSY, Doubt.PAUSE},
    "pause": {Doubt.BUSY, Doubt.PAUSE},
}


def handover(view: HandoverCard, name: Name = str) -> Said:
    """Say whose appointment may become whose, and what stands against it."""
    if view.settled:
        return _handed(view, name)
    tongue = view.language
    if view.over:
        return Said(
            title=text(tongue, "handovers.over.title"),
            what=_how_it_came(view, name),
            then=text(tongue, "handovers.over.what", **_names(view, name)),
        )
    whom = "" if view.to_reader else "desk_"
    how = "moved" if view.removed else "copied"
    return Said(
        title=text(tongue, f"handovers.asked.{whom}{how}"),
        lead=text(tongue, "handovers.again") if view.again else "",
        what=_how_it_came(view, name),
        warnings=tuple(_warnings(view, name)),
        wrong=(_wrong(view, name),) if view.wrong else (),
        waits=view.wrong == "confirming",
        untold=text(tongue, "handovers.not_told"),
        answers=tuple(_handing(view)),
        calm=False,
    )


def handed_away(view: HandedAway, name: Name = str) -> Said:
    """Say who has it now, to her who had it; or that nobody has it any more."""
    tongue = view.language
    if view.cancelled:
        return Said(title=text(tongue, "cards.settled.cancelled"))
    return Said(
        title=text(tongue, "handovers.away.title"),
        what=text(tongue, "handovers.away.what", taker=name(view.taker)),
        warnings=(text(tongue, "handovers.away.late"),) if view.kept else (),
    )


def _handed(view: HandoverCard, name: Name) -> Said:
    tongue = view.language
    if view.since is PassedOn.CANCELLED:
        return Said(title=text(tongue, "cards.settled.cancelled"))
    if view.since and view.settled in {"handed_over", "put_back"}:
        on = f"handovers.settled.{view.since}"
        return Said(title=text(tongue, on, **_names(view, name)))
    yours = view.to_reader and view.settled == "handed_over"
    key = "handed_to_you" if yours else view.settled
    then = ""
    if view.settled == "handed_over" and view.known is not None:
        then = text(tongue, f"handovers.known.{view.known}")
    elif view.settled == "handed_over":
        sent = view.hers is not None and view.hers.truths.told is Truth.DONE
        told = "handovers.settled.told.done" if sent else "handovers.settled.told"
        then = text(tongue, told)
    title = text(tongue, f"handovers.settled.{key}", **_names(view, name))
    return Said(title=title, then=then)


def _how_it_came(view: HandoverCard, name: Name) -> str:
    how = "moved" if view.removed else "invited" if view.invited else "copied"
    key = f"handovers.what.{_whose(view)}{how}"
    return text(view.language, key, **_names(view, name))


def _whose(view: HandoverCard) -> str:
    """Speak to the colleague of herself, and to anybody else by her name."""
    return "yours." if view.to_reader else ""


def _names(view: HandoverCard, name: Name) -> dict[str, str | int]:
    names = {"giver": name(view.giver), "taker": name(view.taker)}
    return names | {"n": view.pause}


def _warnings(view: HandoverCard, name: Name) -> list[str]:
    tongue, names = view.language, _names(view, name)
    said = []
    if view.new_time is not None:
        now = unbroken(when_short(tongue, view.new_time[0]))
        key = "handovers.new_time.yours" if view.to_reader else "handovers.new_time"
        said.append(text(tongue, key, now=now, **names))
    if view.too_long:
        said.append(text(tongue, "handovers.too_long"))
    said += [
        text(tongue, f"handovers.doubt.{_whose(view)}{doubt}", **names)
        for doubt in view.doubts
        if doubt not in _said_otherwise(view)
    ]
    if view.new_time is not None and not view.agreed_over:
        at = _which(view, view.start)
        said += [
            text(tongue, f"handovers.agreed.{_whose(view)}{doubt}", at=at, **names)
            for doubt in view.agreed_doubts
        ]
    if view.late or view.lost:
        key = "handovers.late_lost" if view.lost else "handovers.late"
        said.append(text(tongue, key))
    return said


def _said_otherwise(view: HandoverCard) -> set[Doubt]:
    """Give what is said in words of its own."""
    return {Doubt.TIME} | _BARRED.get(view.wrong, set())


def _wrong(view: HandoverCard, name: Name) -> str:
    """Say why an answer was not taken, and what can be done."""
    own = view.to_reader and view.wrong in _OF_A_CALENDAR
    key = f"handovers.wrong.{_whose(view) if own else ''}{view.wrong}"
    return text(view.language, key, leave=_leave(view), **_names(view, name))


def _leave(view: HandoverCard) -> str:
    how = "put_back" if view.removed else "leave"
    return text(view.language, f"handovers.do.{how}")


def _handing(view: HandoverCard) -> list[Answer]:
    tongue = view.language
    answers: list[tuple[Answer, tuple[Doubt, ...]]] = []
    if view.new_time is None:
        said = "take_self" if view.to_reader else "take"
        title = text(tongue, f"handovers.do.{said}")
        answers.append((Answer("take", title), view.doubts))
    elif not view.agreed_over:
        agreed = Answer("take_agreed", _take(view, "agreed", view.start))
        answers.append((agreed, view.agreed_doubts))
    if view.new_time is not None and not view.too_long and not view.new_over:
        new = Answer("take", _take(view, "new", view.new_time[0]))
        answers.append((new, view.doubts))
    answers.append((Answer("leave", _leave(view)), ()))
    return _put_forward(view, answers)


def _put_forward(
    view: HandoverCard, answers: Sequence[tuple[Answer, tuple[Doubt, ...]]]
) -> list[Answer]:
    """Put forward the first that would not be refused, as far as is known.

    The others may be tried: calendars change.
    """
    refused = view.wrong in _BARRED
    first = next(
        each
        for each, doubts in answers
        if each.name == "leave"
        or (not refused and {Doubt.BUSY, Doubt.PAUSE}.isdisjoint(doubts))
    )
    return [
        replace(each, style="positive") if each is first else each
        for each, _ in answers
    ]


def _take(view: HandoverCard, which: str, start: datetime) -> str:
    """Say which time is taken: by its hour, or by its day where it is on another."""
    whose = "self_" if view.to_reader else ""
    key = f"handovers.do.take_{whose}{which}"
    return text(view.language, key, at=_which(view, start))


def _which(view: HandoverCard, start: datetime) -> str:
    """Tell one of the two times from the other."""
    assert view.new_time is not None
    agreed, new, day = (
        wall(each, HELSINKI).date() for each in (view.start, view.new_time[0], start)
    )
    tongue = view.language
    return clock(tongue, start) if agreed == new else date_short(tongue, day)
