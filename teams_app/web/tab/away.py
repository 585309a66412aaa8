"""Absences in the tab: her own, and those of whom she supervises.

What an absence means is shown before it is recorded. Only that somebody is away is asked
and kept; nobody is asked why.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from booking.absence import Absence, Wrong, is_sound, span_of, typed_away
from booking.model import Appointment, Professional
from booking.spans import Span, from_epoch
from booking.views.absences import (
    AwayItem,
    AwayPage,
    AwayPlan,
    days_of,
    hours_of,
    says,
)
from booking.views.pages import Choice, FieldError, Problem
from teams_app.actions import absence_desk, absence_views, absences, access, covering
from teams_app.actions.absences import By, NotYours, Outdated
from teams_app.actions.access import Right
from teams_app.actions.covering import NotAsked
from teams_app.store import absences as rows
from teams_app.store import people
from teams_app.store.columns import bounds
from teams_app.store.database import Tx
from teams_app.web.tab import ways
from teams_app.web.tab.seat import Seat

HERE = "/teams/away"
_NAMES = ("first", "starts", "last", "ends")
_REQUEST_MAX = 64
_EPOCH_MAX = 4_102_444_800
#: Beside which field it is said what is wrong.
_WRONG: dict[Wrong, tuple[str, Problem]] = {
    Wrong.NO_DATE: ("first", "away_no_date"),
    Wrong.BACKWARDS: ("last", "away_backwards"),
    Wrong.PAST: ("last", "away_past"),
    Wrong.TOO_LONG: ("last", "away_too_long"),
    Wrong.TOO_FAR: ("first", "away_too_far"),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the page shows besides what stands."""

    who: str = ""
    typed: tuple[str, ...] = ()
    request: str = ""
    span: Span | None = None
    changes: int = 0
    wrong: Wrong | None = None
    outdated: bool = False
    done: str = ""
    status: int = 200


async def show(seat: Seat) -> web.Response:
    """Show what stands, and the form: empty, or with an absence to be changed."""
    query = seat.request.query
    asked = _Asked(who=query.get("who", ""), changes=_number(query.get("change", "")))
    return await _answer(seat, asked)


async def act(seat: Seat) -> web.Response:
    """Do what the button says."""
    form = {name: each[0] for name, each in (await seat.form()).items()}
    typed = tuple(form.get(name, "").strip()[:16] for name in _NAMES)
    asked = _Asked(
        who=form.get("who", ""),
        typed=typed,
        request=form.get("request", "")[:_REQUEST_MAX],
        changes=_number(form.get("absence", "")),
    )
    if form.get("act") == "look":
        return await _answer(seat, _look(seat, asked))
    doing = _ACTS.get(form.get("act", ""))
    if doing is None:
        return await _answer(seat, asked)
    done = await seat.world.database.write(doing, seat, asked, form)
    return await _answer(seat, done)


def _number(given: str) -> int:
    sound = given.isascii() and given.isdecimal() and len(given) <= 15  # noqa: PLR2004
    return int(given) if sound else 0


def _by(seat: Seat) -> By:
    return By(seat.who, seat.now, "tab")


def _read(seat: Seat, asked: _Asked) -> Span | Wrong:
    away = typed_away(*asked.typed)
    return Wrong.NO_DATE if away is None else span_of(away, seat.now, seat.zone)


def _look(seat: Seat, asked: _Asked) -> _Asked:
    span = _read(seat, asked)
    if isinstance(span, Wrong):
        return replace(asked, wrong=span, status=422)
    return replace(asked, span=span)


def _yes(tx: Tx, seat: Seat, asked: _Asked, form: dict[str, str]) -> _Asked | None:
    """Record what was shown. None: it is not hers to record."""
    start, end = _number(form.get("start", "")), _number(form.get("end", ""))
    whom = _whom(_may(tx, seat), asked.who)
    if whom is None:
        return None
    span = from_epoch(start, end) if 0 < start < end <= _EPOCH_MAX else None
    if span is None or not is_sound(span, seat.now) or not asked.request:
        return replace(asked, wrong=Wrong.PAST, status=422)
    made = absences.record(tx, _by(seat), whom.id, span, asked.request)
    assert isinstance(made, Absence), "she may, as we have just looked"
    return _Asked(who=asked.who, done="recorded")


def _change(tx: Tx, seat: Seat, asked: _Asked, form: dict[str, str]) -> _Asked | None:
    span = _read(seat, asked)
    if isinstance(span, Wrong):
        return replace(asked, wrong=span, status=422)
    version = _number(form.get("version", ""))
    changed = absences.change(tx, _by(seat), asked.changes, version, span)
    return _became(asked, changed, "changed")


def _finish(tx: Tx, seat: Seat, asked: _Asked, form: dict[str, str]) -> _Asked | None:
    version = _number(form.get("version", ""))
    finished = absences.finish(tx, _by(seat), asked.changes, version)
    return _became(asked, finished, "ended")


def _became(
    asked: _Asked, became: Absence | Outdated | NotYours, done: str
) -> _Asked | None:
    match became:
        case NotYours():
            return None
        case Outdated():
            return _Asked(who=asked.who, outdated=True, status=409)
        case Absence():
            return _Asked(who=asked.who, done="withdrawn" if became.withdrawn else done)


def _desk(tx: Tx, seat: Seat, asked: _Asked, _: dict[str, str]) -> _Asked | None:
    """Ask the unit's desk who can take what it leaves."""
    said = absence_desk.ask(tx, seat.who, asked.changes, seat.look)
    if said is NotAsked.NOT_YOURS:
        return None
    if isinstance(said, NotAsked):
        return _Asked(who=asked.who, outdated=True, status=409)
    return _Asked(who=asked.who, done="desk")


_ACTS: dict[str, Callable[[Tx, Seat, _Asked, dict[str, str]], _Asked | None]] = {
    "yes": _yes,
    "change": _change,
    "finish": _finish,
    "desk": _desk,
}


async def _answer(seat: Seat, asked: _Asked | None) -> web.Response:
    if asked is not None:
        view = await seat.world.database.read(_page, seat, asked)
        if view is not None:
            return seat.show("tab/away.html", view, asked.status)
    return seat.not_hers()


def _may(tx: Tx, seat: Seat) -> list[Professional]:
    """Give those whose absences she may record: herself first."""
    return access.served(tx, seat.who, Right.READ)


def _whom(may: Sequence[Professional], given: str) -> Professional | None:
    """Give whose absence is meant: hers, unless another is named whom she may."""
    if not given:
        return may[0] if may else None
    return next((each for each in may if str(each.id) == given), None)


def _page(tx: Tx, seat: Seat, asked: _Asked) -> AwayPage | None:
    may = _may(tx, seat)
    whom = _whom(may, asked.who)
    if whom is None:
        return None
    items = standing(tx, seat, may)
    changes = next((one for one in items if one.absence == asked.changes), None)
    typed = asked.typed or _typed(tx, seat, changes)
    wrong = _WRONG.get(asked.wrong) if asked.wrong else None
    return AwayPage(
        action=HERE,
        request=asked.request or seat.world.outside.ids.uuid(),
        people=tuple(Choice(str(each.id), each.name) for each in may),
        who=str(whom.id),
        name="" if seat.who.is_(whom.id) else whom.name,
        typed=typed,  # type: ignore[arg-type]
        standing=tuple(items),
        plan=_plan(tx, seat, whom, asked.span),
        changes=changes,
        errors=(FieldError(*wrong),) if wrong else (),
        outdated=asked.outdated,
        done=asked.done,
    )


def _typed(tx: Tx, seat: Seat, changes: AwayItem | None) -> tuple[str, ...]:
    if changes is None:
        return (f"{seat.today}", "", f"{seat.today}", "")
    found = rows.find(tx, changes.absence)
    assert found is not None
    (first, last), (starts, ends) = (
        days_of(found.span, seat.zone),
        hours_of(found.span, seat.zone),
    )
    return (f"{first}", starts, f"{last}", ends)


def _plan(tx: Tx, seat: Seat, whom: Professional, span: Span | None) -> AwayPlan | None:
    if span is None:
        return None
    planned = absences.plan(tx, whom.id, span, seat.now)
    start, end = bounds(planned.span)
    return AwayPlan(
        when=says(seat.language, planned.span, seat.zone, seat.today),
        touched=planned.touched,
        joins=planned.joins,
        start=start,
        end=end,
        known=planned.known is not None,
    )


def standing(tx: Tx, seat: Seat, of: Sequence[Professional]) -> list[AwayItem]:
    """Give the absences of these people that go on or are to come, by a few statements."""
    rows.read_ahead(tx, [each.id for each in of])
    found = [
        (one, each) for each in of for one in absences.standing(tx, each.id, seat.now)
    ]
    touched = absences.touched_by(tx, [one for one, _ in found], seat.now)
    covering.read_ahead(tx, [left for each in touched.values() for left in each])
    return [_item(tx, seat, one, each, touched[one.id]) for one, each in found]


def _item(
    tx: Tx,
    seat: Seat,
    found: Absence,
    whose: Professional,
    left: Sequence[Appointment],
) -> AwayItem:
    return AwayItem(
        absence=found.id,
        version=found.version,
        name="" if seat.who.is_(whose.id) else whose.name,
        when=says(seat.language, found.span, seat.zone, seat.today),
        state=absence_views.state_of(found, seat.now),
        touched=len(left),
        change=f"{HERE}?who={whose.id}&change={found.id}",
        team=_team(tx, seat, found, whose, left) if left else "",
        desk=covering.desk_of(tx, left, seat.now),
    )


def _team(
    tx: Tx, seat: Seat, found: Absence, whose: Professional, left: Sequence[Appointment]
) -> str:
    """Lead whoever looks after her unit to the first day with something to hand over."""
    if not access.leads(seat.who, whose.unit):
        return ""
    day = absence_views.day_to_see(found, left, seat.today, seat.zone)
    return ways.team_day(day, people.unit(tx, whose.unit).key)
