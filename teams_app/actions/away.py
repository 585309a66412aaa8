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
from teams_app.actions import postings
from teams_app.actions.postings import Posting
from teams_app.actions.settle import redraw_ahead
from teams_app.store import appointments, jobs, people
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise


def learned(tx: Tx, id_: ProfessionalId, mailbox: Mailbox, now: datetime) -> None:
    """Keep hours, zone and replies as the mailbox has them; of new replies she is told."""
    before = people.mailbox(tx, id_)
    if before == mailbox:
        return
    people.save_mailbox(tx, id_, mailbox)
    redraw_ahead(tx, id_, now)
    away = mailbox.replies
    if away is None or away == before.replies or away.end <= now:
        return
    jobs.promise(
        tx,
        Promise(
            "away",
            f"away:{id_}",
            due=now,
            payload={"professional": id_, "learned": int(now.timestamp())},
            expires=away.end,
            again=True,
        ),
    )


def card(
    tx: Tx, payload: dict[str, object], policy: Policy, now: datetime
) -> Posting | None:
    """Give the card that says so; None: they are scheduled no more, or close nothing."""
    id_ = ProfessionalId(int(str(payload["professional"])))
    owner = people.professional(tx, id_)
    away = people.mailbox(tx, id_).replies
    if away is None or away.end <= now or not owner.bookable:
        return None
    booked = [
        each
        for each in appointments.between(tx, [id_], away)
        if each.in_calendar and each.span.overlaps(away) and each.span.end > now
    ]
    values = {
        "begins": when_short(owner.language, away.start, policy.zone),
        "ends": when_short(owner.language, away.end, policy.zone),
        "booked": str(len(booked)),
    }
    key = f"away:{id_}:{payload['learned']}:{int(away.start.timestamp())}"
    said = Notice(owner.language, "away", values)
    return postings.new(tx, key, id_, f"calendar:{id_}", said, now)
