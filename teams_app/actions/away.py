"""A professional is told that her automatic replies close her times.

Where they are scheduled in Outlook she is away, and nothing of hers is offered then. Who
has forgotten them would wonder why nobody books; who has not, sees what is booked still.
"""

from datetime import datetime

from booking.calendar import Mailbox
from booking.model import ProfessionalId
from booking.policy import Policy
from booking.views.cards import Notice
from booking.wording.dates import when_short
from teams_app.actions.postings import Posting
from teams_app.store import appointments, chats, jobs, people
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise


def learned(tx: Tx, id_: ProfessionalId, mailbox: Mailbox, now: datetime) -> None:
    """Keep hours, zone and replies as the mailbox has them; of new replies she is told."""
    before = people.mailbox(tx, id_)
    if before == mailbox:
        return
    people.save_mailbox(tx, id_, mailbox)
    tx.touched.add(id_)
    away = mailbox.replies
    if away is None or away == before.replies or away.end <= now:
        return
    begins, ends = int(away.start.timestamp()), int(away.end.timestamp())
    jobs.promise(
        tx,
        Promise(
            "away",
            f"away:{id_}:{begins}:{ends}",
            due=now,
            payload={"professional": id_},
            expires=away.end,
        ),
    )


def card(
    tx: Tx, key: str, id_: ProfessionalId, policy: Policy, now: datetime
) -> Posting | None:
    """Give the card that says so; None: they are scheduled so no more."""
    away = people.mailbox(tx, id_).replies
    if away is None or away.end <= now:
        return None
    begins, ends = int(away.start.timestamp()), int(away.end.timestamp())
    if key != f"away:{id_}:{begins}:{ends}":
        return None
    owner = people.professional(tx, id_)
    booked = [
        each
        for each in appointments.between(tx, [id_], away)
        if each.in_calendar and each.span.overlaps(away)
    ]
    values = {
        "begins": when_short(owner.language, away.start, policy.zone),
        "ends": when_short(owner.language, away.end, policy.zone),
        "booked": str(len(booked)),
    }
    kept = chats.intend_card(tx, key, owner.object_id, f"calendar:{id_}", now)
    chat = chats.conversation(tx, owner.object_id)
    return Posting(kept, chat, Notice(owner.language, "away", values))
