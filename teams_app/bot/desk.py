"""The bot in a Teams channel: a unit's desk.

Here everybody reads along, so nothing is said of clients. What is pressed on a shared
card is answered to her alone who pressed it; the card itself is brought up to date for
all by the worker.
"""

from dataclasses import asdict, dataclass, replace

import cards
from booking.cover import Bar
from booking.model import Appointment, AppointmentId
from booking.saying.desk import DeskVerb, understand
from booking.spans import wall
from booking.views.absences import AwayCard, AwayNews
from booking.views.cards import Notice
from booking.views.desk import CoverCard, CoverLine, DeskCard
from booking.wording import text
from cards import Card, verbs
from teams_app import errands
from teams_app.actions import (
    absence_desk,
    absence_views,
    access,
    cover_later,
    covering,
    desk_postings,
    desk_views,
    desks,
    handover_views,
    postings,
)
from teams_app.actions.access import Look, Person
from teams_app.actions.covering import Barred, Claim, NotAsked
from teams_app.actions.desk_views import Told
from teams_app.actions.desks import Channel, Speaker
from teams_app.bot.buttons import number_in
from teams_app.bot.heard import Heard
from teams_app.errands import World
from teams_app.outside import Conversation
from teams_app.store import absences as absence_rows
from teams_app.store import covers, jobs, people
from teams_app.store import desks as rows
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

#: As in any card that is changed while somebody looks at her own view of it.
_SETTLED = postings.ANSWER_TIME


#: What no look at the card would change: it is said beside it.
_NEVER = frozenset({Bar.OWN, Bar.NO_CLIENTS})


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered in a channel; `to_all`: it replaces the card for everybody."""

    card: Card
    to_all: bool = False


async def speaker(world: World, heard: Heard, who: Person | None) -> Speaker:
    claims = access.Claims(heard.tenant, heard.speaker)
    admin = await world.database.read(access.is_admin, claims, world.policy)
    known = who.professional if who is not None else None
    return Speaker(
        heard.speaker.lower(),
        who,
        admin,
        known.language if known is not None else heard.language,
    )


def _channel(heard: Heard) -> Channel:
    where = Conversation(
        heard.where.service_url,
        heard.channel,
        heard.where.tenant_id,
        heard.where.bot_id,
        team=heard.team,
    )
    return Channel(heard.channel, heard.team, asdict(where))


async def say(world: World, heard: Heard, who: Person | None, said: str) -> Card:
    """Answer what was written to the bot in a channel."""
    by, channel = await speaker(world, heard, who), _channel(heard)
    if await world.database.read(desks.is_elsewhere, channel):
        await world.database.write(desks.heard_from, channel)
    match understand(said):
        case DeskVerb.DESK:
            view = await world.database.read(
                desk_views.desk, by, heard.channel, world.policy
            )
            return cards.desk(replace(view, asked=True))
        case DeskVerb.TODAY:
            key = await world.database.write(_today, heard.channel, world)
            return cards.notice(Notice(by.language, key, {}))
        case DeskVerb.HELP:
            return hello(by)


def hello(by: Speaker) -> Card:
    """Say what the bot can do in a channel."""
    return cards.notice(Notice(by.language, "desk_help", {}))


def _today(tx: Tx, channel: str, world: World) -> str:
    """Owe the day's card, or a look at the one that stands; gives what is said."""
    now = world.now()
    found = rows.in_channel(tx, channel)
    if found is None:
        return "desk_none"
    day = wall(now, world.policy.zone).date()
    unit = people.unit(tx, found.unit)
    if not desk_views.is_working_day(tx, unit, day, world.policy):
        return "desk_closed"
    payload: dict[str, object] = {"unit": found.unit, "day": day.isoformat()}
    key = desk_postings.day_key(found.unit, day)
    jobs.promise(tx, Promise("desk_day", key, due=now, payload=payload, again=True))
    return "desk_day"


async def press(
    world: World, heard: Heard, who: Person | None, data: dict[str, str]
) -> Reply | Notice:
    """Do what was pressed on a card in a channel."""
    verb = data.get("verb", "")
    if verb in {verbs.DESK_HERE, verbs.DESK_LEAVE}:
        return await _choose(world, heard, who, data)
    return await _cover(world, heard, who, data)


async def _choose(
    world: World, heard: Heard, who: Person | None, data: dict[str, str]
) -> Reply | Notice:
    by = await speaker(world, heard, who)
    if not heard.channel:
        return Notice(by.language, "gone", {})
    done = await world.database.write(_chosen, by, _channel(heard), data, world)
    if done is None:
        return Notice(by.language, "desk_not_yours", {})
    if done.wrong:
        return Reply(cards.desk(done))
    return Reply(cards.desk(replace(done, choices=(), leaves=False)), to_all=True)


def _chosen(
    tx: Tx, by: Speaker, channel: Channel, data: dict[str, str], world: World
) -> DeskCard | None:
    """Choose or let go; None: that is not hers."""
    if not desks.choices(tx, by):
        return None
    now, policy = world.now(), world.policy
    if data["verb"] == verbs.DESK_LEAVE:
        stands = rows.in_channel(tx, channel.id)
        left = desks.let_go(tx, by, channel.id, now)
        refused = left is None and stands is not None
        return None if refused else desk_views.desk(tx, by, channel.id, policy)
    if not data.get(verbs.UNIT):
        return desk_views.desk(tx, by, channel.id, policy, wrong=True)
    chosen = desks.choose(tx, by, channel, number_in(data, verbs.UNIT), now)
    return None if chosen is None else desk_views.desk(tx, by, channel.id, policy)


# Asking, from her own chat.


async def ask(
    world: World, heard: Heard, who: Person, data: dict[str, str]
) -> Card | Notice:
    """Ask the unit's desk about what an absence touches, and show how that stands."""
    language = (await speaker(world, heard, who)).language
    number = number_in(data, "absence")
    asked = await world.database.write(
        absence_desk.ask, who, number, Look(world.now(), "bot")
    )
    if isinstance(asked, NotAsked):
        why = text(language, f"desk.not_asked.{asked}")
        return Notice(language, "desk_not_asked", {"why": why})
    if heard.card:
        await world.database.write(
            postings.answered,
            who.object_id,
            heard.card,
            f"absence:{number}",
            world.now(),
        )
    view = await world.database.write(_absence, who, number, world)
    return cards.away(view) if isinstance(view, AwayCard) else cards.away_news(view)


def _absence(tx: Tx, who: Person, number: int, world: World) -> AwayCard | AwayNews:
    found = absence_rows.find(tx, number)
    assert found is not None, number
    now = world.now()
    if who.is_(found.professional):
        absence_views.seen(tx, who, found.span, Look(now, "bot"))
        return absence_views.own(tx, found, world.policy, now)
    language = handover_views.language_of(tx, who.object_id)
    return absence_views.news(tx, found, language, world.policy, now)


# Who can take these?


async def _cover(
    world: World, heard: Heard, who: Person | None, data: dict[str, str]
) -> Reply | Notice:
    """Take one, several or none of what is asked about, and show how it stands to her."""
    language = (await speaker(world, heard, who)).language
    id_ = number_in(data, verbs.COVER)
    if who is None or not await world.database.read(_may_read, who, id_):
        return Notice(language, "cover_not_yours", {})
    told = await _taken(world, who, id_, data)
    barred = told.barred
    if barred is not None and barred.why in _NEVER:
        why = text(language, f"desk.bar.{barred.why}")
        return Notice(language, "cover_barred", {"why": why})
    view = await world.database.write(_mine, who, id_, told, world)
    return Reply(cards.cover(view))


def _may_read(tx: Tx, who: Person, id_: int) -> bool:
    found = covers.find(tx, id_)
    return found is not None and covering.may_read(who, found)


def _mine(tx: Tx, who: Person, id_: int, told: Told, world: World) -> CoverCard:
    found = covers.find(tx, id_)
    assert found is not None, id_
    now = world.now()
    if told.taken or told.barred:
        # The card changes for all while her own answer is on its way to her.
        jobs.promise(tx, covering.keep_cards(id_, now + _SETTLED))
    look = Look(now, "channel")
    return desk_views.mine(tx, found, who, told, world.policy, look)


def _weighed(tx: Tx, who: Person, id_: int, world: World) -> CoverCard:
    found = covers.find(tx, id_)
    assert found is not None, id_
    return desk_views.weighed(tx, found, who, Told(), world.policy, world.now())


async def _taken(world: World, who: Person, id_: int, data: dict[str, str]) -> Told:
    verb = data["verb"]
    if verb == verbs.COVER_LOOK:
        return Told()
    if who.professional is None:
        return Told(barred=Barred(Bar.NO_CLIENTS))
    if verb == verbs.COVER_TAKE:
        wanted = AppointmentId(number_in(data, verbs.APPOINTMENT))
        done = await _one(world, who, id_, wanted)
        taken = 0 if isinstance(done, Barred) else 1
        return Told(taken, done if isinstance(done, Barred) else None)
    return await _several(world, who, id_, number_in(data, verbs.MOST))


async def _one(
    world: World, who: Person, id_: int, wanted: AppointmentId
) -> Appointment | Barred:
    assert who.professional is not None
    claim = Claim(id_, wanted, who.professional, who.who)
    return await errands.take(world, claim)


def _later(
    tx: Tx, who: Person, view: CoverCard, first: CoverLine, most: int, world: World
) -> None:
    """Promise her so many of those that fit her, from the `first` on."""
    assert who.professional is not None
    for each in view.fits[view.fits.index(first) :][:most]:
        wanted = AppointmentId(each.appointment)
        claim = Claim(view.cover, wanted, who.professional, who.who)
        cover_later.owe(tx, claim, world.now())


async def _several(world: World, who: Person, id_: int, most: int) -> Told:
    """Take as many as she says of those that fit her, the soonest first."""
    view = await world.database.read(_weighed, who, id_, world)
    taken, last = 0, None
    if view.open and all(each.bar is Bar.OWN for each in view.open):
        return Told(barred=Barred(Bar.OWN))
    for each in view.open:
        if taken >= most:
            break
        if each.bar is not None:
            continue
        done = await _one(world, who, id_, AppointmentId(each.appointment))
        if isinstance(done, Barred):
            last = done
            if done.why is Bar.CONFIRMING:
                # It is her own calendar that is silent, whichever she takes.
                await world.database.write(_later, who, view, each, most - taken, world)
                break
        else:
            taken += 1
    return Told(taken, last if taken < most else None)
