"""Every button in one's own chat, pressed where it does its work (see `driving`)."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from booking.cover import Why
from booking.model import Appointment, Modality, OfferStatus, Status
from booking.wording import plural
from cards import verbs
from teams_app.actions import offers
from teams_app.store import absences, conflicts, covers, delays
from tests import make
from tests.bot.driving import Answered, Scene, drives
from tests.bot.talk import FORM, button, pressable, slots, texts
from tests.bot.test_forms import FREE, LATER, appointments, offered
from tests.support import handing
from tests.worker.test_arrivals import here

# The form.


async def times(at: Scene) -> dict[str, Any]:
    """Fill in the form and give the card with free times."""
    form = await at.aino.card(verbs.BOOK_AGAIN, {})
    data = button(form, verbs.BOOK_TIMES) | FORM
    return await at.aino.card(verbs.BOOK_TIMES, data | {"request": "r1"})


@drives("press book.again")
async def _again(at: Scene) -> Answered:
    card = await at.aino.card(verbs.BOOK_AGAIN, {})
    assert button(card, verbs.BOOK_TIMES)["request"]
    return card, at.said("cards.book.title")


@drives("press book.times")
async def _times(at: Scene) -> Answered:
    card = await times(at)
    assert slots(card)
    return card, at.said("cards.times.title")


@drives("press book.back")
async def _back(at: Scene) -> Answered:
    shown = await times(at)
    card = await at.aino.card(verbs.BOOK_BACK, button(shown, verbs.BOOK_BACK))
    assert FORM["client_name"] in str(card)
    return card, at.said("cards.book.title")


@drives("press book.now")
async def _now(at: Scene) -> Answered:
    data = button(await times(at), verbs.BOOK_NOW) | {verbs.SLOT: FREE}
    card = await at.aino.card(verbs.BOOK_NOW, data)
    (made,) = appointments(at.small)
    assert (made.status, made.span.start) == (Status.BOOKED, make.at(24))
    assert made.reference in str(card)
    return card, at.said("cards.appointment.standing")


@drives("press book.offer")
async def _offer(at: Scene) -> Answered:
    data = button(await times(at), verbs.BOOK_OFFER)
    card = await at.aino.card(verbs.BOOK_OFFER, data | {verbs.SLOTS: f"{FREE},{LATER}"})
    (made,) = offered(at.small)
    assert [each.start for each in made.slots] == [make.at(24), make.at(26)]
    return card, plural(at.language, "cards.offer.open", 2)


@drives("press book.open")
async def _open(at: Scene) -> Answered:
    card = await at.aino.card(verbs.BOOK_OPEN, button(await times(at), verbs.BOOK_OPEN))
    (made,) = offered(at.small)
    assert made.free_choice
    return card, plural(at.language, "cards.offer.open", 2)


def shows_times(at: Scene, card: dict[str, Any]) -> None:
    """Check that a card lists when she is free, in each way of meeting."""
    said = texts(card)
    assert any(at.said("cards.modality.phone") in each for each in said), said
    assert at.said("cards.free.none_here") not in said


AN_HOUR = {"fi": "huomenna klo 10", "sv": "i morgon kl 10", "en": "tomorrow at 10"}


@drives("press say.meant")
async def _meant(at: Scene) -> Answered:
    asked = await at.aino.ask(AN_HOUR[at.language])
    readings = [each["data"] for each in pressable(asked, verbs.SAY)]
    (free,) = [each for each in readings if each["say"] == "free"]
    card = await at.aino.card(verbs.SAY, free)
    shows_times(at, card)
    return card, at.said("cards.times.title")


# What stands.


@drives("press offer.withdraw")
async def _withdraw(at: Scene) -> Answered:
    made = at.small.offer(24, 26)
    data = {"offer": made.id, "version": made.version}
    card = await at.aino.card(verbs.OFFER_WITHDRAW, data)
    found = at.small.read(offers.offers.load, made.id)
    assert found.status is OfferStatus.WITHDRAWN
    return card, at.said("cards.offer.withdrawn")


@drives("press appointment.cancel")
async def _cancel(at: Scene) -> Answered:
    booked = at.small.book()
    await at.small.settle_down()
    on, shown = at.in_chat_of(at.aino)
    data = button(shown, verbs.APPOINTMENT_CANCEL)
    card = await at.aino.card(verbs.APPOINTMENT_CANCEL, data, on=on)
    assert at.small.appointment(booked.id).status is Status.CANCELLED_BY_US
    return card, at.said("cards.appointment.cancelled_by_us")


async def standing(at: Scene) -> tuple[Appointment, str, dict[str, Any]]:
    """Give an appointment, and its card in her chat with the message it stands on."""
    booked = at.small.book()
    await at.small.settle_down()
    on, shown = at.in_chat_of(at.aino)
    return booked, on, shown


@drives("press appointment.times")
async def _other_times(at: Scene) -> Answered:
    booked, on, shown = await standing(at)
    data = button(shown, verbs.APPOINTMENT_TIMES)
    card = await at.aino.card(verbs.APPOINTMENT_TIMES, data, on=on)
    assert len(pressable(card, verbs.APPOINTMENT_MOVE)) == 3
    assert at.small.appointment(booked.id) == booked
    return card, at.said("cards.do.move")


@drives("press appointment.move")
async def _move(at: Scene) -> Answered:
    booked, on, shown = await standing(at)
    data = button(shown, verbs.APPOINTMENT_TIMES)
    times = await at.aino.card(verbs.APPOINTMENT_TIMES, data, on=on)
    data = button(times, verbs.APPOINTMENT_MOVE)
    card = await at.aino.card(verbs.APPOINTMENT_MOVE, data, on=on)
    now = at.small.appointment(booked.id)
    assert f"{now.professional}@{int(now.span.start.timestamp())}" == data[verbs.SLOT]
    assert now.span.start != booked.span.start
    return card, at.said("cards.appointment.standing")


@drives("press appointment.show")
async def _show(at: Scene) -> Answered:
    booked, on, shown = await standing(at)
    data = button(shown, verbs.APPOINTMENT_TIMES)
    times = await at.aino.card(verbs.APPOINTMENT_TIMES, data, on=on)
    data = button(times, verbs.APPOINTMENT_SHOW)
    card = await at.aino.card(verbs.APPOINTMENT_SHOW, data, on=on)
    assert at.small.appointment(booked.id) == booked
    return card, at.said("cards.appointment.standing")


# What Outlook asks.


async def moved(at: Scene, booked: Appointment) -> None:
    event = handing.original(at.small, booked)
    at.small.graph.change(handing.HERS, event.id, when=make.span(26))
    await handing.heard(at.small, make.AINO)


async def overlapped(at: Scene, booked: Appointment) -> None:
    at.small.graph.add(handing.HERS, booked.span)
    await handing.heard(at.small, make.AINO)


async def deleted(at: Scene, booked: Appointment) -> None:
    await handing.deleted(at.small, booked)


async def proposed(at: Scene, booked: Appointment) -> None:
    """Let other times have been asked for."""
    await moved(at, booked)
    on, shown = at.in_chat_of(at.aino)
    await at.aino.card(
        verbs.CONFLICT_PROPOSE, button(shown, verbs.CONFLICT_PROPOSE), on=on
    )
    await at.small.settle_down()


async def with_a_desk(at: Scene, booked: Appointment) -> None:
    await at.makes_desk()
    await overlapped(at, booked)


async def asked(
    at: Scene, prepare: Callable[[Scene, Appointment], Awaitable[None]], verb: str
) -> tuple[Appointment, dict[str, Any]]:
    """Let Outlook ask about an appointment of hers, and answer on the card that came."""
    booked = await handing.standing(at.small, modality=Modality.REMOTE)
    await prepare(at, booked)
    on, shown = at.in_chat_of(at.aino)
    data = button(shown, verb) | {verbs.COLLEAGUE: str(make.BO)}
    return booked, await at.aino.card(verb, data, on=on)


@dataclass(frozen=True)
class Became:
    """What becomes of an appointment in a day by an answer, and of its event."""

    prepare: Callable[[Scene, Appointment], Awaitable[None]]
    settled: str
    says: str
    hours: float = 24
    status: Status = Status.BOOKED
    professional: int = make.AINO
    event: float | None = 24  #: When it stands in her calendar; None: not at all.


ANSWERED = {
    verbs.CONFLICT_TELL: Became(moved, "told", "told", hours=26, event=26),
    verbs.CONFLICT_PUT_BACK: Became(moved, "put_back", "put_back"),
    verbs.CONFLICT_PROPOSE: Became(moved, "moved", "moved", event=26),
    verbs.CONFLICT_CANCEL: Became(
        moved, "cancelled", "cancelled", status=Status.CANCELLED_BY_US, event=None
    ),
    verbs.CONFLICT_KEEP: Became(overlapped, "kept", "kept"),
    verbs.CONFLICT_RESTORE: Became(deleted, "put_back", "put_back"),
    verbs.CONFLICT_HOLD: Became(proposed, "holds", "holds"),
    verbs.CONFLICT_HAND: Became(
        deleted, "handed_over", "handed_over", professional=make.BO, event=None
    ),
}


async def _conflict(at: Scene, *, verb: str) -> Answered:
    meant = ANSWERED[verb]
    booked, card = await asked(at, meant.prepare, verb)
    (question,) = at.small.read(conflicts.of_appointment, booked.id)
    assert question.settled == meant.settled
    await at.small.settle_down()
    now = at.small.appointment(booked.id)
    stands = (now.span.start, now.status, now.professional)
    assert stands == (make.at(meant.hours), meant.status, meant.professional)
    event = [] if meant.event is None else [make.span(meant.event)]
    assert [each.when for each in at.small.graph.ours(handing.HERS)] == event
    return card, at.said(f"cards.settled.{meant.says}")


for _verb in ANSWERED:
    drives(f"press {_verb}")(partial(_conflict, verb=_verb))


@drives("press conflict.desk")
async def _ask_desk(at: Scene) -> Answered:
    booked, card = await asked(at, with_a_desk, verbs.CONFLICT_DESK)
    assert at.small.read(covers.of_appointment, booked.id)
    return card, at.said("cards.conflict.overlapped")


async def _taken(at: Scene, *, verb: str, hours: float) -> Answered:
    booked = await handing.standing(at.small)
    await handing.copied(at.small, booked, when=make.span(hours))
    on, shown = at.in_chat_of(at.bo)
    card = await at.bo.card(verb, button(shown, verb), on=on)
    now = at.small.appointment(booked.id)
    start = make.at(24) if verb == verbs.HANDOVER_TAKE_AGREED else make.at(hours)
    left = verb == verbs.HANDOVER_LEAVE
    assert now.professional == (make.AINO if left else make.BO)
    assert now.span.start == (make.at(24) if left else start)
    says = "put_back" if left else "handed_to_you"
    giver = at.small.aino.name
    return card, at.said(f"handovers.settled.{says}", giver=giver)


drives("press handover.take")(partial(_taken, verb=verbs.HANDOVER_TAKE, hours=24))
drives("press handover.take_agreed")(
    partial(_taken, verb=verbs.HANDOVER_TAKE_AGREED, hours=26)
)
drives("press handover.leave")(partial(_taken, verb=verbs.HANDOVER_LEAVE, hours=24))


# Away.

AWAY = {"fi": "olen poissa huomenna", "sv": "jag är borta i morgon"} | {
    "en": "I'm away tomorrow"
}


async def away(at: Scene) -> dict[str, Any]:
    """Say that she is away tomorrow, when somebody comes; gives what is asked."""
    at.small.book(26, modality=Modality.REMOTE)
    return await at.aino.ask(AWAY[at.language])


async def recorded(at: Scene) -> dict[str, Any]:
    data = button(await away(at), verbs.AWAY_YES)
    return await at.aino.card(verbs.AWAY_YES, data)


@drives("press away.yes")
async def _yes(at: Scene) -> Answered:
    card = await recorded(at)
    (made,) = at.small.read(absences.of, make.AINO)
    assert made.span.start < make.at(26) < made.span.end
    return card, at.said("absence.title.coming")


@drives("press away.no")
async def _no(at: Scene) -> Answered:
    card = await at.aino.card(verbs.AWAY_NO, button(await away(at), verbs.AWAY_NO))
    assert at.small.read(absences.of, make.AINO) == []
    return card, at.said("cards.notice.away_not.title")


@drives("press away.dates")
async def _dates(at: Scene) -> Answered:
    shown = await recorded(at)
    days = {verbs.FIRST: "2026-11-24", verbs.LAST: "2026-11-27"}
    data = button(shown, verbs.AWAY_DATES) | days | {verbs.STARTS: "", verbs.ENDS: ""}
    card = await at.aino.card(verbs.AWAY_DATES, data)
    (made,) = at.small.read(absences.of, make.AINO)
    assert made.span.end > make.at(days=4)
    return card, at.said("absence.title.coming")


@drives("press away.finish")
async def _finish(at: Scene) -> Answered:
    shown = await recorded(at)
    card = await at.aino.card(verbs.AWAY_FINISH, button(shown, verbs.AWAY_FINISH))
    assert at.small.read(absences.of, make.AINO) == []
    return card, at.said("absence.title.withdrawn")


@drives("press away.desk")
async def _away_desk(at: Scene) -> Answered:
    await at.makes_desk()
    shown = await recorded(at)
    card = await at.aino.card(verbs.AWAY_DESK, button(shown, verbs.AWAY_DESK))
    (cover,) = at.small.read(covers.of_appointment, 1)
    assert cover.why is Why.ABSENCE
    return card, at.said("absence.title.coming")


# How it went, and when it begins.


async def ended(at: Scene) -> tuple[Appointment, str, dict[str, Any]]:
    """Let an appointment end; gives the card that asks how it went."""
    booked = at.small.book(2)
    await at.small.settle_down()
    at.small.clock.advance(hours=2, minutes=45)
    await at.small.settle_down()
    return booked, *at.in_chat_of(at.aino)


@drives("press outcome.record")
async def _record(at: Scene) -> Answered:
    booked, on, shown = await ended(at)
    ways = [each["data"] for each in pressable(shown, verbs.OUTCOME_RECORD)]
    (data,) = [each for each in ways if each[verbs.OUTCOME] == Status.NO_SHOW]
    card = await at.aino.card(verbs.OUTCOME_RECORD, data, on=on)
    assert at.small.appointment(booked.id).status is Status.NO_SHOW
    return card, at.said("cards.appointment.no_show")


@drives("press outcome.next")
async def _next(at: Scene) -> Answered:
    _, on, shown = await ended(at)
    data = button(shown, verbs.OUTCOME_NEXT)
    card = await at.aino.card(verbs.OUTCOME_NEXT, data, on=on)
    assert "Maija Meri" in str(card)
    return card, at.said("cards.book.title")


@drives("press arrival.undo")
async def _not_come(at: Scene) -> Answered:
    booked = await here(at.small)
    on, shown = at.in_chat_of(at.aino)
    data = button(shown, verbs.ARRIVAL_UNDO)
    card = await at.aino.card(verbs.ARRIVAL_UNDO, data, on=on)
    assert booked.status is Status.ARRIVED
    assert at.small.appointment(booked.id).status is Status.BOOKED
    return card, at.said("cards.appointment.standing")


LATE = {"fi": "myöhästyn 10 min", "sv": "10 min sen", "en": "running late 10"}


async def soon(at: Scene) -> Appointment:
    """Let an appointment begin in ten minutes."""
    booked = at.small.book(3)
    at.small.clock.advance(hours=2, minutes=50)
    return booked


async def late(at: Scene) -> tuple[Appointment, dict[str, Any]]:
    """Say that she is ten minutes late, and have it told."""
    booked = await soon(at)
    shown = await at.aino.ask(LATE[at.language])
    ways = [each["data"] for each in pressable(shown, verbs.LATE_TELL)]
    (data,) = [each for each in ways if each[verbs.MINUTES] == 10]
    return booked, await at.aino.card(verbs.LATE_TELL, data)


@drives("press late.tell")
async def _tell(at: Scene) -> Answered:
    booked, card = await late(at)
    (said,) = at.small.read(delays.standing, make.AINO, at.small.now)
    assert (said.appointment, said.minutes) == (booked.id, 10), asdict(said)
    return card, at.said("lateness.title.said", minutes=10)


@drives("press late.on_time")
async def _on_time(at: Scene) -> Answered:
    _, shown = await late(at)
    card = await at.aino.card(verbs.LATE_ON_TIME, button(shown, verbs.LATE_ON_TIME))
    assert at.small.read(delays.standing, make.AINO, at.small.now) == []
    return card, at.said("lateness.title.taken_back")
