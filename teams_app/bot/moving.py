"""Moving an appointment: other times proposed on its card, one of them pressed.

What is written names the appointment and perhaps when; nothing is moved before a time is
pressed, for its client is told at once. Any other time is chosen on its page in the tab,
which moves it by the same `errands.move`.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import cards
from booking.appointments import NotOpen, Outdated, Past, Taken
from booking.model import (
    AGREED,
    Appointment,
    Language,
    Professional,
    Slot,
)
from booking.saying import Command, When
from booking.spans import day_span, instant, wall
from booking.views.answers import FoundList
from booking.views.cards import Notice
from booking.views.moving import MoveCard
from cards import Card, verbs
from teams_app import errands
from teams_app.actions import access, finding, moving, postings, staff_views
from teams_app.actions.access import Look, Person
from teams_app.actions.booking import Closed, Found
from teams_app.actions.moving import Later, Limits
from teams_app.bot.buttons import Press, Shown, as_it_stands, look, note
from teams_app.bot.making import read_slots, wish_of
from teams_app.errands import Near, World
from teams_app.store import appointments, people
from teams_app.store.database import Tx


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of which appointment other times are asked for, and in whose words."""

    own: Appointment
    language: Language
    when: When | None = None
    wrong: str = ""  #: Why the time that was pressed is not to be had.
    lost: Slot | None = None  #: That time, where it was just taken.


async def asked(
    world: World, who: Person, professional: Professional, command: Command
) -> Card:
    """Propose times for the one that was named; of several, let her say which."""
    seen = Look(world.now(), "bot")
    found = await world.database.write(_named, who, professional, command, world, seen)
    match found:
        case Appointment():
            when = _when(world, found, command)
            if when is not None and when.clock is not None:
                begins = when.begins(world.policy.zone)
                if begins == found.span.start:
                    return await _as_it_is(world, found, professional)
            return await _times(world, _Asked(found, professional.language, when))
        case FoundList():
            return cards.found(found)
        case Notice():
            return cards.notice(found)


def _when(world: World, found: Appointment, command: Command) -> When | None:
    """Say to when it is to be moved; an hour alone is one of the day that it has."""
    if command.hour is None:
        return command.when
    return When.on(wall(found.span.start, world.policy.zone).date(), command.hour)


async def _as_it_is(
    world: World, found: Appointment, professional: Professional
) -> Card:
    """Show one that is to be moved to the very time it has."""
    view = await world.database.read(
        staff_views.appointment_card,
        found,
        world.policy,
        world.now(),
        language=professional.language,
    )
    return cards.appointment(view)


def _named(
    tx: Tx,
    who: Person,
    professional: Professional,
    command: Command,
    world: World,
    seen: Look,
) -> Appointment | FoundList | Notice:
    """Find what is named among what is still to come, or else say that there is none."""
    language, whom = professional.language, command.whom
    if command.which:
        return _pointed(tx, who, professional, command, world, seen)
    found = finding.find_own(tx, who, whom, seen)
    ahead = [each for each in found.appointments if is_movable(each, seen.at)]
    if len(ahead) == 1 and not found.more:
        return ahead[0]
    if not found.appointments:
        return Notice(language, "not_found", {"whom": whom})
    shown = ahead or list(found.appointments)
    lines = staff_views.lines_of(tx, shown, language, world.policy, seen.at)
    return FoundList(
        language=language,
        whom=whom,
        lines=lines,
        today=wall(seen.at, world.policy.zone).date(),
        more=found.more,
        moves=command.when,
        hour=command.hour,
        movable=frozenset(each.reference for each in ahead),
    )


def _pointed(
    tx: Tx,
    who: Person,
    professional: Professional,
    command: Command,
    world: World,
    seen: Look,
) -> Appointment | Notice:
    """Find her next one, or the one that begins today at the hour she says."""
    zone = world.policy.zone
    if command.which == "next":
        id_ = appointments.first_after(tx, professional.id, seen.at)
    else:
        today = day_span(wall(seen.at, zone).date(), zone)
        hers = staff_views.of_days(tx, professional, today)
        hours = [
            (f"{wall(each.span.start, zone):%H:%M}", each.id)
            for each in hers
            if is_movable(each, seen.at)
        ]
        wanted = command.which.split(",")
        id_ = next((each for hour, each in hours if hour in wanted), None)
    found = access.appointment(tx, who, id_, seen) if id_ is not None else None
    if found is None:
        return Notice(professional.language, "not_found", {"whom": command.whom})
    return found


def is_movable(found: Appointment, now: datetime) -> bool:
    return found.status in AGREED and found.span.end > now


async def answer(world: World, press: Press, found: Appointment) -> Shown:
    """Do what was pressed on the card of an appointment that she may change."""
    if press.verb == verbs.APPOINTMENT_SHOW:
        await world.database.write(moving.leave, found.id, world.now())
        return await as_it_stands(world, press, found.id)
    if not is_movable(found, world.now()):
        return await as_it_stands(world, press, found.id, "cards.problem.not_moved")
    about = _Asked(found, press.professional.language)
    if press.verb == verbs.APPOINTMENT_TIMES:
        return await _proposed(world, about)
    slots = read_slots(press.data.get(verbs.SLOT, ""))
    if len(slots) != 1 or slots[0].professional != found.professional:
        return await _proposed(world, about)
    return await _moved(world, press, about, slots[0])


async def _moved(world: World, press: Press, about: _Asked, slot: Slot) -> Shown:
    own = about.own
    if _stands(own, slot):  # By an earlier press.
        return await as_it_stands(world, press, own.id)
    if press.number("version") != own.version:
        return await as_it_stands(world, press, own.id, _WRONG[Outdated])
    if await world.database.read(moving.is_beyond, own, slot, world.policy):
        return await _proposed(world, replace(about, wrong="bound"))
    owner = await world.database.read(people.professional, own.professional)
    by, who = access.acts_as(press.person, owner), press.person.who
    moved = await errands.move(world, own, slot, version=own.version, by=by, who=who)
    if isinstance(moved, Taken | Past | Closed):
        return await _instead(world, press, about, slot, moved)
    if isinstance(moved, Found):
        ends = moving.until(world.now())
        later = Later(own.id, own.version, slot, by, who, ends)
        await world.database.write(moving.owe, later, world.now())
    return await as_it_stands(world, press, own.id, _WRONG.get(type(moved)))


#: Why nothing was changed, and nothing else is proposed.
_WRONG: dict[type, str] = {
    Outdated: "cards.problem.outdated",
    NotOpen: "cards.problem.not_moved",
}


async def _instead(
    world: World, press: Press, about: _Asked, slot: Slot, why: Taken | Past | Closed
) -> Shown:
    """Propose others, unless a press beside this one has moved it there meanwhile."""
    fresh = await world.database.write(
        access.appointment, press.person, about.own.id, look(world)
    )
    if fresh is None:
        return note(press, "gone")
    if _stands(fresh, slot) or not is_movable(fresh, world.now()):
        return await as_it_stands(world, press, fresh.id)
    wrong = {Taken: "taken", Past: "past"}.get(type(why), "closed")
    lost = slot if isinstance(why, Taken) else None
    return await _proposed(world, replace(about, own=fresh, wrong=wrong, lost=lost))


def _stands(own: Appointment, slot: Slot) -> bool:
    return Slot(own.professional, own.span.start) == slot


# The times.


async def _proposed(world: World, about: _Asked) -> Shown:
    """Propose them on a card that stays so until something happens to the appointment."""
    subject = postings.subject_of(about.own.id)
    return Shown(await _times(world, about), subject, refused=True)


async def _times(world: World, about: _Asked) -> Card:
    own, when = about.own, about.when
    within = await world.database.read(moving.limits, own, world.policy, world.now())
    wanted = about.lost.start if about.lost else _wanted(world, own, when)
    exact = about.lost is None and when is not None and when.clock is not None
    days = when.span(world.policy.zone) if when is not None and not exact else None
    near = Near(wanted, exact=exact, days=days, lost=about.lost)
    free = await errands.other_times(world, own, within, near)
    view = await world.database.read(_view, world, about, within, free)
    return cards.moving(view)


def _wanted(world: World, own: Appointment, when: When | None) -> datetime:
    """Say near which moment times are looked for; of a day at the hour it has now."""
    zone = world.policy.zone
    if when is None:
        return own.span.start
    clock = when.clock or wall(own.span.start, zone).time()
    return instant(when.first, clock, zone)


def _view(
    tx: Tx, world: World, about: _Asked, within: Limits, free: list[Slot]
) -> MoveCard:
    own, now, policy = about.own, world.now(), world.policy
    shown = staff_views.appointment_card(tx, own, policy, now, language=about.language)
    wrong, missed = about.wrong, False
    if about.when is not None:
        asked_for = Slot(own.professional, _wanted(world, own, about.when))
        missed = not _meets(world, about.when, free)
        beyond = missed and moving.is_beyond(tx, own, asked_for, policy)
        wrong = "bound" if beyond else wrong
    return MoveCard(
        appointment=shown,
        slots=staff_views.slot_choices(free, own.span.length),
        all_url=policy.view_url("move", own.reference),
        wish=wish_of(world, about.when),
        wish_missed=missed,
        wrong=wrong,
        bound=within.bound,
        unread=world.index().calendar(own.professional) is None,
    )


def _meets(world: World, when: When, free: list[Slot]) -> bool:
    """Say whether one of them is what was wished for."""
    zone = world.policy.zone
    if when.clock is not None:
        return bool(free) and free[0].start == when.begins(zone)
    days = when.span(zone)
    return any(days.start <= each.start < days.end for each in free)
