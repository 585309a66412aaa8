"""Which keeper keeps which kind of promise: the whole list."""

from booking.model import ProfessionalId
from teams_app.actions import events, messages
from teams_app.errands import World
from teams_app.store.jobs import Job
from teams_app.worker import Keeper, calendar, cards, sync
from teams_app.worker import messages as sending


async def buried(world: World, job: Job, why: str) -> None:
    """Let a promise that cannot be kept be seen: its card says what to do."""
    del why
    if job.kind == "calendar" and job.appointment is not None:
        professional = ProfessionalId(int(str(job.payload["professional"])))
        await world.database.write(
            events.given_up, job.appointment, professional, world.now()
        )
    if job.kind in {"tell", "remind", "ask_new_time", "tell_offer"}:
        await world.database.write(messages.given_up, job.key, world.now())


KEEPERS: dict[str, Keeper] = {
    "calendar": calendar.keep_calendar,
    "confirm": calendar.keep_confirming,
    "tell": sending.tell,
    "tell_offer": sending.tell_offer,
    "remind": sending.remind,
    "ask_new_time": sending.ask_new_time,
    "cards": cards.keep_cards,
    "offer_cards": cards.keep_offer_cards,
    "answered": cards.after_answer,
    "announce": cards.announce,
    "remind_professional": cards.remind_professional,
    "ask": cards.ask,
    "morning": cards.morning,
    "pull": sync.pull,
    "pull_anew": sync.pull,
    "notice": sync.notice,
    "subscribe": sync.subscribe,
    "renew": sync.renew,
    "sweep": sync.sweep,
}
