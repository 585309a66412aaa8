"""What is pressed three times at once, for every route that takes a post."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from booking import service_forms, tenant_rules
from booking.links import LinkKind
from booking.model import Appointment, Status
from booking.own_settings import Own, Section
from booking.spans import wall
from cards import verbs
from graph_sync.graph import Refused
from teams_app.actions import (
    health,
    own_settings,
    service_sheets,
    staffing,
    unit_sheets,
)
from teams_app.store import (
    absences,
    covers,
    decisions,
    log,
    notes,
    people,
)
from tests import make
from tests.bot import at_the_desk
from tests.bot.talk import BO
from tests.support.small_world import POLICY, SUPERVISOR, dump
from tests.web.client import BOX, FORM, choose, fill_in, hidden, only, slot
from tests.web.conftest import Answer, Door
from tests.web.test_every_route import booking_form, notice

PRESSES = 3


@dataclass(frozen=True)
class Race:
    """A button, and what one press of it does."""

    path: str
    fields: Any
    done: Callable[[], bool]
    mails: int = 0  #: Messages it owes the client.
    answers: set[int] = field(default_factory=lambda: {303})
    headers: dict[str, str] = field(default_factory=dict)
    json: Any = None

    async def press(self, door: Door) -> Answer:
        sent = {"json": self.json} if self.json else {"data": self.fields}
        return await door.ask("POST", self.path, headers=self.headers, **sent)


async def booked(door: Door) -> Appointment:
    """Book a time of which everything is known and told."""
    made = door.small.book(24)
    await door.small.settle_down()
    return made


def once(door: Door, made: Appointment, **changed: Any) -> bool:
    """Say whether this alone has come of an appointment, in one step."""
    after = replace(made, version=made.version + 1, **changed)
    return bool(door.small.appointment(made.id) == after)


def held(door: Door) -> list[str]:
    """Give the rows of the appointments that there are."""
    found: list[str] = door.small.read(dump)["appointments"]
    return found


async def shown(door: Door, path: str) -> dict[str, str]:
    """Give the token of the form at this address."""
    return {"form_token": (await door.get(path)).token}


# The client's.


async def a_time(door: Door) -> Race:
    fields = await shown(door, "/b/guidance") | {"slot": slot(24)}
    return Race("/b/guidance", fields, lambda: len(held(door)) == 1)


async def an_offered_time(door: Door) -> Race:
    offer = door.small.offer(24, 26)
    await door.small.settle_down()
    path = f"/o/{door.small.links.token(LinkKind.OFFER, offer.link, 0)}"
    fields = await shown(door, path) | {"slot": slot(26)}
    return Race(path, fields, lambda: only(door.small).span == make.span(26))


async def details(door: Door) -> Race:
    path = await choose(door)
    fields = await shown(door, path) | FORM
    clients = len(door.small.read(dump)["clients"])
    return Race(
        path, fields, lambda: len(door.small.read(dump)["clients"]) == clients + 1
    )


async def confirmation(door: Door) -> Race:
    check = (await fill_in(door, await choose(door))).location
    path = check.replace("/check", "/confirm")
    fields = await shown(door, check)
    return Race(path, fields, lambda: only(door.small).status is Status.BOOKED, mails=1)


async def letting_go(door: Door) -> Race:
    check = (await fill_in(door, await choose(door))).location
    path = check.replace("/check", "/release")
    fields = await shown(door, check)
    return Race(path, fields, lambda: held(door) == [], answers={200})


async def a_time_to_move_to(door: Door) -> Race:
    made = await booked(door)
    path = door.path(made, "/move")
    fields = await shown(door, path) | {"slot": slot(26)}
    return Race(path, fields, lambda: door.small.appointment(made.id) == made)


async def a_move(door: Door) -> Race:
    made = await booked(door)
    path = door.path(made, f"/move/check?slot={slot(26)}")
    fields = hidden(await door.get(path))
    return Race(path, fields, lambda: once(door, made, span=make.span(26)), mails=1)


async def a_cancellation(door: Door) -> Race:
    made = await booked(door)
    path = door.path(made, "/cancel")
    fields = await shown(door, path)
    ended = {"status": Status.CANCELLED_BY_CLIENT}
    return Race(path, fields, lambda: once(door, made, **ended), mails=1)


# The professional's.


async def a_booking_in_the_tab(door: Door) -> Race:
    def done() -> bool:
        return only(door.small).status is Status.BOOKED

    return Race("/teams/book", booking_form(), done, 1, {200}, door.staff())


async def a_cancellation_in_the_tab(door: Door) -> Race:
    made = await booked(door)
    path = f"/teams/appointment/{made.reference}/cancel"
    fields = {"version": str(made.version), "tell": "yes"}

    def done() -> bool:
        return once(door, made, status=Status.CANCELLED_BY_US)

    return Race(path, fields, done, 1, {200}, door.staff())


async def a_move_in_the_tab(door: Door) -> Race:
    made = await booked(door)
    path = f"/teams/appointment/{made.reference}/move"
    fields = {"version": str(made.version), "slot": slot(26)}

    def done() -> bool:
        return once(door, made, span=make.span(26))

    return Race(path, fields, done, 1, {200}, door.staff())


async def an_outcome(door: Door) -> Race:
    made = await booked(door)
    door.small.clock.set(made.span.start)
    path = f"/teams/appointment/{made.reference}/outcome"
    fields = {"version": str(made.version), "outcome": "completed"}

    def done() -> bool:
        return once(door, made, status=Status.COMPLETED)

    return Race(path, fields, done, 0, {200}, door.staff())


async def a_delay(door: Door) -> Race:
    made = await booked(door)
    door.small.clock.set(made.span.start - timedelta(minutes=10))
    await door.small.settle_down()
    path = f"/teams/appointment/{made.reference}/late"
    fields = {"version": str(made.version), "minutes": "10"}

    def done() -> bool:
        entries = door.small.read(log.entries, f"appointment:{made.id}", 50)
        return [each.what for each in entries].count("running_late") == 1

    return Race(path, fields, done, 1, {200}, door.staff())


async def a_note(door: Door) -> Race:
    made = await booked(door)
    path = f"/teams/appointment/{made.reference}/notes"

    def done() -> bool:
        return len(door.small.read(notes.of_appointment, made.id)) == 1

    fields = {"text": "Calls on Monday", "request": "r1"}
    return Race(path, fields, done, 0, {200}, door.staff())


async def a_note_struck_out(door: Door) -> Race:
    small, made = door.small, await booked(door)
    author = make.a_professional().object_id
    note = small.write(notes.add, made.id, author, "Calls on Monday", small.now)
    path = f"/teams/appointment/{made.reference}/notes/{note.id}"

    def done() -> bool:
        (after,) = small.read(notes.of_appointment, made.id)
        return after.struck is not None and after.version == note.version + 1

    fields = {"act": "strike", "version": str(note.version)}
    return Race(path, fields, done, 0, {200}, door.staff())


async def a_hand_over(door: Door) -> Race:
    made = await booked(door)
    path = f"/teams/appointment/{made.reference}/hand"
    fields = {
        "version": str(made.version),
        "to": str(make.BO),
        "at": f"{wall(made.span.start, door.small.policy.zone):%H:%M}",
        "tell": "yes",
    }

    def done() -> bool:
        return once(door, made, professional=make.BO)

    return Race(path, fields, done, 0, {200}, door.staff(oid=SUPERVISOR))


async def a_hand_over_taken_back(door: Door) -> Race:
    hand = await a_hand_over(door)
    assert (await hand.press(door)).status == 200
    handed = only(door.small)
    path = hand.path.removesuffix("hand") + "undo"

    def done() -> bool:
        return once(door, handed, professional=make.AINO)

    fields = {"version": str(handed.version)}
    return Race(path, fields, done, 0, {200}, hand.headers)


async def a_taking_at_the_desk(door: Door) -> Race:
    (own,) = await at_the_desk.asked(door.small, 24)
    (cover,) = door.small.read(covers.of_appointment, own.id)
    fields = {
        "act": "take",
        verbs.COVER: f"{cover.id}",
        verbs.APPOINTMENT: f"{own.id}",
        verbs.MOST: "1",
    }
    before = only(door.small)

    def done() -> bool:
        return once(door, before, professional=make.BO)

    return Race("/teams/desk", fields, done, 1, {200}, door.staff(oid=BO))


async def an_absence(door: Door) -> Race:
    day = make.span(24)
    start, end = (int(each.timestamp()) for each in (day.start, day.end))
    fields = {"act": "yes", "request": "r1", "start": f"{start}", "end": f"{end}"}

    def done() -> bool:
        kept = door.small.read(absences.of, make.AINO)
        told = door.small.owed("tell_away")
        return [each.span for each in kept] == [day] and len(told) == 1

    return Race("/teams/away", fields, done, 0, {200}, door.staff())


async def a_setting(door: Door) -> Race:
    stamp = own_settings.stamp(Own(), Section.LIMIT)
    fields = {"section": "daily_limit", "stamp": stamp, "daily_limit": "4"}

    def done() -> bool:
        entries = door.small.read(log.entries, f"professional:{make.AINO}", 9)
        return len(entries) == 1

    return Race("/teams/settings", fields, done, 0, {200}, door.staff())


async def a_job_tried_again(door: Door) -> Race:
    small = door.small
    small.graph.refusals[BOX] = Refused("ErrorInvalidRequest")
    await booked(door)
    small.graph.refusals.clear()
    (dead,) = small.read(health.facts, small.policy, small.now).dead
    headers = door.staff(roles=["Vuoro.Admin"])

    def done() -> bool:
        return len(small.graph.ours(BOX)) == 1

    fields = {"act": "retry", "id": str(dead.id)}
    return Race("/teams/health", fields, done, 0, {200}, headers)


# Graph's.


async def a_notice(door: Door) -> Race:
    body = {"value": [notice(door.small)]}

    def done() -> bool:
        return len(door.small.owed("pull")) == 1

    return Race("/hooks/graph", {}, done, 0, {202}, json=body)


async def a_professional_changed(door: Door) -> Race:
    small, bo = door.small, make.bo().object_id
    path = f"/teams/admin/professionals/{bo}"
    sheet = small.read(staffing.of, bo)
    fields = {
        "seen": sheet.seen,
        "name": "Bo Berg",
        "unit": "itakatu",
        "languages": "sv",
        "language": "sv",
        "services": "guidance",
    }

    def done() -> bool:
        entries = small.read(log.entries, f"professional:{make.BO}", 9)
        return len(entries) == 1

    headers = door.staff(roles=["Vuoro.Admin"])
    return Race(path, fields, done, 0, {200, 409}, headers)


def _decided(path: str, **fields: str) -> Callable[[Door], Awaitable[Race]]:
    """Decide something for the whole tenant: once, and logged once."""

    async def race(door: Door) -> Race:
        def done() -> bool:
            lines = door.small.read(log.entries, f"{path.rpartition('/')[2]}:1", 9)
            return len(lines) == len(door.small.read(decisions.every)) == 1

        headers = door.staff(roles=["Vuoro.Admin"])
        return Race(path, {"seen": "0"} | fields, done, 0, {200, 409}, headers)

    return race


async def a_trial(door: Door) -> Race:
    """A channel tried is written to once."""
    headers = door.staff(roles=["Vuoro.Admin"], preferred_username="a@kunta.example")
    fields = {"channel": "mail", "act": "try", "request": "r1"}

    def done() -> bool:
        return len(door.small.graph.mails) == 1

    return Race("/teams/admin/channels", fields, done, 1, {200}, headers)


def _rules() -> dict[str, str]:
    found = tenant_rules.values(POLICY) | {"offer_days": 3}
    return {key: tenant_rules.shown(value) for key, value in found.items()}


ADMIN = {"roles": ["Vuoro.Admin"]}


async def a_unit_added(door: Door) -> Race:
    small = door.small
    fields = {
        "seen": small.read(unit_sheets.of, unit_sheets.NEW).seen,
        "name_fi": "Lansikatu",
        "phone": "029 123 4500",
        "sensitivity": "normal",
        "supervisors": SUPERVISOR,
    }
    before = len(small.read(people.units))

    def done() -> bool:
        return len(small.read(people.units)) == before + 1

    path = f"/teams/admin/units/{unit_sheets.NEW}"
    return Race(path, fields, done, 0, {200, 409}, door.staff(**ADMIN))


async def a_service_added(door: Door) -> Race:
    small = door.small
    sheet = small.read(service_sheets.of, service_sheets.NEW)
    fields = {
        **service_forms.written(make.a_service(), ()),
        "name_fi": ["Uusi palvelu"],
        "seen": [sheet.seen],
    }
    before = len(small.read(people.services))

    def done() -> bool:
        return len(small.read(people.services)) == before + 1

    path = f"/teams/admin/services/{service_sheets.NEW}"
    sent = [(name, each) for name, given in fields.items() for each in given]
    return Race(path, sent, done, 0, {200, 409}, door.staff(**ADMIN))


async def questions_changed(door: Door) -> Race:
    small = door.small
    fields = {
        "seen": small.read(service_sheets.of, "guidance").seen,
        "row": "0",
        "kind_0": "short",
        "label_0_fi": "Mista haluat puhua?",
    }

    def done() -> bool:
        entries = small.read(log.entries, f"service:{small.service.id}", 9)
        return len(entries) == len(small.service.questions) == 1

    path = "/teams/admin/services/guidance/questions"
    return Race(path, fields, done, 0, {200, 409}, door.staff(**ADMIN))


async def a_preview(door: Door) -> Race:
    # That she looks after Vuoro by her role is noted when she is first seen.
    await door.get("/teams/admin/services", headers=door.staff(**ADMIN))
    before = door.small.read(dump)

    def done() -> bool:
        return bool(door.small.read(dump) == before)

    fields = {"name_fi": "Toinen nimi", "minutes": "60"}
    path = "/teams/admin/services/guidance/preview"
    return Race(path, fields, done, 0, {200}, door.staff(**ADMIN))


RACES: dict[str, Callable[[Door], Awaitable[Race]]] = {
    "/b/{service}": a_time,
    "/o/{token}": an_offered_time,
    "/a/{token}/details": details,
    "/a/{token}/confirm": confirmation,
    "/a/{token}/release": letting_go,
    "/a/{token}/move": a_time_to_move_to,
    "/a/{token}/move/check": a_move,
    "/a/{token}/cancel": a_cancellation,
    "/teams/book": a_booking_in_the_tab,
    "/teams/appointment/{reference}/cancel": a_cancellation_in_the_tab,
    "/teams/appointment/{reference}/move": a_move_in_the_tab,
    "/teams/appointment/{reference}/outcome": an_outcome,
    "/teams/appointment/{reference}/late": a_delay,
    "/teams/appointment/{reference}/notes": a_note,
    "/teams/appointment/{reference}/notes/{note}": a_note_struck_out,
    "/teams/appointment/{reference}/hand": a_hand_over,
    "/teams/appointment/{reference}/undo": a_hand_over_taken_back,
    "/teams/health": a_job_tried_again,
    "/teams/desk": a_taking_at_the_desk,
    "/teams/away": an_absence,
    "/teams/settings": a_setting,
    "/teams/admin/professionals/{person}": a_professional_changed,
    "/teams/admin/rules": _decided("/teams/admin/rules", **_rules()),
    "/teams/admin/texts": _decided("/teams/admin/texts", closing_fi="Terveisin"),
    "/teams/admin/retention": _decided(
        "/teams/admin/retention", absences="400", cards="200"
    ),
    "/teams/admin/channels": a_trial,
    "/teams/admin/units/{unit}": a_unit_added,
    "/teams/admin/services/{service}": a_service_added,
    "/teams/admin/services/{service}/questions": questions_changed,
    "/teams/admin/services/{service}/preview": a_preview,
    "/hooks/graph": a_notice,
}
