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


def _looked_for(path: str) -> Callable[[Door], Awaitable[Race]]:
    async def race(door: Door) -> Race:
        await booked(door)
        before = held(door)

        def done() -> bool:
            return held(door) == before

        return Race(path, {"whom": "Maija"}, done, 0, {200}, door.staff())

    return race


SEARCHES: dict[str, Callable[[Door], Awaitable[Race]]] = {
    "/teams/book/clients": _looked_for("/teams/book/clients"),
    "/teams/list": _looked_for("/teams/list"),
    "/teams/reception": a_search_at_the_reception,
}
