"""Hands for what supervisors do in Outlook, and eyes for what comes of it."""

from dataclasses import replace

from booking.calendar import Event
from booking.model import Appointment, Modality
from booking.views.cards import ConflictKind, Truth
from teams_app.actions import conflicts as proposing
from teams_app.actions import records
from teams_app.actions.handovers import Reply
from teams_app.store import calendars, conflicts, copies, people
from tests import make
from tests.support.small_world import SmallWorld

HERS = make.a_professional().mailbox
HIS = make.bo().mailbox
BO = make.bo().object_id
AINO = make.a_professional().object_id


def trust(small: SmallWorld, *, on: bool = True) -> None:
    unit = replace(make.a_unit(), trusts_calendars=on)
    small.write(people.save_unit, unit)


async def standing(small: SmallWorld, hours: float = 24, **more) -> Appointment:
    booked = small.book(hours, **more)
    await small.settle_down()
    return booked


def original(small: SmallWorld, booked: Appointment) -> Event:
    (found,) = [
        each for each in small.graph.ours(HERS) if booked.reference in each.subject
    ]
    return found


def copy(small: SmallWorld, event: Event, **changes) -> Event:
    """Copy as Outlook does: a new id, no meeting, our property stripped."""
    plain = {
        "subject": event.subject,
        "body": event.body,
        "location": event.location,
        "when": event.when,
    }
    return small.graph.add(HIS, **plain | changes)


async def heard(small: SmallWorld, *professionals: int) -> None:
    for each in professionals:
        small.pull(each)
        await small.settle_down()


async def copied(small: SmallWorld, booked: Appointment, **changes) -> Event:
    made = copy(small, original(small, booked), **changes)
    await heard(small, make.BO)
    return made


async def deleted(small: SmallWorld, booked: Appointment) -> None:
    small.graph.remove(HERS, original(small, booked).id)
    await heard(small, make.AINO)


async def dragged(small: SmallWorld, booked: Appointment, **changes) -> Event:
    """Drag it to Bo, the deletion heard of first; gives the event that was ours."""
    event = original(small, booked)
    await deleted(small, booked)
    copy(small, event, **changes)
    await heard(small, make.BO)
    return event


def overlapped(small: SmallWorld, booked: Appointment) -> conflicts.Conflict:
    """Ask its professional about a meeting over it."""
    raised: conflicts.Conflict = small.write(
        conflicts.raise_,
        appointment=booked.id,
        professional=booked.professional,
        kind=ConflictKind.OVERLAPPED,
        event_id="e1",
        now=small.now,
    )
    return raised


def asked_anew(small: SmallWorld, booked: Appointment) -> conflicts.Conflict:
    """Ask its client to choose another time."""
    raised = overlapped(small, booked)
    found: conflicts.Conflict = small.write(proposing.propose, raised, small.now)
    return found


def questions(small: SmallWorld, booked: Appointment) -> list[tuple[str, str | None]]:
    found = small.read(conflicts.of_appointment, booked.id)
    return [(each.kind.value, each.settled) for each in found]


def asked(small: SmallWorld, booked: Appointment) -> conflicts.Conflict:
    (found,) = [
        each
        for each in small.read(conflicts.open_of, booked.id)
        if each.kind is ConflictKind.COPIED
    ]
    return found


def reply(small: SmallWorld, booked: Appointment, who: str = BO, **more) -> Reply:
    question = asked(small, booked)
    return Reply(question.id, question.version, who, **more)


def told(small: SmallWorld) -> list[str]:
    return [each.subject for each in small.graph.mails]


def titles(small: SmallWorld, who: str) -> list[str]:
    """Give the headings of the cards in somebody's chat, as they stand."""
    return [
        small.chat.card(at)["body"][0]["items"][0]["text"]
        for at, each in enumerate(small.chat.posted)
        if each.to.conversation_id.endswith(who)
    ]


def is_handed_over(small: SmallWorld, booked: Appointment) -> None:
    """Check all that a hand-over comes to, whoever decided it."""
    now = small.appointment(booked.id)
    assert (now.professional, now.link) == (make.BO, booked.link)
    (event,) = small.graph.box(HIS).values()
    assert event.key == booked.reference
    assert booked.reference in event.subject
    assert small.graph.ours(HERS) == []
    assert now.modality is not Modality.REMOTE or event.join_url
    (link,) = small.read(calendars.links_of, booked.id)
    assert (link.professional, link.event_id) == (make.BO, event.id)
    assert small.read(copies.of_appointment, booked.id) == []
    left = small.read(conflicts.open_of, booked.id)
    assert left == [], left
    truths = small.read(records.truths, now)
    assert (truths.booked, truths.in_outlook) == (Truth.DONE, Truth.DONE)
