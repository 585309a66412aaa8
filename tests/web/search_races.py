"""Of looking for a client, what is pressed three times at once."""

from collections.abc import Awaitable, Callable

from teams_app.store import people
from tests import make
from tests.web.conftest import Door
from tests.web.races import Race, booked, held


async def a_search_at_the_reception(door: Door) -> Race:
    desk = make.bo().object_id
    door.small.write(lambda tx: people.set_receptionists(tx, make.a_unit().id, [desk]))
    await booked(door)
    before = held(door)
    headers = door.staff(oid=desk)

    def done() -> bool:
        return held(door) == before

    return Race("/teams/reception", {"whom": "Maija"}, done, 0, {200}, headers)


async def a_client_looked_for(door: Door) -> Race:
    await booked(door)
    before = held(door)

    def done() -> bool:
        return held(door) == before

    fields = {"whom": "Maija"}
    return Race("/teams/book/clients", fields, done, 0, {200}, door.staff())


SEARCHES: dict[str, Callable[[Door], Awaitable[Race]]] = {
    "/teams/book/clients": a_client_looked_for,
    "/teams/reception": a_search_at_the_reception,
}
