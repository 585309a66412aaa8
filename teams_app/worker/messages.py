"""Sending what clients are owed: mail through Graph, SMS through the gateway."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import assert_never

from booking.model import Channel
from booking.policy import Policy
from graph_sync.graph import Mail, Refused, Unanswered
from teams_app.actions import messages, unanswered
from teams_app.actions.messages import KINDS
from teams_app.actions.offer_looks import keep_offer_cards
from teams_app.actions.prepared import Later, Never, Prepared, Ready, Skip
from teams_app.actions.records import SKIPPED
from teams_app.actions.settle import keep_cards
from teams_app.errands import World
from teams_app.outside import SmsError
from teams_app.store import appointments, jobs
from teams_app.store.database import Tx
from teams_app.store.jobs import Earlier, Job
from teams_app.worker import UNANSWERED, UNANSWERED_SECONDS, Again, Dead, Done, Outcome

#: How soon a message looks again whether it is its turn.
IN_TURN_SECONDS = 2.0
#: How long it waits for what was never answered.
_PATIENCE = timedelta(minutes=10)


def _about_an_appointment(
    prepare: Callable[..., Prepared],
) -> Callable[[World, Job], Awaitable[Outcome]]:
    """Make the keeper of a promise to say what `prepare` composes when it is due."""

    async def keep(world: World, job: Job) -> Outcome:
        assert job.appointment is not None
        appointment = job.appointment

        def composed(tx: Tx) -> Prepared:
            return prepare(
                tx,
                appointment,
                job.payload,
                links=world.outside.links,
                policy=world.policy,
                now=world.now(),
            )

        wait = await _turn(world, job)
        if wait:
            return Again(wait, why="in_turn", counts=False)
        outcome = await _keep(world, job, composed)
        if isinstance(outcome, Done) and outcome.outcome.startswith(SKIPPED):
            # Cards may say that something will be said still.
            return Done(outcome.outcome, then=keep_cards(appointment, world.now()))
        return outcome

    return keep


async def _turn(world: World, job: Job) -> float:
    """Say for how many seconds a message waits for those before it; 0: for none.

    One overtaken on its way would be the last that the client hears. What was not
    answered is handed over once more before this one, and soon; but it may never be.
    """
    running, put_off = await world.database.read(_before, job, world.policy)
    if world.now() - job.due > _PATIENCE:
        put_off = []
    late = [each.id for each in put_off if each.waits > UNANSWERED_SECONDS]
    if late:
        await world.database.write(jobs.bring_forward, late, UNANSWERED_SECONDS)
    waits = [min(each.waits, UNANSWERED_SECONDS) for each in put_off]
    return max([IN_TURN_SECONDS, *waits]) if running or put_off else 0.0


def _before(tx: Tx, job: Job, policy: Policy) -> tuple[bool, list[Earlier]]:
    """Say whether one before it is running, and give those that were put off.

    But for an SMS that is true no more: nothing comes of it.
    """
    earlier = jobs.earlier_under_way(tx, job, KINDS, UNANSWERED)
    if not earlier:
        return False, []
    assert job.appointment is not None
    found = appointments.load(tx, job.appointment)
    put_off = [
        each
        for each in earlier
        if not each.running and not unanswered.is_settled(tx, found, each.key, policy)
    ]
    return any(each.running for each in earlier), put_off


tell = _about_an_appointment(messages.prepare_news)
remind = _about_an_appointment(messages.prepare_reminder)
ask_new_time = _about_an_appointment(messages.prepare_new_time)
tell_late = _about_an_appointment(messages.prepare_late)
tell_new_meeting = _about_an_appointment(messages.prepare_new_meeting)
time_holds = _about_an_appointment(messages.prepare_holds)
time_stands = _about_an_appointment(messages.prepare_stands)


async def tell_offer(world: World, job: Job) -> Outcome:
    def composed(tx: Tx) -> Prepared:
        return messages.prepare_offer(
            tx,
            job.offer,
            links=world.outside.links,
            policy=world.policy,
            now=world.now(),
        )

    outcome = await _keep(world, job, composed)
    if isinstance(outcome, Done) and outcome.outcome.startswith(SKIPPED):
        # Its card may say that it will be sent still.
        return Done(outcome.outcome, then=keep_offer_cards(job.offer, world.now()))
    return outcome


async def _keep(world: World, job: Job, composed: Callable[[Tx], Prepared]) -> Outcome:
    """Find out what has gone out already, and only then decide: looking takes time.

    What a client has heard decides what she is told, and whether she is told anything.
    Between the decision and the call outside nothing is waited for.
    """
    went = await _went_out(world, job)
    prepared = await world.database.write(composed)
    if went and isinstance(prepared, Skip):
        return Done("sent")
    return await _hand_over(world, prepared)


async def _went_out(world: World, job: Job) -> bool:
    """Look for the mails that were never answered; True: this job's own was sent."""
    went = False
    for each in await world.database.read(unanswered.doubtful, job):
        if await world.outside.graph.sent(world.policy.sender, each.outward):
            await world.database.write(
                messages.accepted, each.key, "found", world.now()
            )
            went = went or each.key.startswith(f"{job.key}:")
    return went


async def _hand_over(world: World, prepared: Prepared) -> Outcome:
    match prepared:
        case Skip():
            return Done(f"{SKIPPED}{prepared.why}")
        case Never():
            return Dead(prepared.why)
        case Later():
            return Again(due=prepared.due, why="quiet_hours", counts=False)
        case Ready():
            return await _send(world, prepared)
        case _:
            assert_never(prepared)


async def _send(world: World, ready: Ready) -> Outcome:
    """Send one message; one that the channel refuses for good goes by the next."""
    try:
        ref = await _transmit(world, ready)
    except Refused as error:
        return await _refused(world, ready, error.code)
    except Unanswered:
        return Again(UNANSWERED_SECONDS, why=UNANSWERED)
    except SmsError as error:
        if not error.final:
            raise
        return await _refused(world, ready, str(error.status))
    await world.database.write(messages.accepted, ready.key, ref, world.now())
    return Done("sent")


async def _refused(world: World, ready: Ready, why: str) -> Outcome:
    await world.database.write(messages.refused, ready, why, world.now())
    return Again(0.0, why="next_channel")


async def _transmit(world: World, ready: Ready) -> str:
    if ready.message.channel is Channel.SMS:
        # The gateway takes our key as its reference and sends a repeat once.
        return await world.outside.sms.send(ready.outward, ready.to, ready.message.text)
    await world.outside.graph.send(
        Mail(
            key=ready.outward,
            sender=world.policy.sender,
            to=ready.to,
            subject=ready.message.subject,
            text=ready.message.text,
            html=ready.message.html,
            language=ready.client.language.value,
        )
    )
    return "accepted"
