"""How an appointment went, said on a card; and the form for the client's next one."""

from dataclasses import replace

import cards
from booking import outcomes as rules
from booking.appointments import Outdated
from booking.model import (
    Appointment,
    AppointmentId,
    Professional,
    Status,
)
from booking.outcomes import OUTCOMES
from booking.saying import Command
from booking.spans import day_span, wall
from booking.views.answers import OutcomeLine, OutcomeList, OutcomeSaid
from booking.views.cards import Notice
from cards import verbs
from teams_app.actions import access, outcomes, postings, staff_views
from teams_app.actions.access import Person
from teams_app.actions.records import whole
from teams_app.bot import making
from teams_app.bot.buttons import Press, Shown, as_it_stands, card_of, look, note
from teams_app.errands import World
from teams_app.store import appointments, people
from teams_app.store.database import Tx


async def answer(world: World, press: Press) -> Shown:
    """Do what was pressed on a card about an appointment that has begun."""
    id_ = AppointmentId(press.number("appointment"))
    found = await world.database.write(
        access.appointment, press.person, id_, look(world)
    )
    if found is None:
        return note(press, "gone")
    if press.verb == verbs.OUTCOME_NEXT:
        return await _next(world, press, found)
    wrong = await _record(world, press, found)
    if wrong is None and verbs.LISTED in press.data:
        return await missing(world, press.person, press.professional, said=id_)
    return await as_it_stands(world, press, id_, wrong)


def outcome_of(given: str) -> Status | None:
    return next((each for each in OUTCOMES if each.value == given), None)


async def _record(world: World, press: Press, found: Appointment) -> str | None:
    """Record what was pressed; gives the text key of why not."""
    outcome = outcome_of(press.data.get(verbs.OUTCOME, ""))
    if outcome is None:
        return "outcomes.problem.unfit"
    owner = await world.database.read(people.professional, found.professional)
    recorded = await world.database.write(
        outcomes.record,
        found.id,
        outcome,
        version=press.number("version"),
        by=access.acts_as(press.person, owner),
        who=press.person.who,
        now=world.now(),
    )
    if isinstance(recorded, Outdated):
        return "cards.problem.outdated"
    return outcomes.why_not(recorded)


# What is written of outcomes.

#: So many stand on one card, with their buttons: Teams takes no larger one.
_LISTED_MAX = 6


async def missing(
    world: World,
    who: Person,
    professional: Professional,
    *,
    said: AppointmentId | None = None,
) -> Shown:
    """List what has begun and of which nobody has said how it went.

    `said`: of which it was said a moment ago.
    """
    view = await world.database.write(_missing, who, professional, world, said)
    return Shown(cards.missing(view))


def _missing(
    tx: Tx,
    who: Person,
    professional: Professional,
    world: World,
    said: AppointmentId | None,
) -> OutcomeList:
    policy, now = world.policy, world.now()
    today = wall(now, policy.zone).date()
    found = outcomes.missing_lately(tx, professional.id, now)
    of_today = day_span(today, policy.zone).start
    found.sort(key=lambda each: (each.span.start < of_today, each.span.start))
    shown = found[:_LISTED_MAX]
    access.listed(tx, who, [each.id for each in shown], look(world))
    about = staff_views.lines_of(tx, shown, professional.language, policy, now)
    lines = tuple(
        OutcomeLine(each.id, each.version, line, rules.possible(each, now))
        for each, line in zip(shown, about, strict=True)
    )
    more = len(found) - len(shown)
    recorded = None if said is None else _said(tx, said, professional, world)
    return OutcomeList(professional.language, lines, today, more, recorded)


def _said(
    tx: Tx, id_: AppointmentId, professional: Professional, world: World
) -> OutcomeSaid:
    found = appointments.load(tx, id_)
    language, policy, now = professional.language, world.policy, world.now()
    (about,) = staff_views.lines_of(tx, [found], language, policy, now)
    return OutcomeSaid(about, found.status)


async def written(
    world: World, who: Person, professional: Professional, command: Command
) -> Shown | Notice:
    """Record how the appointment of a reference went, or show how it can be said."""
    look_ = look(world)
    found = await world.database.write(
        access.appointment_by_reference, who, command.whom, look_
    )
    if found is None:
        return Notice(professional.language, "not_found", {"whom": command.whom})
    press = Press(
        verbs.OUTCOME_RECORD,
        {verbs.OUTCOME: command.what, "version": str(found.version)},
        who,
        professional,
        "",
    )
    wrong = await _record(world, press, found) if command.what else None
    view = await world.database.read(card_of, found.id, world, press)
    assert view is not None
    card = cards.appointment(replace(view, problem=wrong or view.problem))
    return Shown(card, postings.subject_of(found.id), refused=wrong is not None)


async def _next(world: World, press: Press, found: Appointment) -> Shown:
    """Give the form filled in with client, service and way of meeting."""
    professional = press.professional
    typed = await world.database.write(_typed, press, found, world)
    form = await world.database.read(
        staff_views.book_form,
        professional,
        world.policy,
        request=world.outside.ids.uuid(),
        typed=typed,
    )
    if not form.services:
        return note(press, "no_services")
    await making.begun(world, professional, form.request, typed)
    return Shown(cards.book_form(form))


def _typed(tx: Tx, press: Press, found: Appointment, world: World) -> dict[str, str]:
    """Give what the form knows already, and see that the outcome is asked for again."""
    outcomes.ask_later(tx, found, world.now())
    known = whole(tx, found)
    given = {each.key for each in staff_views.given(tx, press.professional)}
    typed = {verbs.MODALITY: found.modality.value}
    if known.service.key in given:
        typed[verbs.SERVICE] = known.service.key
    if known.client is not None:
        typed |= {
            verbs.CLIENT_NAME: known.client.name,
            verbs.CLIENT_LANGUAGE: known.client.language.value,
            verbs.CLIENT_EMAIL: known.client.email or "",
            verbs.CLIENT_PHONE: known.client.phone or "",
        }
    return typed
