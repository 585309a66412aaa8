"""That a client has come, taken back on a card."""

from booking.appointments import Outdated
from booking.model import Appointment, AppointmentId
from cards import verbs
from teams_app.actions import access, arrivals
from teams_app.actions.arrivals import By
from teams_app.bot.buttons import Press, Shown, as_it_stands, look, note
from teams_app.errands import World
from teams_app.store import people


async def answer(world: World, press: Press) -> Shown:
    """Do what was pressed; an old card shows the present state instead."""
    id_ = AppointmentId(press.number("appointment"))
    found = await world.database.write(
        access.appointment, press.person, id_, look(world)
    )
    if found is None:
        return note(press, "gone")
    if press.verb != verbs.ARRIVAL_UNDO:
        return note(press, "bad_press")
    wrong = await _undo(world, press, found)
    return await as_it_stands(world, press, id_, wrong or None)


async def _undo(world: World, press: Press, found: Appointment) -> str:
    """Take it back; gives the text key of why not."""
    owner = await world.database.read(people.professional, found.professional)
    by = By(access.acts_as(press.person, owner), press.person.who, world.now())
    said = await world.database.write(
        arrivals.take_back, found.id, by, press.number("version")
    )
    if isinstance(said, Outdated):
        return "cards.problem.outdated"
    return arrivals.why_not(said)
