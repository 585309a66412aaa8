"""What is shown of an absence: to her who is away, and to whom looks after her unit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from booking.absence import Absence
from booking.model import Appointment, Language, Professional
from booking.policy import Policy
from booking.spans import Span, wall
from booking.views.absences import (
    AwayCard,
    AwayForm,
    AwayNews,
    State,
    days_of,
    hours_of,
    says,
)
from teams_app.actions import (
    access,
    covering,
    handover_views,
    older_news,
    staff_views,
)
from teams_app.actions.absences import Planned, standing, touched
from teams_app.actions.access import Look, Person
from teams_app.store import absences, chats, directory, people
from teams_app.store.chats import PostedCard
from teams_app.store.columns import bounds
from teams_app.store.database import Tx

#: So many of the appointments that an absence touches are listed.
LISTED_MAX = 12
#: Names the cards that bring news of an absence.
TOLD = "tell_away:"


def state_of(found: Absence, now: datetime) -> State:
    if found.withdrawn:
        return State.WITHDRAWN
    if found.is_over(now):
        return State.OVER
    return State.NOW if found.has_begun(now) else State.COMING


def form(
    tx: Tx,
    owner: Professional,
    wrong: str,
    typed: tuple[str, ...],
    *,
    policy: Policy,
    now: datetime,
) -> AwayForm:
    """Ask when she is away, and show what of it is recorded already."""
    zone = policy.zone
    today = wall(now, zone).date()
    known = standing(tx, owner.id, now)
    when = tuple(says(owner.language, each.span, zone, today) for each in known)
    here = policy.view_url("away")
    return AwayForm(owner.language, today, wrong, typed, here, when)


def asked(
    tx: Tx,
    owner: Professional,
    planned: Planned,
    request: str,
    policy: Policy,
    now: datetime,
) -> AwayCard:
    """Show what recording an absence would mean."""
    return replace(
        _shown(tx, owner, planned.span, State.ASKED, policy, now),
        span=bounds(planned.span),
        request=request,
        joins=planned.joins,
        supervised=bool(people.supervisors(tx, owner.unit)),
    )


def own(tx: Tx, found: Absence, policy: Policy, now: datetime) -> AwayCard:
    """Show an absence to her whose it is."""
    owner, state = people.professional(tx, found.professional), state_of(found, now)
    shown = _shown(tx, owner, found.span, state, policy, now)
    desk = _desk(tx, found, state, now)
    return replace(shown, absence=found.id, version=found.version, desk=desk)


def _desk(tx: Tx, found: Absence, state: State, now: datetime) -> str:
    if not state.stands:
        return ""
    booked = touched(tx, found.professional, found.span, now)
    return covering.desk_of(tx, booked, now)


def _shown(
    tx: Tx,
    owner: Professional,
    span: Span,
    state: State,
    policy: Policy,
    now: datetime,
) -> AwayCard:
    language, today = owner.language, wall(now, policy.zone).date()
    booked = touched(tx, owner.id, span, now)
    return AwayCard(
        language=language,
        state=state,
        when=says(language, span, policy.zone, today),
        today=today,
        days=days_of(span, policy.zone),
        hours=hours_of(span, policy.zone),
        touched=len(booked),
        lines=staff_views.lines_of(tx, booked[:LISTED_MAX], language, policy, now),
        tab_url=policy.view_url("away"),
    )


def seen(tx: Tx, who: Person, span: Span, look: Look) -> None:
    """Log that she was shown the appointments which an absence touches."""
    if who.professional is not None:
        booked = touched(tx, who.professional.id, span, look.at)[:LISTED_MAX]
        access.listed(tx, who, [each.id for each in booked], look)


def news(
    tx: Tx, found: Absence, language: Language, policy: Policy, now: datetime
) -> AwayNews:
    """Show an absence to a supervisor: no reason, and nothing of clients."""
    today = wall(now, policy.zone).date()
    left = touched(tx, found.professional, found.span, now)
    day, state = day_to_see(found, left, today, policy.zone), state_of(found, now)
    return AwayNews(
        language=language,
        state=state,
        absence=found.id,
        desk=_desk(tx, found, state, now),
        name=people.professional(tx, found.professional).name,
        when=says(language, found.span, policy.zone, today),
        touched=len(left),
        team_url=policy.view_url("team", str(day)),
    )


def day_to_see(
    found: Absence, left: Sequence[Appointment], today: date, zone: ZoneInfo
) -> date:
    """Give the day of the first appointment left in it, or else its own first day.

    What is past is looked at no more: it is today at the earliest.
    """
    first = left[0].span.start if left else found.span.start
    return max(wall(first, zone).date(), today)


def may_hear(tx: Tx, found: Absence, person: str) -> bool:
    """Say whether it is somebody's to know: who supervised her may do so no more."""
    owner = people.professional(tx, found.professional)
    return access.concerns(tx, person, owner)


def on_card(
    tx: Tx, card: PostedCard, found: Absence, policy: Policy, now: datetime
) -> AwayCard | AwayNews:
    """Show an absence on the card of one of its readers."""
    owner = people.professional(tx, found.professional)
    if owner.object_id != card.object_id:
        language = handover_views.language_of(tx, card.object_id)
        return news(tx, found, language, policy, now)
    view = own(tx, found, policy, now)
    told = card.key.startswith(TOLD)
    # Who asks again about an absence has a newer card of it.
    older = older_news.has_newer(card, chats.cards_of(tx, card.subject))
    return replace(view, by_other=told, older=older)


def to_tell(
    tx: Tx, key: str, payload: dict[str, object], now: datetime
) -> tuple[PostedCard, Absence] | None:
    """Intend the card that tells somebody of an absence.

    None: there is nothing left to tell her.
    """
    found = absences.find(tx, int(str(payload["absence"])))
    person = str(payload["person"])
    if found is None or directory.has_left(tx, person):
        return None
    if not may_hear(tx, found, person):
        return None
    subject = f"absence:{found.id}"
    stands = [one for one in chats.cards_of(tx, subject) if one.object_id == person]
    if found.is_over(now) and not stands:
        return None
    # Of an absence that has become part of another she has a card already.
    told = [one for one in stands if one.key.startswith(TOLD) and one.key != key]
    if told:
        return None
    return chats.intend_card(tx, key, person, subject, now), found
