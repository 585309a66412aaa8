"""What clients and professionals do, through the product's own doors.

Each gives in a few words what it did and what came of it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from booking.appointments import Actor
from booking.availability import Search
from booking.model import (
    Appointment,
    AppointmentId,
    Modality,
    Offer,
    OfferStatus,
    Professional,
    Service,
    Slot,
    Status,
)
from dev_tenant.connector import activities, pressing
from dev_tenant.connector.chats import CARD_TYPE, Chats, cards
from dev_tenant.tenant import Json
from teams_app import errands
from teams_app.actions import access, booking, handing, offers
from teams_app.actions.access import Claims
from teams_app.actions.booking import Details, Wanted
from teams_app.actions.offers import Invitation
from teams_app.bot.turns import turn
from teams_app.store import appointments, people
from teams_app.store.database import Tx
from teams_app.store.tables import appointments as rows
from teams_app.store.tables import offers as offer_rows
from tests.support.small_world import SUPERVISOR
from tests.world.scene import CLIENTS, PEOPLE

if TYPE_CHECKING:
    from tests.world.storm import Storm

#: How many of the first free times people look at: few, so that they want the same.
CHOICE = 14


def _services(tx: Tx) -> list[Service]:
    return people.services(tx)


def _all(tx: Tx, wanted: tuple[Status, ...]) -> list[Appointment]:
    chosen = sa.select(rows.c.id).where(rows.c.status.in_([s.value for s in wanted]))
    ids = tx.execute(chosen.order_by(rows.c.id)).scalars()
    return [appointments.load(tx, AppointmentId(id_)) for id_ in ids]


def standing(storm: "Storm", *wanted: Status) -> list[Appointment]:
    """Give the appointments of these states that are still ahead."""
    found: list[Appointment] = storm.read(_all, wanted or (Status.BOOKED,))
    return [each for each in found if each.span.end > storm.now]


def slot(
    storm: "Storm", *, staff: bool = False, by: Professional | None = None
) -> tuple[Service, Modality, Slot] | None:
    """Choose one of the first free times that the index shows."""
    service = storm.chance.choice(storm.read(_services))
    modality = storm.chance.choice(service.modalities)
    search = Search(service, modality, storm.now, staff=staff)
    if by is not None:
        search = replace(search, professionals=(by.id,))
    far = storm.chance.choice((1, 4, 20))
    free = storm.life.world.index().free(search, CHOICE * far)[::far]
    if not free:
        return None
    return service, modality, storm.chance.choice(free)


def _said(came: Any) -> str:
    if isinstance(came, Appointment):
        state = "confirming" if came.confirming else came.status.value
        return f"{came.reference} {state} {came.span.start:%d.%m. %H:%M}"
    return "died" if came is None else f"{came!r}"


async def client_books(storm: "Storm") -> str:
    """Choose a time, fill in who one is, confirm; or let the hold lapse."""
    chosen = slot(storm)
    if chosen is None:
        return "nothing free"
    service, modality, when = chosen
    who = storm.chance.choice(CLIENTS)
    wanted = Wanted(service.id, modality, who.language, when, Actor.CLIENT)
    world = storm.life.world
    held = await storm.ask(errands.hold(world, wanted))
    if not isinstance(held, Appointment):
        return _said(held)
    await asyncio.sleep(storm.chance.choice((0.0, 0.5, 2.0)))
    if storm.chance.random() < 0.1:
        return f"{held.reference} left"
    await storm.ask(
        storm.life.world.database.write(booking.fill_in, held.id, who, storm.now)
    )
    return _said(await _confirm(storm, held, who))


async def _confirm(storm: "Storm", held: Appointment, who: Details) -> Any:
    """Confirm, and press again where no answer came."""
    for _ in range(storm.chance.choice((1, 1, 2))):
        world = storm.life.world
        came = await storm.ask(errands.confirm(world, held.id, who, Actor.CLIENT))
        if came is not None:
            return came
        await asyncio.sleep(1)
        if not storm.life.alive:
            return None
    return None


async def two_want_one(storm: "Storm") -> str:
    chosen = slot(storm)
    if chosen is None:
        return "nothing free"
    service, modality, when = chosen

    async def one(who: Details) -> Any:
        wanted = Wanted(service.id, modality, who.language, when, Actor.CLIENT)
        held = await storm.ask(errands.hold(storm.life.world, wanted))
        if not isinstance(held, Appointment):
            return held
        return await _confirm(storm, held, who)

    first, second = storm.chance.sample(CLIENTS, 2)
    came = await asyncio.gather(one(first), one(second))
    return " / ".join(_said(each) for each in came)


async def client_moves(storm: "Storm") -> str:
    return await _move(storm, Actor.CLIENT)


async def staff_move(storm: "Storm") -> str:
    return await _move(storm, Actor.PROFESSIONAL)


async def _move(storm: "Storm", by: Actor) -> str:
    found = standing(storm)
    if not found:
        return "none"
    chosen = storm.chance.choice(found)
    search = Search(
        storm.read(people.service, chosen.service),
        chosen.modality,
        storm.now,
        staff=by is not Actor.CLIENT,
    )
    if storm.chance.random() < 0.7:
        search = replace(search, professionals=(chosen.professional,))
    free = storm.life.world.index().free(search, CHOICE)
    if not free:
        return "nothing free"
    to = storm.chance.choice(free)
    old = storm.chance.random() < 0.1
    came = await storm.ask(
        errands.move(storm.life.world, chosen, to, version=chosen.version - old, by=by)
    )
    return (
        f"{chosen.reference} to {to.professional}@{to.start:%d.%m. %H:%M} {_said(came)}"
    )


async def supervisor_hands(storm: "Storm") -> str:
    """Hand one over in the tab, now and then at another time too."""
    found = standing(storm)
    if not found:
        return "none"
    chosen = storm.chance.choice(found)
    others = [each for each in storm.workers if each.id != chosen.professional]
    to = storm.chance.choice(others)
    later = storm.chance.random() < 0.2
    start = chosen.span.start + timedelta(hours=1) * later
    wish = handing.Wish(chosen.id, chosen.version, to.id, start)
    who = storm.read(access.person, Claims(storm.tenant.id, SUPERVISOR))
    came = await storm.ask(errands.hand(storm.life.world, who, wish))
    if isinstance(came, Appointment):
        storm.handed.append((came.id, came.version))
    return f"{chosen.reference} to {to.id}@{start:%d.%m. %H:%M} {_said(came)}"


async def supervisor_undoes(storm: "Storm") -> str:
    """Take back what was handed over last, or press that once more."""
    if not storm.handed:
        return "none"
    id_, version = storm.chance.choice(storm.handed[-2:])
    who = storm.read(access.person, Claims(storm.tenant.id, SUPERVISOR))
    came = await storm.ask(errands.undo(storm.life.world, who, id_, version))
    return f"{id_} v{version} {_said(came)}"


async def client_cancels(storm: "Storm") -> str:
    found = standing(storm)
    if not found:
        return "none"
    chosen = storm.chance.choice(found)
    came = await storm.ask(
        storm.life.world.database.write(
            booking.cancel, chosen.id, by=Actor.CLIENT, now=storm.now
        )
    )
    return f"{chosen.reference} {_said(came)}"


async def staff_book(storm: "Storm") -> str:
    """Book for a client at once; where no answer came, press again."""
    by = storm.chance.choice(storm.workers)
    chosen = slot(storm, staff=True, by=by)
    if chosen is None:
        return "nothing free"
    service, modality, when = chosen
    who = storm.chance.choice(CLIENTS)
    wanted = Wanted(service.id, modality, who.language, when, Actor.PROFESSIONAL)
    storm.requests += 1
    request = f"request-{storm.requests}"
    came = None
    for _ in range(storm.chance.choice((1, 2, 2))):
        world = storm.life.world
        came = await storm.ask(errands.book_now(world, wanted, who, request))
        await asyncio.sleep(storm.chance.choice((0.0, 1.0)))
        if not storm.life.alive:
            break
    return _said(came)


async def staff_offer(storm: "Storm") -> str:
    by = storm.chance.choice(storm.workers)
    chosen = [slot(storm, staff=True, by=by) for _ in range(3)]
    given = [each for each in chosen if each is not None]
    if not given:
        return "nothing free"
    service, modality, _ = given[0]
    slots = {each[2] for each in given if each[:2] == (service, modality)}
    if storm.chance.random() < 0.2:
        slots = set()
    who = storm.chance.choice(CLIENTS)
    invitation = Invitation(
        professional=by,
        service=service.id,
        modality=modality,
        name=who.name,
        language=who.language,
        email=who.email,
        phone=who.phone,
        slots=tuple(slots),
    )
    storm.requests += 1
    request = f"request-{storm.requests}"
    world = storm.life.world
    made = await storm.ask(
        world.database.write(
            offers.make,
            invitation,
            storm.ground.ids,
            request=request,
            policy=world.policy,
            now=storm.now,
        )
    )
    if isinstance(made, Offer):
        return f"offer {made.id} of {len(made.slots)}"
    return _said(made)


def _open(tx: Tx) -> list[Offer]:
    from teams_app.store import offers as store

    chosen = sa.select(offer_rows.c.id).order_by(offer_rows.c.id)
    return [store.load(tx, id_) for id_ in tx.execute(chosen).scalars()]


async def client_chooses(storm: "Storm") -> str:
    """Choose from an offer, mostly one that is open; or it is called off."""
    offered: list[Offer] = storm.read(_open)
    known = {told.half for told in storm.records.told}
    found = [each for each in offered if each.link in known]
    still = [each for each in found if each.status is OfferStatus.OPEN]
    found = still if still and storm.chance.random() < 0.85 else found
    if not found:
        return "none"
    offer = storm.chance.choice(found)
    world = storm.life.world
    if storm.chance.random() < 0.15:
        await storm.ask(world.database.write(offers.call_off, offer, storm.now))
        return f"offer {offer.id} called off"
    slots = list(offer.slots)
    if offer.free_choice:
        service = storm.read(people.service, offer.service)
        search = Search(service, offer.modality, storm.now)
        search = replace(search, professionals=(offer.professional,))
        slots = world.index().free(search, CHOICE)
    if not slots:
        return "nothing free"
    held = await storm.ask(
        errands.hold_offered(world, offer, storm.chance.choice(slots))
    )
    if not isinstance(held, Appointment):
        return f"offer {offer.id} {_said(held)}"
    client = storm.read(people.client, offer.client)
    who = Details(client.name, client.language, client.email, client.phone, {})
    return f"offer {offer.id} {_said(await _confirm(storm, held, who))}"


# Cards.

Chosen = Callable[[Json], bool]


async def press_any(storm: "Storm") -> str:
    """Press any button of any card, an old copy of it too."""
    return await _press(storm, lambda _action: True, old=0.4)


async def answer_question(storm: "Storm") -> str:
    """Answer a question about a change in Outlook, with any of the answers."""
    return await _press(
        storm,
        lambda action: str(action.get("verb", "")).startswith("conflict."),
        old=0.1,
    )


async def answer_handover(storm: "Storm") -> str:
    """Say what a copy in Outlook means: the colleague it lies with, or the desk."""
    return await _press(
        storm,
        lambda action: str(action.get("verb", "")).startswith("handover."),
        old=0.1,
    )


async def _press(storm: "Storm", wanted: Chosen, *, old: float) -> str:
    who = storm.chance.choice(PEOPLE)
    chat = Chats(storm.tenant).of(who)
    buttons = []
    for message in chat["messages"]:
        if message["by"] != "bot" or message["deleted"]:
            continue
        states = [message["activity"]]
        if storm.chance.random() < old:
            states += message["versions"]
        buttons += [
            (message, found)
            for state in states
            for card in cards(state)
            for found in pressing.actions(card)
            if found.action.get("type") == "Action.Execute" and wanted(found.action)
        ]
    if not buttons:
        return "none"
    # What was posted lately is what people press.
    message, found = storm.chance.choice(buttons[-12:])
    data = pressing.fill(found, {})
    if isinstance(data, pressing.NotSent):
        return "not sent"
    return await _execute(storm, who, message, {**found.action, "data": data})


async def _execute(storm: "Storm", who: str, message: Json, action: Json) -> str:
    storm.requests += 1
    kept = {k: action[k] for k in ("type", "id", "verb", "data") if k in action}
    value = {"action": kept, "trigger": "manual"}
    parts = activities.invoke("adaptiveCard/action", value, message["id"])
    activity = activities.of_user(storm.tenant, who, "http://127.0.0.1:1/", **parts)
    activity["id"] = f"f:{storm.requests}"
    answer = await storm.ask(turn(storm.life.world, activity))
    body = answer.get("body") if answer else None
    verb = f"{action.get('verb')} {action['data']}"
    if not isinstance(body, dict):
        return f"{verb}: {answer}"
    if str(body.get("type")).endswith("card.adaptive"):
        chats = Chats(storm.tenant)
        shown = {"contentType": CARD_TYPE, "content": body["value"]}
        chats.replace(
            chats.of(who),
            message,
            {"type": "message", "attachments": [shown]},
        )
        return f"{verb}: card"
    return f"{verb}: {body.get('value')}"
