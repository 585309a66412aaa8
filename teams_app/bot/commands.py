"""What is written to the bot, done: a sentence in, a card out.

What sentences mean stands in `booking.saying`. Here each command is carried out, whether
it was written or is one of the readings on a card that asked. Every look at a client is
logged.
"""

import html
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

import cards
from booking.contact import visible
from booking.model import Appointment, Language, Professional
from booking.policy import Policy
from booking.saying import Command, Unclear, Verb, When, understand
from booking.spans import wall
from booking.views.answers import Asking, FoundList, WeekList
from booking.views.cards import AppointmentCard, MorningList, Notice, OfferCard
from cards import verbs
from cards.activities import About
from teams_app.actions import access, finding, own_settings, staff_views
from teams_app.actions.access import Look, Person
from teams_app.actions.finding import Found
from teams_app.bot import (
    absences,
    forms,
    freedom,
    lateness,
    making,
    moving,
    outcomes,
)
from teams_app.errands import World
from teams_app.outside import Activity
from teams_app.store import appointments
from teams_app.store.database import Tx

_MENTION = re.compile(r"<at\b[^>]*>.*?</at>", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<[^>]+>")
_TEXT_MAX = 1000


@dataclass(frozen=True, slots=True)
class Answered:
    """A card, what it is about on a lock screen, and what lives on it."""

    card: cards.Card
    about: About
    subject: str = ""  #: `appointment:12`: the card follows it.


def plain_text(activity: Activity) -> str:
    """Give what was written, without the mention of the bot and without markup."""
    return _without_markup(_MENTION.sub(" ", _said(activity)))


def says_nothing(activity: Activity) -> bool:
    """Say whether not even the bot is named: of a chosen card Teams may write where it is."""
    return not _without_markup(_said(activity))


def _said(activity: Activity) -> str:
    said = activity.get("text")
    return said[:_TEXT_MAX] if isinstance(said, str) else ""


def _without_markup(said: str) -> str:
    return visible(html.unescape(_MARKUP.sub(" ", said)))


async def answer(
    world: World, who: Person, professional: Professional, said: str
) -> Answered:
    """Answer a sentence; what is not understood gets the help, what is unclear is asked."""
    zone = world.policy.zone
    given = await world.database.read(making.services_of, professional)
    called = {each.key: [each.name.in_(one) for one in Language] for each in given}
    meant = understand(said, professional.language, world.now(), zone, called)
    if isinstance(meant, Command):
        return await carry_out(world, who, professional, meant)
    if isinstance(meant, Unclear):
        away = any(each.away is not None for each in meant.readings)
        url = world.policy.view_url("away") if away else world.policy.tab_url
        asking = Asking(professional.language, meant, _today(world), url)
        return Answered(cards.asking(asking), "ask")
    return _help(world, professional, unknown=True)


async def carry_out(  # noqa: C901, PLR0911  one line a command
    world: World, who: Person, professional: Professional, command: Command
) -> Answered:
    """Do what was asked for, in words or by a button."""
    when = command.when
    match command.verb:
        case Verb.BOOK | Verb.OFFER:
            form = await booking_form(world, professional, command)
            return Answered(form, "book")
        case Verb.FREE:
            return await _free(world, professional, command)
        case Verb.DAY | Verb.WEEK:
            assert when is not None
            return await _listed(world, who, professional, when)
        case Verb.NEXT | Verb.FIND | Verb.MOVE:
            return await _one(world, who, professional, command)
        case Verb.OUTCOME:
            return await _outcome(world, who, professional, command)
        case Verb.LATE | Verb.ON_TIME:
            return await _late(world, who, professional, command)
        case Verb.AWAY | Verb.BACK | Verb.SETTINGS:
            return await _of_hers(world, who, professional, command)
        case Verb.HELP | Verb.THANKS:
            return _about_us(world, professional, command.verb)
        case _:
            assert_never(command.verb)


async def _one(
    world: World, who: Person, professional: Professional, command: Command
) -> Answered:
    if command.verb is Verb.NEXT:
        return await _next(world, who, professional)
    if command.verb is Verb.MOVE:
        return Answered(await moving.asked(world, who, professional, command), "move")
    return await _find(world, who, professional, command.whom)


async def _of_hers(
    world: World, who: Person, professional: Professional, command: Command
) -> Answered:
    """Answer about herself: her absence, what she has set."""
    if command.verb is Verb.SETTINGS:
        view = await world.database.read(own_settings.card, professional, world.policy)
        return Answered(cards.settings(view), "notice")
    if command.verb is Verb.AWAY:
        said = await absences.ask(world, who, professional, command.away)
    else:
        said = await absences.back(world, who, professional)
    return Answered(said.card, "absence", said.subject)


def _today(world: World) -> date:
    return wall(world.now(), world.policy.zone).date()


def _about_us(world: World, professional: Professional, verb: Verb) -> Answered:
    if verb is Verb.HELP:
        return _help(world, professional, unknown=False)
    thanks = Notice(professional.language, "thanks", {})
    return Answered(cards.notice(thanks), "notice")


def _help(world: World, professional: Professional, *, unknown: bool) -> Answered:
    view = staff_views.help_(professional, world.policy, world.now(), unknown=unknown)
    return Answered(cards.help_(view), "notice")


async def booking_form(
    world: World, professional: Professional, command: Command
) -> cards.Card:
    """Give a form that says what was asked for, or tell that she has no services yet."""
    typed = forms.begun(command)
    form = await world.database.read(
        staff_views.book_form,
        professional,
        world.policy,
        request=world.outside.ids.uuid(),
        typed=typed,
        wish=making.wish_of(world, command.when),
    )
    if not form.services:
        return cards.notice(Notice(professional.language, "no_services", {}))
    await making.begun(world, professional, form.request, typed)
    heard = verbs.CLIENT_NAME in typed
    return cards.book_form(replace(form, offers=forms.offers(typed), heard=heard))


async def _free(world: World, professional: Professional, command: Command) -> Answered:
    view = await freedom.free_times(world, professional, command)
    if not view.services:
        notice = Notice(professional.language, "no_services", {})
        return Answered(cards.notice(notice), "notice")
    return Answered(cards.free_times(view), "times")


# Her appointments.


async def _listed(
    world: World, who: Person, professional: Professional, when: When
) -> Answered:
    look = Look(world.now(), "bot")
    view = await world.database.write(
        _lines, who, professional, when, world.policy, look
    )
    if isinstance(view, WeekList):
        return Answered(cards.week(view), "week")
    return Answered(cards.morning(view), "morning")


def _lines(
    tx: Tx,
    who: Person,
    professional: Professional,
    when: When,
    policy: Policy,
    look: Look,
) -> MorningList | WeekList:
    """Give the list of a day or of several, and log the look at it."""
    found = staff_views.of_days(tx, professional, when.span(policy.zone))
    access.listed(tx, who, [each.id for each in found], look)
    language, day = professional.language, when.first
    lines = staff_views.lines_of(tx, found, language, policy, look.at)
    if day == when.last:
        is_today = wall(look.at, policy.zone).date() == day
        return MorningList(language, day, lines, policy.tab_url, is_today=is_today)
    return WeekList(language, when, lines, policy.tab_url)


async def _next(world: World, who: Person, professional: Professional) -> Answered:
    look = Look(world.now(), "bot")
    view = await world.database.write(_first, who, professional, world.policy, look)
    if view is None:
        notice = Notice(professional.language, "no_next", {})
        return Answered(cards.notice(notice), "notice")
    return _appointment(view)


def _first(
    tx: Tx, who: Person, professional: Professional, policy: Policy, look: Look
) -> AppointmentCard | None:
    id_ = appointments.first_after(tx, professional.id, look.at)
    found = access.appointment(tx, who, id_, look) if id_ is not None else None
    if found is None:
        return None
    return _shown(tx, found, professional, policy, look)


def _shown(
    tx: Tx,
    found: Appointment,
    professional: Professional,
    policy: Policy,
    look: Look,
) -> AppointmentCard:
    return staff_views.appointment_card(
        tx, found, policy, look.at, language=professional.language
    )


def _appointment(view: AppointmentCard) -> Answered:
    subject = f"appointment:{view.appointment}"
    return Answered(cards.appointment(view), "shown", subject)


async def _outcome(
    world: World, who: Person, professional: Professional, command: Command
) -> Answered:
    if not command.whom:
        listed = await outcomes.missing(world, who, professional)
        return Answered(listed.card, "outcome")
    done = await outcomes.written(world, who, professional, command)
    if isinstance(done, Notice):
        return Answered(cards.notice(done), "notice")
    return Answered(done.card, "appointment", done.subject)


async def _late(
    world: World, who: Person, professional: Professional, command: Command
) -> Answered:
    if command.verb is Verb.ON_TIME:
        view = await lateness.taken_back(world, who, professional)
    else:
        minutes = int(command.what or 0)
        view = await lateness.asked(world, who, professional, minutes)
    return Answered(cards.late(view), "late")


async def _find(
    world: World, who: Person, professional: Professional, whom: str
) -> Answered:
    look = Look(world.now(), "bot")
    view = await world.database.write(
        _found, who, professional, whom, world.policy, look
    )
    match view:
        case AppointmentCard():
            return _appointment(view)
        case OfferCard():
            return Answered(cards.offer(view), "offer", f"offer:{view.offer}")
        case FoundList():
            return Answered(cards.found(view), "found")
        case Notice():
            return Answered(cards.notice(view), "notice")


def _found(
    tx: Tx,
    who: Person,
    professional: Professional,
    whom: str,
    policy: Policy,
    look: Look,
) -> AppointmentCard | OfferCard | FoundList | Notice:
    language = professional.language
    found: Found = finding.find(tx, who, whom, look)
    offers = tuple(
        staff_views.offer_card(tx, each, policy, language, look.at)
        for each in found.offers
    )
    if not found.appointments and not offers:
        return Notice(language, "not_found", {"whom": whom})
    if not found.appointments and len(offers) == 1:
        return offers[0]
    if len(found.appointments) == 1 and not offers:
        return _shown(tx, found.appointments[0], professional, policy, look)
    return FoundList(
        language=language,
        whom=whom,
        lines=staff_views.lines_of(tx, found.appointments, language, policy, look.at),
        today=wall(look.at, policy.zone).date(),
        offers=offers,
        more=found.more,
        more_offers=found.more_offers,
    )
