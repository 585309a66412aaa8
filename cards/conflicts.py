"""A question after a change made in Outlook: what happened, what it means, what to do.

The client has not been told anything until somebody answers, and the card says so.
"""

from datetime import datetime
from typing import Any

from adaptive_cards.card import Action, Container, InputChoice, InputChoiceSet

from booking.model import Language
from booking.spans import HELSINKI, wall
from booking.views.cards import AppointmentCard, ConflictCard, ConflictKind, Truth
from booking.wording import has, listed, text
from booking.wording.dates import day_short, time_range, when_short
from cards import verbs
from cards.appointments import about, summary, truths
from cards.parts import (
    Card,
    buttons,
    callout,
    finish,
    heading,
    leaf,
    line,
    press,
    strong,
    unbroken,
    unfold,
)

#: The answers to each kind of change, the likeliest first.
_ANSWERS = {
    ConflictKind.MOVED: ("tell", "put_back", "propose", "cancel"),
    ConflictKind.DELETED: ("restore", "hand", "propose", "cancel"),
    ConflictKind.OVERLAPPED: ("keep", "hand", "propose", "cancel"),
}
_VERBS = {
    "tell": verbs.CONFLICT_TELL,
    "put_back": verbs.CONFLICT_PUT_BACK,
    "propose": verbs.CONFLICT_PROPOSE,
    "cancel": verbs.CONFLICT_CANCEL,
    "keep": verbs.CONFLICT_KEEP,
    "restore": verbs.CONFLICT_RESTORE,
    "hold": verbs.CONFLICT_HOLD,
    "hand": verbs.CONFLICT_HAND,
}

#: What is asked about once more: what is said then, and how its button looks.
_SECOND_THOUGHTS = {
    "propose": ("cards.conflict.propose_lead", "positive"),
    "cancel": ("cards.appointment.cancel_lead", "destructive"),
    "hold": ("cards.conflict.hold_lead", "positive"),
}

#: The answer after which the client is to choose another time.
_ASKED = "moved"
#: Ends that want a sentence more.
_EXPLAINED = frozenset({_ASKED, "not_chosen", "holds", "over", "unanswered"})


def conflict(view: ConflictCard) -> Card:
    """Draw the question, or what was answered."""
    tongue = view.language
    here = {"conflict": view.conflict, "version": view.version}
    page = leaf(text(tongue, "cards.do.details"), view.appointment.open_url)
    if view.settled or view.over:
        return finish(tongue, _closed(view, here, page))
    body = [heading(text(tongue, f"cards.conflict.{view.kind}"), style="warning")]
    body += [strong(_what(view), size="medium"), *about(view.appointment)]
    if view.wrong:
        body.append(_refused(view))
    said = "too_long" if view.too_long else "outside_rules"
    if view.too_long or view.outside_rules:
        body.append(callout("warning", text(tongue, f"cards.conflict.{said}")))
    body.append(strong(text(tongue, "cards.conflict.not_told"), spacing="medium"))
    body += buttons(*[_answer(view, one, here) for one in _offered(view)], page)
    return finish(tongue, body)


def _offered(view: ConflictCard) -> list[str]:
    barred = {"hand": not view.colleagues, "tell": view.too_long}
    return [one for one in _ANSWERS[view.kind] if not barred.get(one)]


def _closed(view: ConflictCard, here: dict[str, int], page: Action) -> list[Any]:
    """Say what was answered and how far it has come, or that it is too late for it."""
    how = view.settled or "over"
    chooses = how == _ASKED and not view.over
    if view.over and how == _ASKED:
        how = "not_chosen"
    if view.over and how.startswith("asked_"):
        how = "unanswered"
    title = _as_far_as(view, f"cards.settled.{how}")
    lead = [_as_far_as(view, f"cards.settled.{how}_lead")] if how in _EXPLAINED else []
    body = [heading(title, *lead, style="warning" if chooses else "emphasis")]
    if view.wrong and not view.over:
        body.append(_refused(view))
    body += [*summary(view.appointment), *truths(view.appointment)]
    return [*body, *buttons(page, _answer(view, "hold", here) if chooses else None)]


def _as_far_as(view: ConflictCard, key: str) -> str:
    """Say it as done where the client has been told, and there are words for that."""
    told, done = view.appointment.truths.told is Truth.DONE, f"{key}.done"
    return text(view.language, done if told and has(view.language, done) else key)


def _refused(view: ConflictCard) -> Container:
    parts = ("title", "body")
    said = (text(view.language, f"cards.notice.{view.wrong}.{one}") for one in parts)
    return callout("attention", *said)


def _what(view: ConflictCard) -> str:
    tongue, own = view.language, view.appointment
    if view.other is not None:
        now = _other(tongue, own, *view.other)
        was = _when(tongue, own.start, own.end)
        return text(tongue, "cards.conflict.overlapped_when", was=was, now=now)
    values = {"was": unbroken(when_short(tongue, own.start))}
    if view.moved_to is not None:
        values["now"] = unbroken(when_short(tongue, view.moved_to))
    return text(tongue, f"cards.conflict.{view.kind}_what", **values)


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


def _answer(view: ConflictCard, one: str, here: dict[str, int]) -> Action:
    tongue = view.language
    title = text(tongue, f"cards.do.{one}")
    if one in _SECOND_THOUGHTS:
        # The client hears of it: first it is said what happens.
        lead, style = _SECOND_THOUGHTS[one]
        yes = press(text(tongue, f"cards.do.{one}_yes"), _VERBS[one], here, style)
        quiet = None if style == "positive" else style
        said = [line(text(tongue, lead))]
        if one == "propose" and view.proposed:
            said.append(_proposed(view))
        return unfold(title, *said, *buttons(yes), style=quiet)
    if one == "hand":
        return _hand(view, title, here)
    first = _offered(view)[0] == one
    return press(title, _VERBS[one], here, "positive" if first else None)


def _proposed(view: ConflictCard) -> Any:
    """Name the times that the client sees first."""
    tongue = view.language
    times = [unbroken(when_short(tongue, each)) for each in view.proposed]
    said = text(tongue, "cards.conflict.proposed", times=listed(tongue, times))
    return strong(said)


def _hand(view: ConflictCard, title: str, here: dict[str, int]) -> Action:
    """Unfold who is free and could take it."""
    tongue = view.language
    whom = InputChoiceSet(
        id=verbs.COLLEAGUE,
        label=text(tongue, "handovers.hand.colleague"),
        is_required=True,
        error_message=text(tongue, "handovers.hand.none"),
        placeholder=text(tongue, "cards.field.choose"),
        choices=[InputChoice(title=c.label, value=c.value) for c in view.colleagues],
    )
    send = press(title, verbs.CONFLICT_HAND, here, "positive")
    lead = line(text(tongue, "handovers.hand.lead"))
    return unfold(title, lead, whom, *buttons(send))
