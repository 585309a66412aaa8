"""What is searched for while a message is written: free times, an appointment.

Free times are asked for in the words of the bot: the verb goes without saying. Teams
searches again with each letter, so half a word finds what begins so.
"""

from collections.abc import Iterator
from dataclasses import replace

import cards
from booking.model import (
    CANCELLED,
    Appointment,
    Language,
    Professional,
    Service,
    Status,
)
from booking.saying import Command, Unclear, Verb, Why, as_reference, understand
from booking.sharing import GOOD_FOR, Shared
from booking.views.answers import FreeOf
from booking.views.sharing import FoundAppointment, SharedAppointment, SharedTimes
from booking.wording import text
from cards.extension import Result
from teams_app.actions import finding
from teams_app.actions.access import Look, Person
from teams_app.bot.freedom import free_of
from teams_app.bot.making import services_of
from teams_app.errands import World
from teams_app.store import people
from teams_app.store.database import Tx

#: How one asks the bot for free times, in each language.
_FREE = {Language.FI: "vapaat", Language.SV: "lediga", Language.EN: "free"}
_TIMED = frozenset({Verb.FREE, Verb.BOOK, Verb.OFFER})
#: Readings of what is not clear, each with times of its own.
_READINGS_MAX = 3
#: Fewer letters of a name would find half of all people.
_LETTERS_MIN = 2


async def times(
    world: World, professional: Professional, said: str
) -> list[Result] | str:
    """Find her free times, a service and a way at a time; or say why there are none."""
    given = await world.database.read(services_of, professional)
    if not given:
        return text(professional.language, "cards.notice.no_services.body")
    if world.index().calendar(professional.id) is None:
        return text(professional.language, "cards.times.unread")
    services, readings = _meant(world, professional, given, said)
    if not readings:
        return _unknown(professional, given, said)
    found = [
        shown
        for command in readings
        for service in services
        for shown in _free(world, professional, service, command)
    ]
    none = text(professional.language, "extension.times.none", said=said)
    return found or (none if said.strip() else _none(professional))


def _none(professional: Professional) -> str:
    return text(professional.language, "cards.free.none")


def _meant(
    world: World, professional: Professional, given: list[Service], said: str
) -> tuple[list[Service], list[Command]]:
    """Read what was typed: of which services, and when."""
    zone, language = world.policy.zone, professional.language
    called = {each.key: [each.name.in_(one) for one in Language] for each in given}
    whole = f"{_FREE[language]} {said}"
    answer = understand(whole, language, world.now(), zone, called)
    if isinstance(answer, Command):
        readings = [answer]
    elif isinstance(answer, Unclear):
        if answer.why is Why.STRANGE:
            given = _beginning(given, answer.said)
        readings = list(answer.readings)[:_READINGS_MAX]
    else:
        readings = []
    timed = [each for each in readings if each.verb in _TIMED]
    named = {each.what for each in timed if each.what}
    services = [each for each in given if each.key in named] if named else given
    return services, timed if services else []


def _beginning(given: list[Service], said: str) -> list[Service]:
    """Give the services of which a word begins as what was typed so far."""
    begun = said.casefold()
    return [
        each
        for each in given
        if any(
            name.startswith(begun) or f" {begun}" in name
            for name in (each.name.in_(one).casefold() for one in Language)
        )
    ]


def _unknown(professional: Professional, given: list[Service], said: str) -> str:
    language = professional.language
    service = given[0].name.in_(language)
    example = text(language, "extension.times.example", service=service)
    return text(language, "extension.times.unknown", said=said, example=example)


def _free(
    world: World, professional: Professional, service: Service, command: Command
) -> Iterator[Result]:
    ways = [each for each in service.modalities if each.value == command.how]
    for modality in ways or service.modalities:
        free = free_of(world, professional, service, modality, command)
        if free.slots:
            until = world.now() + GOOD_FOR
            shared = Shared(professional.id, service.id, modality, until)
            view = _times(professional, free, command)
            sealed = world.outside.links.sealed(shared.written)
            yield cards.shared_times(replace(view, invitation=sealed))


def _times(professional: Professional, free: FreeOf, command: Command) -> SharedTimes:
    return SharedTimes(
        language=professional.language,
        professional=professional.name,
        service=free.service,
        modality=free.modalities[0],
        slots=free.slots,
        invitation="",
        when=command.when,
    )


async def appointments(
    world: World, who: Person, said: str, language: Language
) -> list[Result] | str:
    """Find an appointment by reference, or her own by the name of its client."""
    whom = said.strip()
    letters = sum(mark.isalnum() for mark in whom)
    if as_reference(whom) is None and letters < _LETTERS_MIN:
        return text(language, "extension.find.hint")
    look = Look(world.now(), "extension")
    found = await world.database.write(_found, who, whom, look, world, language)
    if not found:
        return text(language, "extension.find.none", whom=whom)
    return [cards.found_appointment(each) for each in found]


def _found(
    tx: Tx, who: Person, whom: str, look: Look, world: World, language: Language
) -> list[FoundAppointment]:
    found = finding.find_own(tx, who, whom, look).appointments
    return [
        FoundAppointment(_client(tx, each), neutral(world, each, language))
        for each in found
    ]


def _client(tx: Tx, found: Appointment) -> str:
    return people.client(tx, found.client).name if found.client is not None else ""


def neutral(world: World, found: Appointment, language: Language) -> SharedAppointment:
    """Give of an appointment what may stand in any chat."""
    return SharedAppointment(
        language=language,
        reference=found.reference,
        modality=found.modality,
        start=found.span.start,
        end=found.span.end,
        open_url=world.policy.staff_url(found.reference),
        cancelled=found.status in CANCELLED,
        confirming=found.confirming or found.status is Status.HELD,
    )
