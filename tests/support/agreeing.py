"""What agrees once nothing is owed any more: booking, Outlook, client, mirror, cards.

Read from the rows and from what stands outside, in lists.
"""

from collections.abc import Sequence
from typing import Any

from booking.calendar import Event
from booking.model import Appointment, Status
from booking.spans import HELSINKI
from booking.views.cards import Truth
from teams_app.actions import postings, questions, records
from teams_app.actions.postings import Posting
from teams_app.store import appointments, calendars, conflicts, deliveries, health
from teams_app.store.database import Tx
from teams_app.worker.cards import draw
from tests import make
from tests.support.small_world import SmallWorld

BOX, HIS = make.a_professional().mailbox, make.bo().mailbox
BOXES = {make.AINO: BOX, make.BO: HIS}


def said(small: SmallWorld) -> list[str]:
    """Give the keys of all that was said to clients, mails before texts."""
    sent = [*small.graph.mails, *small.sms.sent]
    return [each.key.partition("/")[0] for each in sent]


def is_true(tx: Tx, key: str) -> bool:
    """Say whether what a message of this key says is so now."""
    kind, id_, *rest = key.partition("/")[0].split(":")
    if kind == "tell":
        return appointments.load(tx, int(id_)).version == int(rest[0])
    if kind == "remind":
        found = appointments.load(tx, int(id_))
        starts = int(found.span.start.timestamp()) == int(rest[0])
        return starts and found.status is Status.BOOKED
    if kind in {"ask_new_time", "time_holds"}:
        about = conflicts.find(tx, int(id_))
        assert about is not None
        asked = questions.choosing(tx, about.appointment)
        return (asked is not None and asked.id == about.id) is (kind == "ask_new_time")
    return True


def events(small: SmallWorld, booked: Appointment) -> list[tuple[str, Event]]:
    """Give what says that it is this appointment, ours or a copy, and in whose box."""
    return [
        (box, each)
        for box in (BOX, HIS)
        for each in small.graph.box(box).values()
        if booked.reference in f"{each.key}{each.subject}{each.body}"
    ]


def mirror_is_outlook(small: SmallWorld) -> None:
    for who, box in BOXES.items():
        kept = {e.event_id: e.when for e in small.read(calendars.busy, who, None)}
        lies = {each.id: each.when for each in small.graph.box(box).values()}
        assert kept == lies, f"the mirror has {kept}, Outlook {lies}"


def agree(
    small: SmallWorld, booked: Appointment, *, told: str | None = None
) -> Appointment:
    """Check that all of an appointment agrees; gives it as it is now.

    One event at its time and with its professional; the client told the last state last,
    and once. `told`: what she heard last, where that is not the news of its version.
    """
    now = small.appointment(booked.id)
    lies = [(box, each.span(HELSINKI)) for box, each in events(small, booked)]
    due = [(BOXES[now.professional], now.span)] if now.in_calendar else []
    assert lies == due, "one event, in its place"
    mirror_is_outlook(small)
    truths = small.read(records.truths, now, small.read(questions.choosing, now.id))
    three = (truths.booked, truths.in_outlook, truths.told)
    assert three == (Truth.DONE,) * 3
    heard = [each for each in said(small) if _is_about(small, each, now)]
    assert len(heard) == len(set(heard)), "no message twice"
    assert heard[-1].startswith(f"{told or f'tell:{now.id}:{now.version}'}:"), heard
    left = small.read(conflicts.open_of, now.id)
    assert left == [], f"{left} is still to be answered"
    assert small.read(health.dead) == []
    told_is_sent(small, now)
    cards_are_true(small, now)
    return now


def _is_about(small: SmallWorld, key: str, now: Appointment) -> bool:
    kind, id_, *_ = key.split(":")
    if kind in {"ask_new_time", "time_holds"}:
        about = small.read(conflicts.find, int(id_))
        return bool(about.appointment == now.id)
    return kind == "tell" and int(id_) == now.id


def told_is_sent(small: SmallWorld, now: Appointment) -> None:
    """What counts as told has gone out."""
    every = small.read(deliveries.of_appointment, now.id)
    counts = {each.key for each in every if each.state == deliveries.ACCEPTED}
    assert counts <= set(said(small))


def cards_are_true(small: SmallWorld, now: Appointment) -> None:
    """Every card that stands about an appointment shows how it is."""
    found = small.read(postings.of_appointment, now.id, small.policy, small.now)
    are_drawn(small, found)


def are_drawn(small: SmallWorld, found: Sequence[Posting]) -> None:
    """What stands in the chats is what would be drawn now."""
    standing = {each.id: _content(each.activity) for each in small.chat.posted}
    for each in found:
        if each.card.activity_id is not None and each.card.shown_version != 0:
            assert standing[each.card.activity_id] == draw(each.view)


def _content(activity: Any) -> Any:
    return activity["attachments"][0]["content"]
