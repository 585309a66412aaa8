"""Running late, said in words or by a button: the next clients are told."""

from dataclasses import replace

import cards
from booking.lateness import MINUTES
from booking.model import Appointment, AppointmentId, Professional
from booking.views.lateness import LateCard
from cards import verbs
from teams_app.actions import access, late_views, lateness, list_postings
from teams_app.actions.access import Person
from teams_app.actions.lateness import Nobody, Others, Said
from teams_app.bot.buttons import (
    Press,
    Shown,
    as_it_stands,
    look,
    note,
    number_in,
)
from teams_app.errands import World


async def asked(
    world: World, who: Person, professional: Professional, minutes: int
) -> LateCard:
    """Ask how late, or whether so many minutes are to be told: nothing is said yet."""
    return await world.database.write(
        late_views.asking, who, professional, minutes, world.policy, look(world)
    )


async def taken_back(world: World, who: Person, professional: Professional) -> LateCard:
    """Say *on time after all* of everything; where nothing was said, ask instead."""
    took = await world.database.write(
        lateness.on_time, professional.id, _said(world, who)
    )
    if took:
        return late_views.taken_back(professional)
    return await asked(world, who, professional, 0)


def _said(world: World, who: Person) -> Said:
    return Said(who.who, world.now(), world.policy)


async def answer(world: World, press: Press) -> Shown:
    """Do what was pressed; a copy that names others than are waiting tells nobody."""
    id_ = AppointmentId(press.number("appointment"))
    found = await world.database.write(
        access.appointment, press.person, id_, look(world)
    )
    if found is None:
        return note(press, "gone")
    if press.verb == verbs.LATE_ON_TIME:
        return await _on_time(world, press, found)
    if press.number(verbs.MINUTES) not in MINUTES:
        return note(press, "bad_press")
    return await _tell(world, press, found)


async def _on_time(world: World, press: Press, found: Appointment) -> Shown:
    """Take back what still can be; where it is too late for that, show how it stands."""
    took = await world.database.write(
        lateness.on_time, found.professional, _said(world, press.person)
    )
    if verbs.WHOM not in press.data:
        return await as_it_stands(world, press, found.id)
    if took:
        return Shown(cards.late(late_views.taken_back(press.professional)))
    view = await world.database.write(
        late_views.seen,
        press.person,
        press.professional,
        found,
        world.policy,
        look(world),
    )
    return Shown(cards.late(view), list_postings.late_of(found.id))


async def _tell(world: World, press: Press, found: Appointment) -> Shown:
    named = press.data.get(verbs.WHOM)
    whom = None if named is None else _ids(named)
    minutes = press.number(verbs.MINUTES)
    said = await world.database.write(
        lateness.say, found, minutes, _said(world, press.person), whom
    )
    refused = isinstance(said, Nobody | Others)
    if named is None:
        wrong = "lateness.problem.too_late" if refused else None
        return await as_it_stands(world, press, found.id, wrong)
    if isinstance(said, Nobody | Others):
        view = await asked(world, press.person, press.professional, 0)
        return Shown(cards.late(replace(view, others=True)))
    view = await world.database.write(
        late_views.said,
        press.person,
        press.professional,
        said,
        world.policy,
        look(world),
    )
    return Shown(cards.late(view), list_postings.late_of(found.id))


def _ids(named: str) -> list[AppointmentId]:
    return [AppointmentId(number_in({"id": each}, "id")) for each in named.split(",")]
