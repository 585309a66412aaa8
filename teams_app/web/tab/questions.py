"""Answering a question about a change in Outlook in the tab, as its card does.

Whom the bot cannot reach is led here by the feed or by mail, and so is a colleague who
is asked about an appointment that she may not see. The answers go the way of a button's.
"""

from dataclasses import dataclass, replace

from aiohttp import web

from booking.model import ProfessionalId
from booking.views import questions as words
from booking.views.cards import ConflictKind
from booking.views.questions import QuestionPage, QuestionPart
from booking.views.waiting import answered_at
from booking.wording import text
from teams_app import errands
from teams_app.actions import access, asked, handover_views, handovers
from teams_app.actions.access import Right
from teams_app.actions.answering import CONFIRMING, REFUSED, WRONG
from teams_app.actions.asked import Given
from teams_app.actions.conflicts import Answer, Unanswerable
from teams_app.actions.handovers import Reply
from teams_app.store import appointments as rows
from teams_app.store import conflicts, people
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx
from teams_app.web.tab import appointments, asking, record
from teams_app.web.tab.seat import Seat, number

HERE = "/teams/question/{conflict}"
_TAKE, _AGREED, _LEAVE = "take", "take_agreed", "leave"
#: An answer that is kept until a calendar can be read is no refusal.
_ACCEPTED, _REFUSED = 202, 409


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which question the address names, and why an answer to it was not taken."""

    number: int
    wrong: str = ""


async def show(seat: Seat) -> web.Response:
    return await _shown(seat, _Asked(_number(seat)))


def _number(seat: Seat) -> int:
    return number({"conflict": [seat.request.match_info["conflict"]]}, "conflict")


async def _shown(seat: Seat, which: _Asked) -> web.Response:
    view = await seat.world.database.write(_page, seat, which)
    if view is None:
        return seat.not_hers()
    status = 200
    if which.wrong:
        status = _ACCEPTED if which.wrong == CONFIRMING else _REFUSED
    return seat.show("tab/question.html", view, status)


def _page(tx: Tx, seat: Seat, which: _Asked) -> QuestionPage | None:
    """Show a question to who may read it, and log the look."""
    found = conflicts.find(tx, which.number)
    if found is None:
        return None
    about = rows.load(tx, found.appointment)
    if access.may(tx, seat.who, about.professional):
        seen = access.appointment(tx, seat.who, about.id, seat.look)
    elif handovers.may_read(tx, found, seat.who.object_id):
        access.asked(tx, seat.who.object_id, about.id, seat.look)
        seen = None
    else:
        return _gone(tx, seat, found)
    owner = people.professional(tx, about.professional)
    client = about.client if seen is not None else None
    return QuestionPage(
        part=asking.part(tx, seat, found, which.wrong),
        reference=about.reference,
        starts=about.span.start,
        ends=about.span.end,
        back=seat.first,
        service=people.service(tx, about.service).name.in_(seat.language),
        client=people.client(tx, client).name if client is not None else "",
        professional="" if seat.who.is_(owner.id) else owner.name,
        appointment=record.at(about.reference) if seen is not None else "",
        here=answered_at(found.id),
    )


def _gone(tx: Tx, seat: Seat, found: Conflict) -> QuestionPage | None:
    """Say to her who had it, and was asked, who has it now; of the client nothing."""
    if found.kind is ConflictKind.COPIED or not seat.who.is_(found.professional):
        return None
    about = rows.load(tx, found.appointment)
    access.asked(tx, seat.who.object_id, about.id, seat.look)
    away = handover_views.handed_away(tx, about, seat.who.object_id)
    said = words.handed_away(replace(away, language=seat.language))
    return QuestionPage(
        part=QuestionPart(said, answered_at(found.id), found.version, found.id),
        reference=about.reference,
        starts=about.span.start,
        ends=about.span.end,
        back=seat.first,
        here=answered_at(found.id),
    )


async def answer(seat: Seat) -> web.Response:
    """Give one of the answers. An old copy of the page shows how it stands instead."""
    form = await seat.form()
    found = await seat.world.database.read(conflicts.find, _number(seat))
    if found is None:
        return seat.not_hers()
    name = (form.get("act") or [""])[0]
    if found.kind is ConflictKind.COPIED:
        done = await _decided(seat, found, name, form)
    else:
        done = await _answered(seat, found, name, form)
    if done is None:  # Not hers, or not any more: whose it is now she may be told.
        return await _shown(seat, _Asked(found.id))
    if isinstance(done, Unanswerable):
        why = (WRONG if found.kind is ConflictKind.COPIED else REFUSED).get(done.why)
        if why is None or done.why == "not_yours":
            return seat.not_hers()
        return await _shown(seat, _Asked(found.id, why))
    return await _after(seat, done)


async def _answered(
    seat: Seat, found: Conflict, name: str, form: dict[str, list[str]]
) -> Answer | None:
    if name not in asked.NAMES:
        raise web.HTTPBadRequest
    given = Given(found.id, number(form, "version"), name, seat.who, seat.look)
    chosen = form.get("colleague", [""])[0]
    to = ProfessionalId(number(form, "colleague")) if chosen else None
    return await errands.answer(seat.world, given, to)


async def _decided(
    seat: Seat, found: Conflict, name: str, form: dict[str, list[str]]
) -> Answer | None:
    if name not in {_TAKE, _AGREED, _LEAVE}:
        raise web.HTTPBadRequest
    person, version = seat.who.object_id, number(form, "version")
    reply = Reply(found.id, version, person, agreed=name == _AGREED)
    return await errands.decide(seat.world, seat.who, reply, leave=name == _LEAVE)


async def _after(seat: Seat, done: Conflict) -> web.Response:
    """Say what came of it, where the appointment stands if she may see that."""
    about = await seat.world.database.read(rows.load, done.appointment)
    if not await seat.world.database.read(
        access.may, seat.who, about.professional, Right.READ
    ):
        return await _shown(seat, _Asked(done.id))
    said = await seat.world.database.read(asking.said_of, seat, done)
    asked_desk = text(seat.language, "desk.asked.done")
    return await appointments.said(
        seat, about.reference, asked_desk if done.settled is None else said.title
    )
