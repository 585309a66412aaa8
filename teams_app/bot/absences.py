"""*Olen poissa* and *olen takaisin*: asked about, recorded, changed, ended.

Nothing is recorded before she has seen what it means and said yes. What she wrote is not
kept; of why she is away nothing ever comes this far.
"""

from dataclasses import replace

import cards
from booking.absence import Absence, Away, Wrong, is_sound, span_of, typed_away
from booking.model import Professional
from booking.spans import Span, from_epoch
from booking.views.absences import AwayCard
from booking.views.cards import Notice
from cards import verbs
from teams_app.actions import absence_views, absences
from teams_app.actions.absences import By, NotYours, Outdated
from teams_app.actions.access import Look, Person
from teams_app.bot.buttons import Press, Shown, note
from teams_app.errands import World
from teams_app.store import absences as rows
from teams_app.store import appointments
from teams_app.store.database import Tx

_REQUEST_MAX = 64
#: The farthest moments that a calendar of ours knows, in epoch seconds.
_EPOCH_MAX = 4_102_444_800


async def ask(
    world: World, who: Person, professional: Professional, away: Away | None
) -> Shown:
    """Show what recording an absence would mean; where it is not clear when, ask."""
    zone = world.policy.zone
    span = None if away is None else span_of(away, world.now(), zone)
    if span is None or isinstance(span, Wrong):
        return await world.database.read(_form, world, professional, span)
    return await world.database.write(_asked, who, professional, span, world)


def _form(
    tx: Tx,
    world: World,
    professional: Professional,
    wrong: Wrong | None = None,
    typed: tuple[str, ...] = (),
) -> Shown:
    view = absence_views.form(
        tx,
        professional,
        wrong.value if wrong else "",
        typed,
        policy=world.policy,
        now=world.now(),
    )
    return Shown(cards.away_form(view), refused=wrong is not None)


def _asked(
    tx: Tx, who: Person, professional: Professional, span: Span, world: World
) -> Shown:
    now = world.now()
    planned = absences.plan(tx, professional.id, span, now)
    if planned.known is not None:
        return _shown(tx, who, planned.known, world)
    absence_views.seen(tx, who, planned.span, Look(now, "bot"))
    request = world.outside.ids.uuid()
    view = absence_views.asked(tx, professional, planned, request, world.policy, now)
    return Shown(cards.away(view))


def _shown(tx: Tx, who: Person, found: Absence, world: World, wrong: str = "") -> Shown:
    """Show an absence as it is, and log that its appointments were seen."""
    now = world.now()
    absence_views.seen(tx, who, found.span, Look(now, "bot"))
    view: AwayCard = absence_views.own(tx, found, world.policy, now)
    card = cards.away(replace(view, wrong=wrong))
    return Shown(card, f"absence:{found.id}", refused=bool(wrong))


async def back(world: World, who: Person, professional: Professional) -> Shown:
    """Show the absence that goes on, or the next one: on its card it is ended."""
    return await world.database.write(_back, who, professional, world)


def _back(tx: Tx, who: Person, professional: Professional, world: World) -> Shown:
    standing = absences.standing(tx, professional.id, world.now())
    if standing:
        return _shown(tx, who, standing[0], world)
    return Shown(cards.notice(Notice(professional.language, "not_away", {})))


async def answer(world: World, press: Press) -> Shown:
    """Do what was pressed and give the card that replaces the pressed one."""
    match press.verb:
        case verbs.AWAY_YES:
            return await world.database.write(_yes, press, world)
        case verbs.AWAY_NO:
            return await world.database.write(_no, press, world)
        case verbs.AWAY_DATES:
            return await _dates(world, press)
        case _:
            return await world.database.write(_finish, press, world)


def _yes(tx: Tx, press: Press, world: World) -> Shown:
    made = _made(tx, press)
    if made is not None:
        return _shown(tx, press.person, made, world)
    span = _span(press)
    if span is None or not is_sound(span, world.now()) or not _request(press):
        return _form(tx, world, press.professional, Wrong.PAST)
    found = absences.record(
        tx, _by(world, press), press.professional.id, span, _request(press)
    )
    assert isinstance(found, Absence), "it is her own"
    return _shown(tx, press.person, found, world)


def _made(tx: Tx, press: Press) -> Absence | None:
    """Give what this question has made already, whichever copy of it was press."""
    key = f"absence:{press.professional.id}:{_request(press)}"
    made = appointments.remembered(tx, key)
    return rows.find(tx, int(made)) if made else None


def _request(press: Press) -> str:
    return press.data.get("request", "")[:_REQUEST_MAX]


def _span(press: Press) -> Span | None:
    start, end = press.number("start"), press.number("end")
    return from_epoch(start, end) if 0 <= start < end <= _EPOCH_MAX else None


def _by(world: World, press: Press) -> By:
    return By(press.person, world.now(), "bot")


def _no(tx: Tx, press: Press, world: World) -> Shown:
    made = _made(tx, press)
    if made is not None:
        return _shown(tx, press.person, made, world)
    return note(press, "away_not")


async def _dates(world: World, press: Press) -> Shown:
    """Read what was typed: of a new absence it is shown what it means, an old one changes."""
    typed = tuple(
        press.data.get(name, "").strip()[:16]
        for name in (verbs.FIRST, verbs.STARTS, verbs.LAST, verbs.ENDS)
    )
    away = typed_away(*typed)
    zone = world.policy.zone
    span = Wrong.NO_DATE if away is None else span_of(away, world.now(), zone)
    if "absence" in press.data:
        return await world.database.write(_change, press, span, world)
    if isinstance(span, Wrong):
        return await world.database.read(_form, world, press.professional, span, typed)
    return await world.database.write(
        _asked, press.person, press.professional, span, world
    )


def _change(tx: Tx, press: Press, span: Span | Wrong, world: World) -> Shown:
    if isinstance(span, Wrong):
        found = rows.find(tx, press.number("absence"))
        if found is None or found.professional != press.professional.id:
            return note(press, "gone")
        return _shown(tx, press.person, found, world, span.value)
    changed = absences.change(
        tx,
        _by(world, press),
        press.number("absence"),
        press.number("version"),
        span,
    )
    return _result(tx, press, changed, world)


def _finish(tx: Tx, press: Press, world: World) -> Shown:
    finished = absences.finish(
        tx, _by(world, press), press.number("absence"), press.number("version")
    )
    return _result(tx, press, finished, world)


def _result(
    tx: Tx, press: Press, became: Absence | Outdated | NotYours, world: World
) -> Shown:
    outdated = isinstance(became, Outdated)
    found = became.absence if isinstance(became, Outdated) else became
    # What a supervisor changes of others she sees in the tab.
    if isinstance(found, NotYours) or found.professional != press.professional.id:
        return note(press, "gone")
    return _shown(tx, press.person, found, world, "outdated" if outdated else "")
