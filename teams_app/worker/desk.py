"""Posting the cards of a unit's desk in its channel, and keeping them up to date."""

from datetime import date, datetime

from booking.model import UnitId
from teams_app.actions import desk_postings
from teams_app.actions.postings import Posting
from teams_app.errands import World
from teams_app.store import desks
from teams_app.store.database import Tx
from teams_app.store.jobs import Job
from teams_app.worker import Again, Done, Outcome, cards


async def cover(world: World, job: Job) -> Outcome:
    """Ask a unit's desk who can take what looks for a taker."""
    posting = await world.database.write(
        desk_postings.cover,
        job.key,
        job.number("cover"),
        world.policy,
        world.now(),
    )
    return await cards.post(world, posting)


async def cover_cards(world: World, job: Job) -> Outcome:
    standing = await world.database.read(
        desk_postings.around_cover, job.number("cover"), world.policy, world.now()
    )
    return await cards.update_all(world, standing)


async def cover_unclaimed(world: World, job: Job) -> Outcome:
    """Have the supervisors told what nobody of the unit has taken."""
    told = await world.database.write(
        desk_postings.unclaimed, job.number("cover"), world.policy, world.now()
    )
    if isinstance(told, datetime):
        return Again(due=told, why="quiet_hours", counts=False)
    return Done(f"told:{told}")


async def tell_unclaimed(world: World, job: Job) -> Outcome:
    posting = await world.database.write(
        desk_postings.tell_unclaimed, job.key, job.payload, world.policy, world.now()
    )
    return await cards.post(world, posting)


async def day(world: World, job: Job) -> Outcome:
    """Post the day's card; one that stands is brought up to date."""
    posting = await world.database.write(
        desk_postings.day, job.payload, world.policy, world.now()
    )
    if posting is not None and posting.card.activity_id is not None:
        await cards.update_all(world, [posting])
        return Done("updated")
    return await cards.post(world, posting)


async def day_look(world: World, job: Job) -> Outcome:
    """Bring the day's card up to date where it stands, and post none anew."""
    standing = await world.database.read(_standing, job.payload, world)
    return await cards.update_all(world, standing)


def _standing(tx: Tx, payload: dict[str, object], world: World) -> list[Posting]:
    desk = desks.of_unit(tx, UnitId(int(str(payload["unit"]))))
    if desk is None:
        return []
    on = date.fromisoformat(str(payload["day"]))
    return desk_postings.day_standing(tx, desk, on, world.policy, world.now())
