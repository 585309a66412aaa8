"""Handing over or moving: the form, as a page or in the team view's dialog, and undo.

The form warns of what stands against it and asks again where it had not warned of that
yet. What it says was agreed to names whom and when the warning was about, so that
choosing another in between is no agreement.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from aiohttp import web

from booking import handover as rules
from booking.appointments import Tell
from booking.handover import Doubt
from booking.model import Appointment, ProfessionalId
from booking.spans import Span, instant, wall
from booking.views.pages import Choice
from booking.views.team import Done, HandChoice, HandedPage, HandPage
from booking.wording import dates
from teams_app import errands
from teams_app.actions import (
    access,
    already_told,
    covering,
    handing,
    lost_meetings,
    takers,
    until_morning,
)
from teams_app.actions import team as actions
from teams_app.actions.access import Right
from teams_app.actions.handing import Refused, Undone, Why, Wish
from teams_app.actions.records import truths_of
from teams_app.actions.takers import Wanted
from teams_app.actions.team import Fit
from teams_app.store import people
from teams_app.store.database import Tx
from teams_app.web.site import SOON
from teams_app.web.tab import team
from teams_app.web.tab.seat import Seat

_STATUS = {
    Why.NOT_YOURS: 403,
    Why.SAME: 422,
    Why.BESIDE: 422,
    Why.UNREAD: 503,
}
#: The hours that are offered, as far as somebody's are open; what is asked for besides
#: is offered too.
_FIRST, _LAST, _STEP = 7, 20, 15
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says so far."""

    to: int | None
    at: str
    agreed: str = ""
    tell: bool = True
    in_dialog: bool = False
    day: str = ""  #: Of the team view it was opened from.
    unit: str = ""
    look: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An appointment whose form is shown, and why nothing came of it so far."""

    found: Appointment
    asked: Asked
    wrong: str = ""


#: How team.js asks for what stands in its dialog.
_DIALOG = "Vuoro-Dialog"


def _asked(seat: Seat, fields: dict[str, list[str]]) -> Asked:
    def first(name: str) -> str:
        return (fields.get(name) or [""])[0]

    return Asked(
        to=_number(first("to")),
        at=first("at")[:8],
        agreed=first("agreed")[:200],
        tell="version" not in fields or first("tell") == "yes",
        in_dialog=_DIALOG in seat.request.headers,
        day=first("day")[:10],
        unit=first("unit")[:64],
        look=first("look")[:8],
    )


def _number(text: str) -> int | None:
    sound = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    return int(text) if sound else None


def _read(tx: Tx, seat: Seat) -> Appointment | None:
    reference = seat.request.match_info["reference"]
    return access.appointment_by_reference(tx, seat.who, reference, seat.look)


async def form(seat: Seat) -> web.Response:
    """Show whom it may be handed to and when, the best first, with what is doubtful."""
    given = seat.request.query
    asked = _asked(seat, {name: given.getall(name) for name in set(given)})
    found = await seat.world.database.write(_read, seat)
    if found is None:
        return seat.not_hers()
    return await _show(seat, Shown(found, asked))


async def _show(seat: Seat, shown: Shown, status: int = 200) -> web.Response:
    view = await seat.world.database.read(_page, seat, shown)
    if shown.asked.in_dialog:
        return seat.show("tab/hand_form.html", view, status)
    return seat.show("tab/hand.html", view, status)


def _page(tx: Tx, seat: Seat, shown: Shown) -> HandPage:
    found, asked = shown.found, shown.asked
    start = _start(seat, found, asked.at) or found.span.start
    time_ = Span(start, start + found.span.length)
    wanted = Wanted(found, found.professional, time_)
    fits = actions.fits(tx, seat.who, wanted, seat.world.policy, seat.now)
    chosen = _chosen(fits, asked.to)
    path = f"/teams/appointment/{found.reference}"
    page = HandPage(
        action=f"{path}/hand",
        version=found.version,
        reference=found.reference,
        starts=found.span.start,
        ends=found.span.end,
        service=people.service(tx, found.service).name.in_(seat.language),
        modality=found.modality,
        professional=people.professional(tx, found.professional).name,
        choices=tuple(map(_choice, fits)),
        to=chosen or 0,
        at=_clock(seat, start),
        times=_times(seat, found, start, fits),
        agreed="",
        back=path,
        proposed=asked.to is None and chosen is not None,
        tell=asked.tell,
        tells=found.client is not None,
        wrong=shown.wrong,
        closed=not handing.is_open(found, seat.now),
        desk=covering.desk_of(tx, [found], seat.now),
        in_dialog=asked.in_dialog,
        day=asked.day,
        unit=asked.unit,
        look=asked.look,
        truths=truths_of(tx, [found])[found.id],
        now=seat.now,
        client=_client(tx, shown),
    )
    if chosen is None or page.closed:
        return page
    warned = _warned(tx, seat, page, replace(wanted, to=chosen))
    # Whom nobody may choose is not proposed either.
    return replace(page, to=0) if page.proposed and warned.bars else warned


def _client(tx: Tx, shown: Shown) -> str:
    """Give whose appointment it is, where the page stands alone and it is hers to give."""
    found = shown.found
    refused = shown.wrong == Why.NOT_YOURS
    if shown.asked.in_dialog or refused or found.client is None:
        return ""
    return people.client(tx, found.client).name


def _choice(fit: Fit) -> HandChoice:
    who = fit.professional
    return HandChoice(who.id, who.name, fit.doubts, fit.own)


def _chosen(fits: Sequence[Fit], to: int | None) -> ProfessionalId | None:
    """Give who was chosen, or else who fits best and has it not."""
    able = [each.professional.id for each in fits]
    if to in able:
        return ProfessionalId(to)
    return next((each.professional.id for each in fits if not each.own), None)


def _warned(tx: Tx, seat: Seat, page: HandPage, wanted: Wanted) -> HandPage:
    """Say what stands against the one chosen, with the rows just read."""
    found, policy = wanted.appointment, seat.world.policy
    against = handing.doubts(tx, wanted, policy, seat.now)
    freely = access.may(tx, seat.who, found.professional, Right.HAND_FREELY)
    bars = rules.bars(against, found.modality, supervisor=freely)
    late = lost_meetings.is_late(tx, found, seat.now)
    stays = wanted.time == found.span and wanted.to != found.professional
    knows = already_told.if_handed(tx, found, wanted.to, wanted.time, seat.now)
    return replace(
        page,
        known=knows,
        agreed=_agreement(wanted.to, wanted.time.start, against),
        doubts=against,
        bars=bars,
        pause=takers.pause(tx, wanted, policy, seat.now)
        if Doubt.PAUSE in against
        else 0,
        late=late and stays,
    )


def _agreement(to: int, start: datetime, doubts: Sequence[Doubt]) -> str:
    return f"{to}@{int(start.timestamp())}:{','.join(doubts)}"


def _agreed(text: str, to: int, start: datetime) -> frozenset[Doubt]:
    """Read what she was warned of; about somebody else, or then, it was nothing."""
    about, _, named = text.partition(":")
    if about != _agreement(to, start, ()).removesuffix(":"):
        return frozenset()
    return frozenset(each for each in Doubt if each.value in named.split(","))


def _clock(seat: Seat, when: datetime) -> str:
    return f"{wall(when, seat.zone):%H:%M}"


def _start(seat: Seat, found: Appointment, at: str) -> datetime | None:
    """Read a time of the day on which it is; the hour it has means its own moment."""
    if at == _clock(seat, found.span.start):
        return found.span.start
    try:
        clock = time.fromisoformat(at)
    except ValueError:
        return None
    if clock.tzinfo is not None or clock.second or clock.microsecond:
        return None
    return instant(wall(found.span.start, seat.zone).date(), clock, seat.zone)


def _times(
    seat: Seat, found: Appointment, start: datetime, fits: Sequence[Fit]
) -> tuple[Choice, ...]:
    day = wall(found.span.start, seat.zone).date()
    every = {
        instant(day, time(minutes // 60, minutes % 60), seat.zone)
        for minutes in range(_FIRST * 60, _LAST * 60, _STEP)
    }
    open_ = [span for fit in fits for span in fit.open]
    offered = {
        each
        for each in every
        if any(
            one.start <= each and each + found.span.length <= one.end for one in open_
        )
    }
    ahead = {each for each in offered or every if each > seat.now}
    ahead |= {start, found.span.start}
    return tuple(
        Choice(_clock(seat, each), dates.clock(seat.language, each, seat.zone))
        for each in sorted(ahead)
    )


async def hand(seat: Seat) -> web.Response:
    """Hand over, move, or both, as the form says."""
    fields = await seat.form()
    asked = _asked(seat, fields)
    version = _number((fields.get("version") or [""])[0]) or 0
    found = await seat.world.database.write(_read, seat)
    if found is None:
        return await _again(seat, asked, version)
    start = _start(seat, found, asked.at)
    if asked.to is None or start is None:
        return await _show(seat, Shown(found, asked, "no_choice"), 422)
    wish = Wish(
        found.id,
        version,
        ProfessionalId(asked.to),
        start,
        Tell.YES if asked.tell else Tell.NO,
        _agreed(asked.agreed, asked.to, start),
    )
    done = await errands.hand(seat.world, seat.who, wish)
    if isinstance(done, Refused):
        return await _refused(seat, found, asked, done)
    return await _shown_done(seat, done, asked, version + 1)


async def _again(seat: Seat, asked: Asked, version: int) -> web.Response:
    """Show what her first press has done, by which the appointment is not hers now."""
    reference = seat.request.match_info["reference"]
    found = await seat.world.database.read(
        handing.undoable, seat.who, reference, version + 1
    )
    if found is None:
        return seat.not_hers()
    wished = (asked.to, _start(seat, found, asked.at))
    if wished != (found.professional, found.span.start):
        return seat.not_hers()
    await seat.world.database.write(access.shown_again, seat.who, found.id, seat.look)
    return await _shown_done(seat, found, asked, version + 1)


async def _shown_done(
    seat: Seat, done: Appointment, asked: Asked, version: int
) -> web.Response:
    said = await seat.world.database.read(_done, seat, done, asked, version)
    if asked.in_dialog:
        answer = await team.shown(seat, said)
        answer.headers["HX-Retarget"] = "#content"
        return answer
    return await _handed(seat, done, said)


async def _refused(
    seat: Seat, found: Appointment, asked: Asked, why: Refused
) -> web.Response:
    """Show the form as things stand now, with why nothing was done."""
    fresh = await seat.world.database.write(_read, seat) or found
    answer = await _show(
        seat, Shown(fresh, asked, why.why.value), _STATUS.get(why.why, 409)
    )
    if why.why is Why.UNREAD:
        answer.headers["Retry-After"] = SOON
    return answer


def _done(tx: Tx, seat: Seat, after: Appointment, asked: Asked, version: int) -> Done:
    """Say what the change has changed that made this version; a repeat changes nothing."""
    made = handing.change_of(tx, after.id, version)
    assert made is not None
    handed = made.professional != after.professional
    moved = made.span != after.span
    due = until_morning.of_appointment(tx, after, seat.world.policy, seat.now)
    told = handing.telling(tx, after, seat.now) if due is None else "later"
    if due is not None and due >= after.span.start:
        told, due = "too_late", None
    return Done(
        what="both" if handed and moved else "handed" if handed else "moved",
        told=told,
        due=due,
        known=already_told.known(tx, after, seat.now),
        grace=int(handing.GRACE.total_seconds()),
        name=people.professional(tx, after.professional).name,
        when=after.span.start,
        reference=after.reference,
        undo=f"/teams/appointment/{after.reference}/undo",
        version=version,
        day=asked.day if asked.in_dialog else "",
        unit=asked.unit,
        look=asked.look,
    )


async def _handed(
    seat: Seat, after: Appointment, said: Done, wrong: str = "", status: int = 200
) -> web.Response:
    sees = await seat.world.database.read(access.may, seat.who, after.professional)
    view = HandedPage(
        reference=after.reference,
        done=said,
        back=seat.frame.today or seat.frame.team,
        href=f"/teams/appointment/{after.reference}" if sees else "",
        wrong=wrong,
    )
    return seat.show("tab/handed.html", view, status)


async def undo(seat: Seat) -> web.Response:
    """Take back what was just done, for as long as nothing else has happened."""
    fields = await seat.form()
    asked = _asked(seat, fields)
    version = _number((fields.get("version") or [""])[0]) or 0
    reference = seat.request.match_info["reference"]
    found = await seat.world.database.read(
        handing.undoable, seat.who, reference, version
    )
    if found is None:
        return seat.not_hers()
    done = await errands.undo(seat.world, seat.who, found.id, version)
    wrong, after = "", found
    if isinstance(done, Refused):
        wrong = "taken" if done.why is Why.BARRED else done.why.value
        await seat.world.database.write(
            access.shown_again, seat.who, found.id, seat.look
        )
    else:
        after = done.appointment
    said = await seat.world.database.read(_undone, after, done, asked, seat.now)
    status = _STATUS.get(done.why, 409) if isinstance(done, Refused) else 200
    if asked.day and access.led(seat.who):
        return await team.shown(seat, said, wrong, status)
    return await _handed(seat, after, said, wrong, status)


def _undone(
    tx: Tx, after: Appointment, done: Undone | Refused, asked: Asked, now: datetime
) -> Done:
    """Say how it stands again, and whether the client hears of it."""
    unheard = isinstance(done, Undone) and done.unheard
    return Done(
        what="undone",
        told="unheard" if unheard else "again",
        known=None if unheard else already_told.known(tx, after, now),
        name=people.professional(tx, after.professional).name,
        when=after.span.start,
        reference=after.reference,
        day=asked.day,
        unit=asked.unit,
        look=asked.look,
    )
