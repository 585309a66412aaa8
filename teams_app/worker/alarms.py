"""Telling of an outage: a card to each who can mend it, and where none arrives a mail."""

from graph_sync.graph import Mail, Unanswered
from teams_app.actions import alarm_postings
from teams_app.errands import World
from teams_app.store.jobs import Job
from teams_app.worker import (
    UNANSWERED,
    UNANSWERED_SECONDS,
    Again,
    Done,
    Outcome,
    cards,
)


async def tell(world: World, job: Job) -> Outcome:
    posting = await world.database.write(
        alarm_postings.card, job.key, job.payload, world.policy, world.now()
    )
    return await cards.post(world, posting)


async def keep_cards(world: World, job: Job) -> Outcome:
    """Bring every card of an outage up to date: whose calendars, and that it is over."""
    standing = await world.database.read(
        alarm_postings.standing, job.payload, world.policy, world.now()
    )
    return await cards.update_all(world, standing)


async def mail(world: World, job: Job) -> Outcome:
    """Mail the organisation's own address, unless it was, or somebody was told.

    As long as Graph lets us in nowhere it waits with everything else.
    """
    letter = await world.database.read(
        alarm_postings.letter, job.payload, world.policy, world.now()
    )
    if letter is None:
        return Done("needless")
    graph, sender = world.outside.graph, world.policy.sender
    if job.attempt > 1 and await graph.sent(sender, job.key):
        return Done("mailed_before")
    said = Mail(
        key=job.key,
        sender=sender,
        to=world.policy.contact_email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        language=alarm_postings.MAILED_IN,
    )
    try:
        await graph.send(said)
    except Unanswered:
        # It may lie among what was sent, but not at once.
        return Again(UNANSWERED_SECONDS, why=UNANSWERED)
    return Done("mailed")
