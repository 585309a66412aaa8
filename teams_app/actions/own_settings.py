"""What a professional sets herself: saved a section at a time, and seen at once.

What she sets is kept apart from what the organisation's file sets for her, so that
reading the file again undoes nothing of hers.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zlib import crc32

from booking import own_forms
from booking.availability import Mode, Rules
from booking.calendar import Mailbox
from booking.model import Modality, Professional, ProfessionalId, Service, Unit
from booking.own_forms import Known
from booking.own_settings import Opens, Own, Section, Wanted
from booking.policy import Policy
from booking.spans import HELSINKI, instant
from booking.views.own_settings import SettingsCard
from booking.views.pages import FieldError
from booking.wording import text
from booking.wording.dates import clock
from teams_app.actions import giving, pulls
from teams_app.actions.access import Person
from teams_app.actions.calendars import opening_of, opens_of, rules_of
from teams_app.actions.settle import redraw_ahead
from teams_app.store import appointments, log, people
from teams_app.store.database import Tx

#: A clock has no day; any without a change of the hour does to write it.
_ANY_DAY, _ZONE = date(2026, 1, 5), HELSINKI


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the page shows: how it counts, and what of it is hers."""

    professional: Professional
    unit: Unit
    mailbox: Mailbox
    services: tuple[Service, ...]  #: As the organisation has them.
    own: Own  #: As far as it counts.
    rules: Rules
    opens: Opens
    fixed: frozenset[Section]

    @property
    def known(self) -> Known:
        return Known(self.mailbox.hours, ways_of(self.services))


@dataclass(frozen=True, slots=True)
class Fixed:
    """Her unit has fixed it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """It has been changed elsewhere since she saw it."""


def ways_of(services: Sequence[Service]) -> tuple[Modality, ...]:
    """Give the ways of meeting that some service has, in their usual order."""
    found = {each for service in services for each in service.modalities}
    return tuple(each for each in Modality if each in found)


def of(tx: Tx, id_: ProfessionalId, policy: Policy) -> Settings:
    professional = people.professional(tx, id_)
    return Settings(
        professional=professional,
        unit=people.unit(tx, professional.unit),
        mailbox=people.mailbox(tx, id_),
        services=tuple(each for each in people.services_of(tx, id_) if each.open),
        own=giving.own_of(tx, id_),
        rules=rules_of(tx, id_, policy),
        opens=opens_of(tx, id_),
        fixed=giving.fixed_for(tx, id_),
    )


def stamp(own: Own, section: Section) -> str:
    """Name the state of a section, so that a page opened before a change is known."""
    kept = json.dumps(own.written.get(section.value, ""), sort_keys=True)
    return f"{crc32(kept.encode()):08x}"


@dataclass(frozen=True, slots=True)
class Typed:
    """One section as she sent it."""

    section: Section
    form: Mapping[str, Sequence[str]]
    stamp: str
    reset: bool = False  #: As the organisation has it, please.


def save(
    tx: Tx, who: Person, typed: Typed, policy: Policy, now: datetime
) -> Own | Fixed | Changed | list[FieldError]:
    """Save a section, or say why not; her free times follow at once."""
    assert who.professional is not None
    id_, section = who.professional.id, typed.section
    appointments.lock(tx, id_)
    settings = of(tx, id_, policy)
    kept = Own.read(people.own_settings(tx, id_))
    if section in settings.fixed:
        return Fixed()
    made: Own | list[FieldError]
    if typed.reset:
        made = replace(kept, set_=kept.set_ - {section})
    else:
        made = own_forms.read(section, typed.form, kept, settings.known)
    if isinstance(made, list):
        return made
    if made.written == kept.written:
        return made  # Sent twice.
    if typed.stamp != stamp(kept, section):
        return Changed()
    _keep(tx, who, made, section, now)
    return made


def _keep(tx: Tx, who: Person, made: Own, section: Section, now: datetime) -> None:
    assert who.professional is not None
    id_ = who.professional.id
    before = opening_of(tx, id_)
    people.save_own_settings(tx, id_, made.written)
    redraw_ahead(tx, id_, now)
    if opening_of(tx, id_) != before:
        # Which of her events open time is worked out when they are read.
        pulls.owe(tx, [id_], now, anew=True)
    log.record(
        tx,
        at=now,
        who=who.who,
        what=f"set_{section.value}"
        if section in made.set_
        else f"unset_{section.value}",
        subject=f"professional:{id_}",
        source="tab",
    )


def card(tx: Tx, professional: Professional, policy: Policy) -> SettingsCard:
    """Say in short what is set."""
    found = of(tx, professional.id, policy)
    language = found.professional.language
    given = giving.services_of(tx, professional.id)
    return SettingsCard(
        language=language,
        hours=_hours(found, language),
        ways=ways_of(given),
        languages=found.professional.languages,
        limit=found.rules.daily_limit,
        by_blocks=found.opens.mode is Mode.OPENED_BLOCKS,
        off=tuple(each.value for each in Wanted if not found.own.wants(each)),
        url=policy.view_url("settings"),
    )


def _hours(found: Settings, language: str) -> str:
    """Say the hours for bookings: those of a day that differ, day by day."""
    hours = found.mailbox.hours
    usual = span_in_words(language, hours.start, hours.end)
    if not found.rules.hours:
        return usual
    lines = []
    for day in sorted(hours.days):
        pair = found.rules.hours[day]
        name = text(language, f"common.day_short.{day}")
        if pair is None:
            lines.append(f"{name} {usual}")
        elif pair[0] == pair[1]:
            lines.append(f"{name} {text(language, 'own.hours.none')}")
        else:
            lines.append(f"{name} {span_in_words(language, *pair)}")
    return ", ".join(lines)


def span_in_words(language: str, start: time, end: time) -> str:
    first, last = (
        clock(language, instant(_ANY_DAY, each, _ZONE), _ZONE) for each in (start, end)
    )
    return f"{first}–{last}"
