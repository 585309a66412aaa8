"""What a unit's desk shows: its questions, its day, and whose desk a channel is.

Everybody in the channel reads it, so nothing here touches a client.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from booking import cover as rules
from booking.cover import Cover, Line, State
from booking.model import Appointment, Language, Modality, Professional, Unit
from booking.policy import Policy
from booking.spans import Span, day_span, wall
from booking.views import team as days
from booking.views.cards import Choice
from booking.views.desk import (
    Colleague,
    CoverCard,
    CoverLine,
    CoverNews,
    DeskCard,
    DeskDay,
    Presence,
)
from teams_app.actions import (
    access,
    cover_later,
    covering,
    desks,
    handover_views,
    obstacles,
    team,
)
from teams_app.actions.access import Look, Person
from teams_app.actions.desks import Speaker
from teams_app.store import appointments, arrivals, bindings, chats, copies, people
from teams_app.store import desks as rows
from teams_app.store.database import Tx
from teams_app.store.desks import Desk
from teams_app.store.rows import unchanged

#: So many a card refreshes by itself for, as Teams has it.
_USERS_MAX = 60
#: So many people's day stands on one card.
SHOWN_MAX = 30
#: The tab shows the soonest; each costs a look at the reader's own day.
LISTED_MAX = 50
#: What is free is said in whole steps: nobody books a minute, and the card stands still.
_STEP = 15


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a press on a question, for her who pressed."""

    taken: int = 0
    barred: covering.Barred | None = None


def shared(
    tx: Tx, cover: Cover, language: Language, policy: Policy, now: datetime
) -> CoverCard:
    """Show a question to everybody in the channel."""
    shown = _card(tx, cover, language, policy, now)
    return replace(shown, users=_users(tx, cover))


def _card(
    tx: Tx, cover: Cover, language: Language, policy: Policy, now: datetime
) -> CoverCard:
    return CoverCard(
        language=language,
        cover=cover.id,
        unit=people.unit(tx, cover.unit).name.in_(language),
        lines=tuple(_line(tx, cover, each, language, now) for each in cover.lines),
        tab_url=policy.view_url("desk"),
    )


def mine(
    tx: Tx,
    cover: Cover,
    who: Person,
    told: Told,
    policy: Policy,
    look: Look,
) -> CoverCard:
    """Show a question as one of the unit sees it, and log that she did."""
    access.listed(tx, who, [each.appointment for each in cover.lines], look)
    return weighed(tx, cover, who, told, policy, look.at)


def weighed(
    tx: Tx, cover: Cover, who: Person, told: Told, policy: Policy, now: datetime
) -> CoverCard:
    """Say of each line what it is to one of the unit; nothing is shown her by it yet."""
    language = handover_views.language_of(tx, who.object_id)
    view = shared(tx, cover, language, policy, now)
    barred = told.barred
    return replace(
        _as_seen(tx, cover, who, view, policy, now),
        wrong=barred.why if barred is not None else None,
        first=barred.first if barred is not None else "",
        taken=told.taken,
    )


def _as_seen(
    tx: Tx,
    cover: Cover,
    who: Person,
    view: CoverCard,
    policy: Policy,
    now: datetime,
) -> CoverCard:
    """Say of each line whether it is one's own to take, or why not."""
    lines = tuple(
        _hers(tx, cover, line, shown, who.professional, policy, now)
        for line, shown in zip(cover.lines, view.lines, strict=True)
    )
    return replace(view, lines=lines, mine=True)


def listed(
    tx: Tx, who: Person, policy: Policy, look: Look
) -> tuple[tuple[CoverCard, ...], int]:
    """Show what one's desks are asked, the soonest first, and log the look at it.

    The second is how many more appointments look for a taker.
    """
    language = handover_views.language_of(tx, who.object_id)
    with unchanged(tx):
        asked = covering.asked_in(tx, access.of_desk(who), look.at)
        found = _first(asked)
        lines = [line.appointment for each in found for line in each.cover.lines]
        copies.copies_ahead(tx, lines)
        bindings.read_ahead(tx, lines)
        arrivals.read_ahead(tx, lines)
        if who.professional is not None:
            cover_later.read_ahead(
                tx, [each.cover for each in found], who.professional.id
            )
        shown = tuple(
            _as_seen(
                tx,
                each.cover,
                who,
                _card(tx, each.cover, language, policy, look.at),
                policy,
                look.at,
            )
            for each in found
        )
    access.listed(tx, who, lines, look)
    return shown, sum(len(each.open) for each in asked[len(found) :])


def _first(asked: Sequence[covering.Asks]) -> Sequence[covering.Asks]:
    """Give the soonest of what is asked, whole questions, up to LISTED_MAX lines."""
    lines = 0
    for count, each in enumerate(asked):
        lines += len(each.open)
        if lines > LISTED_MAX:
            return asked[:count]
    return asked


def _hers(  # noqa: PLR0913, PLR0917  each names one thing of the line
    tx: Tx,
    cover: Cover,
    line: Line,
    shown: CoverLine,
    reader: Professional | None,
    policy: Policy,
    now: datetime,
) -> CoverLine:
    if reader is None:
        return replace(shown, bar=rules.Bar.NO_CLIENTS)
    if shown.state is not State.OPEN:
        return replace(shown, hers=line.taker == reader.id)
    bar = covering.bar_of(tx, cover, line, reader, policy, now)
    said = cover_later.said(tx, cover, line, reader.id) if bar is None else ""
    if said == rules.Bar.CONFIRMING:
        return replace(shown, bar=rules.Bar.CONFIRMING)
    return replace(shown, bar=bar, unread=said == rules.Bar.UNREAD)


def _line(
    tx: Tx, cover: Cover, line: Line, language: Language, now: datetime
) -> CoverLine:
    found = appointments.load(tx, line.appointment)
    stands = rules.state(line, found, now)
    taker = people.professional(tx, line.taker).name if line.taker else ""
    return CoverLine(
        appointment=found.id,
        reference=found.reference,
        service=people.service(tx, found.service).name.in_(language),
        start=line.starts,
        end=line.starts + found.span.length,
        spoken=found.language,
        modality=found.modality,
        place=_place(tx, cover, found),
        state=stands,
        urgent=stands is State.OPEN and rules.is_urgent(line.starts, now),
        binding=bindings.find(tx, found.id) is not None,
        reported=obstacles.is_open(arrivals.of_appointment(tx, found.id), found, now),
        taker=taker,
    )


def _place(tx: Tx, cover: Cover, found: Appointment) -> str:
    in_person = found.modality is Modality.IN_PERSON
    return people.unit(tx, cover.unit).address if in_person else ""


def _users(tx: Tx, cover: Cover) -> tuple[str, ...]:
    """Give Teams' ids of those of the unit that we know: their own view comes by itself."""
    staff = [each.object_id for each in people.of_units(tx, [cover.unit])]
    every = dict.fromkeys([*staff, *people.supervisors(tx, cover.unit)])
    known = (chats.conversation(tx, each) for each in every)
    ids = [each.get("user_id", "") for each in known if each is not None]
    return tuple(each for each in ids if each)[:_USERS_MAX]


def news(tx: Tx, cover: Cover, person: str, policy: Policy, now: datetime) -> CoverNews:
    """Tell a supervisor what nobody has taken; she may open each in the tab."""
    language = handover_views.language_of(tx, person)
    view = shared(tx, cover, language, policy, now)
    day = wall(cover.lines[0].starts, policy.zone).date()
    return CoverNews(language, view.unit, view.lines, policy.view_url("team", f"{day}"))


# Whose desk a channel is.


def desk(
    tx: Tx, who: Speaker, channel: str, policy: Policy, *, wrong: bool = False
) -> DeskCard:
    """Show whose desk a channel is, and what she who asks may make of it."""
    stands = rows.in_channel(tx, channel)
    units = desks.choices(tx, who)
    owned = stands is not None and stands.unit in {each.id for each in units}
    left = [each for each in units if stands is None or each.id != stands.unit]
    may_put = left if stands is None or owned else []
    return DeskCard(
        language=who.language,
        unit=_named(tx, stands, who.language),
        choices=_choices(may_put, who.language),
        leaves=owned,
        wrong=wrong,
        tab_url=policy.view_url("desk"),
    )


def _named(tx: Tx, stands: Desk | None, language: Language) -> str:
    return "" if stands is None else people.unit(tx, stands.unit).name.in_(language)


def _choices(units: list[Unit], language: Language) -> tuple[Choice, ...]:
    return tuple(Choice(str(each.id), each.name.in_(language)) for each in units)


# The day.


def is_working_day(tx: Tx, unit: Unit, day: date, policy: Policy) -> bool:
    """Say whether anybody of the unit works that day."""
    if policy.rules.at(unit.opening).is_closed(day):
        return False
    return any(
        day.weekday() in people.mailbox(tx, each.id).hours.days
        for each in people.of_units(tx, [unit.id])
        if each.bookable
    )


def day_of(tx: Tx, found: Desk, day: date, policy: Policy, now: datetime) -> DeskDay:
    """Show who is in, who is away, what each has, and what is free from now on."""
    within = day_span(day, policy.zone)
    every = team.columns(tx, [found.unit], within, policy, SHOWN_MAX * 4, now)
    columns = [each for each in every if each.member.professional.bookable]
    shown = columns[:SHOWN_MAX]
    return DeskDay(
        language=found.language,
        unit=people.unit(tx, found.unit).name.in_(found.language),
        day=day,
        colleagues=tuple(_colleague(each, within, policy, now) for each in shown),
        more=len(columns) - len(shown),
        waiting=_waiting(tx, found, now),
    )


def _colleague(
    found: team.Column, within: Span, policy: Policy, now: datetime
) -> Colleague:
    away = [each for each in found.away(now) if each.overlaps(within)]
    working = [left for each in found.open for left in days.without(each, away)]
    mine = [each for each in found.mine if each.in_calendar]
    return Colleague(
        name=found.member.professional.name,
        presence=_presence(
            found, away=bool(away), works=any(each.end > now for each in working)
        ),
        count=len(mine),
        free=_free(found, working, policy, now) if found.known else 0,
    )


def _presence(found: team.Column, *, away: bool, works: bool) -> Presence:
    if not found.open:
        return Presence.OFF
    if away:
        return Presence.PART if works else Presence.AWAY
    return Presence.IN if found.known else Presence.UNKNOWN


def _free(
    found: team.Column, working: list[Span], policy: Policy, now: datetime
) -> int:
    """Count the minutes of her hours, from now on, in which nothing stands."""
    zone = found.calendar.mailbox.zone
    taken = [each.span.widened(each.before, each.after) for each in found.mine]
    blocking = policy.rules.blocking
    taken += [
        each.span(ZoneInfo(zone)) for each in found.foreign if each.show_as in blocking
    ]
    ahead = [Span(max(each.start, now), each.end) for each in working if each.end > now]
    left = days.minutes(left for each in ahead for left in _without(each, taken))
    return left // _STEP * _STEP


def _without(whole: Span, taken: list[Span]) -> list[Span]:
    near = [each for each in taken if each.overlaps(whole)]
    return days.without(whole, near)


def _waiting(tx: Tx, found: Desk, now: datetime) -> int:
    """Count what looks for a taker in this unit."""
    return sum(len(each.open) for each in covering.asked_in(tx, [found.unit], now))
