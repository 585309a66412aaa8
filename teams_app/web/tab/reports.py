"""What somebody says of an appointment in the tab: how it went, that it is late, that it stands."""

from aiohttp import web

from booking.lateness import MINUTES
from booking.model import Appointment, ProfessionalId
from booking.outcomes import OUTCOMES
from teams_app.actions import access, lateness, obstacles, outcomes
from teams_app.actions.lateness import Said
from teams_app.web.tab import appointments, calendar
from teams_app.web.tab.panel import show as beside_meeting
from teams_app.web.tab.seat import Seat, number


async def outcome(seat: Seat) -> web.Response:
    """Record how it went; an old page shows the present state instead."""
    form = await seat.form()
    found = await appointments.find(seat)
    if found is None:
        return seat.not_hers()
    given = (form.get("outcome") or [""])[0]
    wish = next((each for each in OUTCOMES if each.value == given), None)
    if wish is None:
        return await appointments.show(seat, found, wrong="outcomes.problem.unfit")
    appointment = found.appointment
    recorded = await seat.world.database.write(
        outcomes.record,
        appointment.id,
        wish,
        version=number(form, "version"),
        by=access.acts_as(seat.who, found.professional),
        who=seat.who.who,
        now=seat.now,
    )
    if isinstance(recorded, Appointment):
        if seat.frame.panel:
            return await beside_meeting(seat)
        return await appointments.as_it_stands(seat, "recorded")
    wrong = outcomes.why_not(recorded) or ""
    return await appointments.as_it_stands(seat, wrong=wrong, is_done=bool(wrong))


async def late(seat: Seat) -> web.Response:
    """Say that it begins late, or on time after all; the clients are told."""
    form = await seat.form()
    found = await appointments.find(seat)
    if found is None:
        return seat.not_hers()
    minutes = number(form, "minutes")
    if minutes not in {0, *MINUTES}:
        raise web.HTTPBadRequest
    wrong = await _say(seat, found.appointment, minutes)
    done = "" if wrong else "late" if minutes else "on_time"
    if form.get("back") == ["today"] and not wrong and seat.who.professional:
        return await calendar.today(seat, done)
    return await appointments.as_it_stands(seat, done, wrong=wrong)


async def _say(seat: Seat, appointment: Appointment, minutes: int) -> str:
    """Say it; gives the key of why nobody was told."""
    database = seat.world.database
    said = Said(seat.who.who, seat.now, seat.world.policy)
    whose: ProfessionalId = appointment.professional
    if not minutes:
        await database.write(lateness.on_time, whose, said)
        return ""
    told = await database.write(lateness.say, appointment, minutes, said)
    return "" if isinstance(told, tuple) else "lateness.problem.too_late"


async def keep(seat: Seat) -> web.Response:
    """Answer what its client has reported: the time stands. An old page does nothing."""
    form = await seat.form()
    found = await appointments.find(seat)
    if found is None:
        return seat.not_hers()
    kept = await seat.world.database.write(
        obstacles.keep,
        found.appointment.id,
        number(form, "reported"),
        seat.who.who,
        seat.now,
    )
    if not isinstance(kept, Appointment):
        return await appointments.as_it_stands(seat, is_done=False)
    is_told = obstacles.tells(kept, seat.now)
    return await appointments.as_it_stands(seat, "kept" if is_told else "kept_seen")
