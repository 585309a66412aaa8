"""Of a client's coming, what is pressed three times at once."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from booking.appointments import Actor
from booking.model import Appointment, BookedBy, Modality
from teams_app.store import appointments, bindings, log, people
from tests import make
from tests.booking.test_binding import BINDING
from tests.web.conftest import Door
from tests.web.races import Race, shown


async def _near(door: Door, **changes: Any) -> Appointment:
    made = door.small.book(24, **changes)
    await door.small.settle_down()
    door.small.clock.set(made.span.start - timedelta(minutes=10))
    await door.small.settle_down()
    return made


def _logged_once(door: Door, made: Appointment, what: str) -> bool:
    entries = door.small.read(log.entries, f"appointment:{made.id}", 50)
    cards = [each for each in door.small.owed("came") if each.outcome == "posted"]
    said = [each.what for each in entries].count(what)
    return said == 1 and len(cards) == len(door.small.owed("came")) == 1


async def a_client_who_has_come(door: Door) -> Race:
    made = await _near(door, modality=Modality.IN_PERSON)
    path = f"/teams/appointment/{made.reference}/arrival"
    fields = {"version": str(made.version), "said": "arrived"}
    reception = door.staff(oid=RECEPTION, roles=["Vuoro.Reception"])

    def done() -> bool:
        return _logged_once(door, made, "arrived")

    return Race(path, fields, done, 0, {200}, reception)


#: Of every unit, by her app role.
RECEPTION = "00000000-0000-4000-8000-0000000000d5"


async def a_client_who_cannot_join(door: Door) -> Race:
    made = await _near(door)
    fields = await shown(door, door.path(made, "/cancel"))
    path = door.path(made).replace("/a/", "/j/")
    return Race(path, fields, lambda: _logged_once(door, made, "could_not_join"))


async def a_client_who_tries_again(door: Door) -> Race:
    made = await _near(door)
    path = door.path(made).replace("/a/", "/j/")
    fields = await shown(door, door.path(made, "/cancel"))
    await door.post(path, **fields)
    await door.small.settle_down()
    door.small.clock.advance(minutes=1)

    def done() -> bool:
        return _logged_once(door, made, "trying")

    return Race(f"{path}/again", fields, done, answers={204})


async def an_obstacle(door: Door) -> Race:
    binding = replace(door.small.service, binding=BINDING, booked_by=BookedBy.INVITED)
    door.small.write(people.save_service, binding)
    made = door.small.book(24, by=Actor.PROFESSIONAL)
    await door.small.settle_down()
    fields = await shown(door, door.path(made, "/obstacle"))
    fields["explanation"] = "Juna ei kulje."

    def done() -> bool:
        return _logged_once(door, made, "obstacle")

    return Race(door.path(made, "/obstacle"), fields, done)


async def an_answer_to_an_obstacle(door: Door) -> Race:
    race = await an_obstacle(door)
    await door.post(race.path, **race.fields)
    await door.small.settle_down()
    week = make.span(0, 7 * 24 * 60)
    (made,) = door.small.read(appointments.between, [make.AINO], week)

    def done() -> bool:
        entries = door.small.read(log.entries, f"appointment:{made.id}", 50)
        return [each.what for each in entries].count("obstacle_answered") == 1

    found = door.small.read(bindings.find, made.id)
    fields = {"reported": f"{int(found.obstacle.timestamp())}"}
    path = f"/teams/appointment/{made.reference}/keep"
    return Race(path, fields, done, 1, {200}, door.staff())


async def a_client_who_asks_for_another_language(door: Door) -> Race:
    made = door.small.book(24)
    await door.small.settle_down()
    fields = await shown(door, door.path(made, "/cancel"))

    def done() -> bool:
        entries = door.small.read(log.entries, f"appointment:{made.id}", 50)
        return [each.what for each in entries].count("message_language") == 1

    return Race(door.path(made, "/language?lang=sv"), fields, done)


COMING: dict[str, Callable[[Door], Awaitable[Race]]] = {
    "/a/{token}/language": a_client_who_asks_for_another_language,
    "/a/{token}/obstacle": an_obstacle,
    "/teams/appointment/{reference}/keep": an_answer_to_an_obstacle,
    "/j/{token}": a_client_who_cannot_join,
    "/j/{token}/again": a_client_who_tries_again,
    "/teams/appointment/{reference}/arrival": a_client_who_has_come,
}
