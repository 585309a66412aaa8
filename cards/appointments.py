"""One appointment, as its professional sees it now.

What is booked, what stands in Outlook and what the client has been told are three
truths and shown apart: none is claimed before it has happened.
"""

from adaptive_cards.card import (
    Action,
    ActionSet,
    Column,
    ColumnSet,
    Container,
    TextBlock,
)

from booking.model import AGREED, CANCELLED, Language, Modality, Status
from booking.views.cards import AppointmentCard, Kept, OlderNews, Truth, TruthLine
from booking.wording import has, text
from booking.wording.dates import unbroken, when_range, when_short
from cards import arrivals, lateness, outcomes, verbs
from cards.markdown import plain
from cards.outcomes import is_asked
from cards.parts import (
    Card,
    buttons,
    callout,
    facts,
    finish,
    heading,
    leaf,
    line,
    press,
    strong,
    unfold,
    when,
)

_MARKS = {Truth.DONE: "✓", Truth.WAITING: "…", Truth.FAILED: "!", Truth.NOT_OWED: "–"}
_MARKS |= {Truth.ASKED: "?", Truth.CHOOSING: "…", Truth.DELETED: "!"}
_MARKS |= {Truth.NO_LINK: "!"}
_COLOURS = {
    Truth.DONE: "good",
    Truth.WAITING: "default",
    Truth.FAILED: "attention",
    Truth.NOT_OWED: "default",
    Truth.ASKED: "warning",
    Truth.DELETED: "attention",
    Truth.NO_LINK: "warning",
    Truth.CHOOSING: "default",
}
#: Nothing failed: somebody else's answer is awaited, or a press came too late.
_CALM = frozenset(
    {
        "cards.problem.asked",
        "cards.problem.with_colleague",
        "cards.problem.outdated",
        "cards.problem.too_late",
        "cards.problem.not_moved",
        "cards.problem.move.confirming",
        "cards.problem.move.taken",
        "cards.problem.move.unread",
    }
)
#: Still ahead, so it can be cancelled.
_AHEAD = frozenset({Status.HELD, *AGREED})


def appointment(view: AppointmentCard) -> Card:
    """Draw the appointment: announced, reminded of, or as it stands now."""
    tongue = view.language
    body = [heading(title(view), *_lead(view), style=_style(view))]
    body += [*_time(view), *about(view), *_unspoken(view)]
    body += arrivals.state(view)
    body += lateness.state(view)
    body += _kept(view)
    if view.problem:
        body.append(_problem(view, view.problem))
    body += truths(view)
    body += actions(view)
    return finish(tongue, body)


def older(view: OlderNews) -> Card:
    """Draw a card that a newer one has overtaken: what it said, and how it is now."""
    now, tongue = view.now, view.now.language
    was, said = text(tongue, f"cards.appointment.{view.was}"), title(now)
    state = [(text(tongue, "cards.fact.now"), said)] if said != was else []
    hours = when_range(tongue, now.start, now.end)
    body = [
        heading(was),
        *facts(
            [
                *state,
                (text(tongue, "cards.fact.when"), hours),
                (text(tongue, "cards.fact.client"), plain(now.client)),
                (text(tongue, "cards.fact.reference"), now.reference),
            ]
        ),
        line(text(tongue, "cards.older.newer"), subtle=True),
    ]
    return finish(tongue, body)


def title(view: AppointmentCard) -> str:
    """Say in a few words what happened; the present state outranks old news."""
    return _in_words(view, _title(view))


def _in_words(view: AppointmentCard, said: str) -> str:
    return text(view.language, f"cards.appointment.{said}")


def _title(view: AppointmentCard) -> str:
    if view.status in CANCELLED:
        return view.news if view.news == "taken_back" else view.status
    if view.confirming or view.status is Status.HELD:
        return "confirming"
    if is_asked(view):
        return "outcome"
    if view.status not in AGREED:
        return view.status
    return _agreed(view)


def _agreed(view: AppointmentCard) -> str:
    if view.choosing:
        return "not_chosen" if view.over else "choosing"
    came = arrivals.leading(view)
    if came is not None:
        return came.how
    if view.status is Status.ARRIVED and view.news is None:
        return view.status
    said = view.news if view.news in {"booked", "moved", "handed_over"} else "standing"
    by_client = view.by_client and said in {"booked", "moved"}
    if view.kept is not None and said == "standing":
        said = "kept"
    return view.heading or (f"{said}_by_client" if by_client else said)


def _lead(view: AppointmentCard) -> list[str]:
    said = _title(view)
    if said == "choosing" and view.truths.told is Truth.DONE:
        return [text(view.language, "cards.appointment.choosing_lead.done")]
    if said == "outcome":
        return [text(view.language, "outcomes.lead")]
    came = arrivals.leading(view)
    if came is not None and said == came.how:
        return arrivals.lead(view, came)
    if said == "kept" and view.kept is not None:
        return [_answered(view.language, view.kept)]
    if said in {"confirming", "taken_back", "choosing", "not_chosen"}:
        return [text(view.language, f"cards.appointment.{said}_lead")]
    return []


def _kept(view: AppointmentCard) -> list[object]:
    """Say below that a report was answered, on a card that says something else first.

    Not while the client is asked to choose another time: this one is not kept then.
    """
    if view.kept is None or view.choosing or _title(view) == "kept":
        return []
    answered = _answered(view.language, view.kept)
    return [callout("accent", _in_words(view, "kept"), answered)]


def _answered(tongue: Language, kept: Kept) -> str:
    who = "by" if kept.by else "at"
    at, name = when_short(tongue, kept.at), plain(kept.by or "")
    return text(tongue, f"cards.appointment.kept.{who}", name=name, when=at)


def _style(view: AppointmentCard) -> str:
    if view.status in CANCELLED:
        return "attention"
    if view.confirming or view.status is Status.HELD or view.choosing:
        return "warning"
    came = arrivals.leading(view)
    if came is not None:
        return arrivals.style(came)
    if view.heading or is_asked(view):
        return "accent"
    return "good" if view.status in AGREED else "emphasis"


def _problem(view: AppointmentCard, key: str) -> object:
    # A failure without a text of its own must not keep its card from being shown.
    known = has(view.language, key)
    said = text(view.language, key if known else "cards.problem.other")
    return callout("warning" if key in _CALM else "attention", said)


def summary(view: AppointmentCard) -> list[object]:
    """When, and with whom about what."""
    return [_hours(view), *about(view)]


def _hours(view: AppointmentCard) -> TextBlock:
    return strong(when(view.language, view.start, view.end), size="medium")


def _time(view: AppointmentCard) -> list[object]:
    """When it is; on the card of a move, below it and small, when it was."""
    if _title(view) not in {"moved", "moved_by_client"} or view.was is None:
        return [_hours(view)]
    before = when_range(view.language, *view.was)
    was = text(view.language, "cards.appointment.moved_from", when=before)
    return [_hours(view), line(was, subtle=True, size="small", spacing="none")]


def about(view: AppointmentCard, *before: tuple[str, str]) -> list[ColumnSet]:
    """With whom about what, without the time; `before`: what is said above it."""
    tongue = view.language
    number = [(text(tongue, "cards.fact.phone"), view.phone)] if view.phone else []
    return facts(
        [
            *before,
            (text(tongue, "cards.fact.client"), plain(view.client)),
            *number,
            (text(tongue, "cards.fact.service"), plain(view.service)),
            (
                text(tongue, "cards.fact.modality"),
                text(tongue, f"cards.modality.{view.modality}"),
            ),
            (text(tongue, "cards.fact.reference"), view.reference),
        ]
    )


def _unspoken(view: AppointmentCard) -> list[Container]:
    """Say while it is ahead that its client is met in a language not among hers."""
    if view.unspoken is None or view.over or view.status not in _AHEAD:
        return []
    name = text(view.language, f"cards.language.{view.unspoken}")
    spoken = text(view.language, "cards.appointment.spoken", tongue=name)
    hint = text(view.language, "cards.appointment.unspoken")
    return [callout("accent", f"{spoken} {hint}")]


def truths(view: AppointmentCard) -> list[ColumnSet]:
    """Draw the three truths below each other, in words as well as in colour."""
    return [
        _truth(view.language, each, first=not later)
        for later, each in enumerate(view.truths.lines)
    ]


def _truth(tongue: Language, told: TruthLine, *, first: bool) -> ColumnSet:
    name = text(tongue, f"cards.truth.{told.name}")
    said = text(tongue, f"cards.truth.{told.name}.{told.how}")
    if told.due is not None:
        when = unbroken(when_short(tongue, told.due))
        said = text(tongue, f"cards.truth.{told.name}.due", when=when)
    values = [line(f"{_MARKS[told.how]} {said}", color=_COLOURS[told.how])]
    if told.at is not None:
        at = when_short(tongue, told.at)
        values.append(line(at, subtle=True, size="small", spacing="none"))
    return ColumnSet(
        separator=first,
        spacing="medium" if first else "small",
        columns=[
            Column(width="stretch", items=[line(name, subtle=True)]),
            Column(width="stretch", items=values),
        ],
    )


def actions(view: AppointmentCard) -> list[ActionSet]:
    """Give all that can be done with it as it stands."""
    tongue = view.language
    here = {"appointment": view.appointment, "version": view.version}
    ahead = view.status in _AHEAD and not view.over
    join = None
    joins = ahead and not view.choosing
    if view.join_url and joins and view.modality is Modality.REMOTE:
        join = leaf(text(tongue, "cards.do.join"), view.join_url, "positive")
    again = None
    if view.status in CANCELLED:
        again = press(text(tongue, "cards.do.again"), verbs.BOOK_AGAIN, {})
    move = None
    if view.status in AGREED and not view.begun and ahead:
        move = press(text(tongue, "cards.do.move"), verbs.APPOINTMENT_TIMES, here)
    cancel = _second_thought(view, here) if ahead else None
    page = leaf(text(tongue, "cards.do.details"), view.open_url)
    how = outcomes.folded_ways(view, here, arrivals.apart(view))
    then = outcomes.next_one(view, here)
    ways = outcomes.open_ways(view, here)
    late = lateness.choices(view)
    come = arrivals.choices(view, here)
    return [*ways, *buttons(join, *late, *come, then, page, again, how, move, cancel)]


def _second_thought(view: AppointmentCard, here: dict[str, int]) -> Action:
    tongue = view.language
    yes = text(tongue, "cards.do.cancel_yes")
    lead = "cancel_begun_lead" if view.begun else "cancel_lead"
    return unfold(
        text(tongue, "cards.do.cancel"),
        Container(items=[line(text(tongue, f"cards.appointment.{lead}"))]),
        *buttons(press(yes, verbs.APPOINTMENT_CANCEL, here, "destructive")),
        style="destructive",
    )
