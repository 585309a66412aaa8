"""What a client is sent: decided when it is sent, from the booking as it is then.

`prepare_*` gives a composed message with its intent already stored, or says why there is
nothing to send. What a crash left half done is found by its key: mail is looked up in the
sender's Sent Items, an SMS gateway knows our reference. `accepted` and `refused` record
what came of it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from booking.appointments import Actor
from booking.lateness import ABOUT_TO_BEGIN, Delay
from booking.links import Links
from booking.messages import Facts, Kind, compose
from booking.model import (
    AGREED,
    Appointment,
    AppointmentId,
    Channel,
    Client,
    Offer,
    OfferId,
    Status,
)
from booking.offers import ended
from booking.policy import Policy
from booking.reminders import may_send_at
from teams_app.actions import lateness, obstacles, unheard
from teams_app.actions.facts import closed, fixed, of_appointment
from teams_app.actions.facts import of_offer as facts_of_offer
from teams_app.actions.offer_looks import keep_offer_cards
from teams_app.actions.offers import NONE_LEFT, is_lost
from teams_app.actions.prepared import About, Later, Never, Prepared, Ready, Skip
from teams_app.actions.questions import choosing
from teams_app.actions.records import HEARD_BEFORE, last_said
from teams_app.actions.settle import keep_cards
from teams_app.actions.unanswered import outward
from teams_app.store import (
    appointments,
    delays,
    deliveries,
    jobs,
    marks,
    offers,
    people,
)
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx
from teams_app.store.deliveries import Delivery, Said
from teams_app.store.jobs import Job

#: Jobs that say something to a client.
KINDS = frozenset({"tell", "tell_offer", "remind", "ask_new_time", "time_holds"}) | {
    *("tell_late", "tell_new_meeting", obstacles.TELL_KEPT)
}


def prepare_news(
    tx: Tx,
    id_: AppointmentId,
    payload: dict[str, object],
    *,
    links: Links,
    policy: Policy,
    now: datetime,
) -> Prepared:
    """Compose what a change of an appointment owes its client.

    `payload` is that of a `tell` job: version, news, by. A change that a later one has
    overtaken is not told; the later one tells the state that holds.
    """
    found = appointments.find(tx, id_)
    if found is None or found.client is None:
        return Skip("gone")
    version = int(str(payload["version"]))
    kind = unheard.overtaken(tx, found, version, policy) or unheard.to_say(
        tx, found, payload, now
    )
    if isinstance(kind, Skip):
        return kind
    own_act = payload.get("by") == Actor.CLIENT.value
    if found.span.start <= now:
        return Skip("ended") if kind is Kind.CANCELLED_BY_CLIENT else Never("started")
    later = may_send_at(now, policy.quiet)
    if later > now and not own_act and not _may_wait(found, kind, now):
        return _later(later, found.span.start)
    if way := unheard.gives_way(tx, found, kind, now):
        return way
    key = f"tell:{id_}:{version}"
    about = _about(tx, found, kind, key, links, policy)
    if kind is Kind.MOVED:
        facts = replace(about.facts, was=unheard.was(tx, found))
        about = replace(about, facts=facts)
    return _ready(tx, about, policy, now)


def _may_wait(found: Appointment, kind: Kind, now: datetime) -> bool:
    """Whether she may be waiting where nobody comes: then no hour is too quiet."""
    soon = found.span.start - now <= ABOUT_TO_BEGIN
    return soon and kind in {Kind.HANDED_NEW_MEETING, Kind.NEW_MEETING}


def _later(when: datetime, ends: datetime) -> Later | Never:
    """Wait for the morning, unless it comes too late; that is known at once."""
    return Later(when) if when < ends else Never("too_late")


def prepare_reminder(
    tx: Tx,
    id_: AppointmentId,
    payload: dict[str, object],
    *,
    links: Links,
    policy: Policy,
    now: datetime,
) -> Prepared:
    """Compose a reminder, if the appointment still stands at the time it was for."""
    found = appointments.find(tx, id_)
    if found is None or found.client is None or found.status is not Status.BOOKED:
        return Skip("not_booked")
    start = int(str(payload["start"]))
    if int(found.span.start.timestamp()) != start:
        return Skip("moved")
    if found.span.start <= now:
        return Skip("started")
    later = may_send_at(now, policy.quiet)
    if later > now:
        return Later(later) if later < found.span.start else Skip("quiet_hours")
    key, kind = f"remind:{id_}:{start}:{payload['hours']}h", Kind.REMINDER
    asked = choosing(tx, id_)
    if asked is not None:
        key, kind = f"choose:{asked.id}", Kind.CHOOSE
    if asked is not None and not _asked_long_ago(tx, asked, now):
        return Skip("choosing")
    return _ready(tx, _about(tx, found, kind, key, links, policy), policy, now)


#: Who was asked for another time is reminded of it not sooner than this.
_TO_CHOOSE = timedelta(hours=3)


def _asked_long_ago(tx: Tx, asked: Conflict, now: datetime) -> bool:
    """Whether the client knows for a while that her time no longer holds."""
    knows = last_said(tx, asked.appointment) == Kind.NEW_TIME
    return knows and (asked.settled_at or now) + _TO_CHOOSE <= now


def prepare_new_time(
    tx: Tx,
    id_: AppointmentId,
    payload: dict[str, object],
    *,
    links: Links,
    policy: Policy,
    now: datetime,
) -> Prepared:
    """Compose the request to choose another time, because we cannot keep this one.

    Who knows it already is not told again.
    """
    found = appointments.find(tx, id_)
    if found is None or found.client is None or found.status not in AGREED:
        return Skip("not_booked")
    asked = choosing(tx, id_)
    if asked is None or asked.id != int(str(payload["conflict"])):
        return Skip("superseded")
    if last_said(tx, id_) == Kind.NEW_TIME:
        return Skip("already_sent")
    key = f"ask_new_time:{asked.id}"
    about = _about(tx, found, Kind.NEW_TIME, key, links, policy)
    known = unheard.known_before(tx, found)
    if known is not None and known.start > now:
        about = replace(about, facts=replace(about.facts, was=known))
    return _by_day(tx, about, policy, now)


def prepare_holds(
    tx: Tx,
    id_: AppointmentId,
    payload: dict[str, object],
    *,
    links: Links,
    policy: Policy,
    now: datetime,
) -> Prepared:
    """Compose the word that a time holds after all, to who heard that it does not.

    Or may have heard it. Of a new time that gave way to that she is told as of one.
    """
    found = appointments.find(tx, id_)
    if found is None or found.client is None or found.status not in AGREED:
        return Skip("not_booked")
    key = f"time_holds:{payload['conflict']}"
    if choosing(tx, id_) is not None or not unheard.may_be_choosing(tx, id_, key):
        return Skip("nothing_to_say")
    was = unheard.gave_way(tx, found)
    kind = Kind.TIME_HOLDS if was is None else Kind.MOVED
    about = _about(tx, found, kind, key, links, policy)
    about = replace(about, facts=replace(about.facts, was=was))
    return _by_day(tx, about, policy, now)


def prepare_stands(
    tx: Tx,
    id_: AppointmentId,
    payload: dict[str, object],
    *,
    links: Links,
    policy: Policy,
    now: datetime,
) -> Prepared:
    """Compose the answer to what she has reported: the time stands as it is."""
    found = appointments.find(tx, id_)
    if found is None or found.client is None or found.status is not Status.BOOKED:
        return Skip("not_booked")
    at = obstacles.answered_at(tx, found)
    if at is None or int(at.timestamp()) != payload["at"]:
        return Skip(unheard.SUPERSEDED)
    if choosing(tx, id_) is not None:
        return Skip("choosing")
    key = obstacles.key_of(id_, at)
    about = _about(tx, found, Kind.TIME_STANDS, key, links, policy)
    return _by_day(tx, about, policy, now)


def prepare_late(
    tx: Tx,
    id_: AppointmentId,
    payload: dict[str, object],
    *,
    links: Links,
    policy: Policy,
    now: datetime,
) -> Prepared:
    """Compose the word that an appointment begins late, or on time after all.

    Only what was said last is told, and to who has heard it nothing. Who is about to
    set out, or sits waiting, hears it in quiet hours too.
    """
    found, delay = appointments.find(tx, id_), delays.find(tx, id_)
    if found is None or found.client is None or not found.occupies or delay is None:
        return Skip("not_booked")
    start, why = found.span.start, _why_unsaid(tx, found, delay, payload, now)
    if why:
        return Skip(why)
    later = may_send_at(now, policy.quiet)
    if later > now and start - now > ABOUT_TO_BEGIN:
        return _later(later, start)
    kind = Kind.RUNNING_LATE if delay.minutes else Kind.ON_TIME
    about = _about(tx, found, kind, lateness.key_of(delay), links, policy)
    facts = replace(about.facts, minutes=delay.minutes)
    return _ready(tx, replace(about, facts=facts), policy, now)


def prepare_new_meeting(
    tx: Tx,
    id_: AppointmentId,
    payload: dict[str, object],
    *,
    links: Links,
    policy: Policy,
    now: datetime,
) -> Prepared:
    """Compose the word that the way in is another, to who may be waiting in the old one."""
    found = appointments.find(tx, id_)
    if found is None or found.client is None or not found.in_calendar:
        return Skip("not_booked")
    if found.span.end <= now or choosing(tx, id_) is not None:
        return Skip("moved")
    later = may_send_at(now, policy.quiet)
    if later > now and not _may_wait(found, Kind.NEW_MEETING, now):
        return Later(later)
    key = f"new_meeting:{id_}:{payload['count']}"
    about = _about(tx, found, Kind.NEW_MEETING, key, links, policy)
    return _ready(tx, about, policy, now)


def _why_unsaid(
    tx: Tx, found: Appointment, delay: Delay, payload: dict[str, object], now: datetime
) -> str:
    """Say why nothing is said of a delay; empty: it is."""
    start = found.span.start
    if delay.revision != payload["revision"]:
        return "superseded"
    if delay.start != start or choosing(tx, found.id) is not None:
        return "moved"
    if delay.begins <= now:
        return "started"
    heard = delay.minutes == lateness.last_told(tx, found.id, start)
    heard = heard and not lateness.may_have_read(tx, delay)
    return HEARD_BEFORE if heard else ""


def _by_day(tx: Tx, about: About, policy: Policy, now: datetime) -> Prepared:
    """Say it before the start and out of quiet hours, or let a person know."""
    start = about.facts.start
    assert start is not None
    if start <= now:
        return Never("started")
    later = may_send_at(now, policy.quiet)
    if later > now:
        return _later(later, start)
    return _ready(tx, about, policy, now)


def prepare_offer(
    tx: Tx, id_: OfferId, *, links: Links, policy: Policy, now: datetime
) -> Prepared:
    """Compose an offer of times. One that is over, or has none left, is not sent."""
    offer = offers.load(tx, id_)
    if marks.removal(tx) is not None:
        return Skip("removed")
    over = ended(offer, now)
    if over is not None:
        return Never("expired") if over.reason == "expired" else Skip(over.reason)
    later = may_send_at(now, policy.quiet)
    if later > now:
        return _later(later, offer.expires)
    if is_lost(tx, offer, policy, now):
        return Skip(NONE_LEFT)
    client = people.client(tx, offer.client)
    facts = facts_of_offer(
        offer, client, phone=phone_of(tx, offer, policy), links=links, policy=policy
    )
    return _ready(
        tx,
        About(f"offer:{id_}", facts, client, offer.version, offer.link, offer=id_),
        policy,
        now,
    )


def phone_of(tx: Tx, of: Appointment | Offer, policy: Policy) -> str:
    unit = people.unit(tx, people.professional(tx, of.professional).unit)
    return unit.phone or policy.help_phone


def _about(
    tx: Tx, found: Appointment, kind: Kind, key: str, links: Links, policy: Policy
) -> About:
    assert found.client is not None
    client = people.client(tx, found.client)
    phone = phone_of(tx, found, policy)
    facts = of_appointment(found, kind, client, phone=phone, links=links, policy=policy)
    return About(key, facts, client, found.version, found.link, appointment=found)


def _ready(tx: Tx, about: About, policy: Policy, now: datetime) -> Prepared:
    """Store the intent on the first channel that is on and has not refused it."""
    for channel in about.client.channels:
        if channel not in policy.ways:
            continue
        key = f"{about.key}:{channel.value}"
        earlier = deliveries.find(tx, key)
        if earlier is not None and earlier.state == "accepted":
            return Skip("already_sent")
        if earlier is not None and earlier.state in {"failed", "skipped"}:
            continue
        to = about.client.email if channel is Channel.MAIL else about.client.phone
        assert to is not None
        kept = deliveries.intend(tx, _delivery(about, key, channel, to, now))
        facts = _as_it_is(tx, _as_first_tried(about, kept), policy, now)
        message = compose(facts, channel)
        return Ready(key, to, message, about.client, outward(key, about.link))
    return Never("no_channel")


def _as_first_tried(about: About, kept: Delivery) -> About:
    """Name the time before that it named then: that one may have gone out."""
    if kept.version != about.version:
        return about
    return replace(about, facts=replace(about.facts, was=kept.was))


def _as_it_is(tx: Tx, about: About, policy: Policy, now: datetime) -> Facts:
    """Say nothing of what her link does not do any more; where it opens nothing, none."""
    if marks.removal(tx) is not None:
        return replace(about.facts, url="")
    if about.appointment is None:
        return about.facts
    kind = about.facts.kind
    return replace(
        about.facts,
        closed=closed(tx, about.appointment, kind, policy, now),
        fixed=fixed(tx, about.appointment, kind, policy, now),
    )


def _delivery(
    about: About, key: str, channel: Channel, to: str, now: datetime
) -> Delivery:
    of = about.appointment
    names_before = channel is Channel.MAIL or about.facts.kind is Kind.NEW_TIME
    return Delivery(
        key=key,
        channel=channel.value,
        appointment=None if of is None else of.id,
        said=None if of is None else Said(of.span, of.professional),
        offer=about.offer,
        client=about.client.id,
        to=to,
        news=about.facts.kind.value,
        version=about.version,
        was=about.facts.was if names_before else None,
        intended_at=now,
        language=about.facts.language.value,
    )


def accepted(tx: Tx, key: str, ref: str, now: datetime) -> None:
    """Record that the channel took the message; cards may now say *told*."""
    deliveries.accepted(tx, key, ref, now)
    _cards(tx, key, now)


def refused(tx: Tx, ready: Ready, why: str, now: datetime) -> None:
    """Record that the channel will never take it."""
    deliveries.failed(tx, ready.key, why, now)
    _cards(tx, ready.key, now)


def given_up(tx: Tx, job: Job, now: datetime) -> bool:
    """Record that a message was tried until there was no point in trying.

    True: it has not been tried by every channel there is, and goes by the next.
    """
    client = _receiver(tx, job)
    tried = untried = False
    for channel in client.channels if client is not None else ():
        found = deliveries.find(tx, f"{job.key}:{channel.value}")
        if found is None:
            untried = True
        elif found.state not in {"accepted", "failed"}:
            tried = True
            deliveries.failed(tx, found.key, "given_up", now)
    goes_on = tried and untried and (job.expires is None or job.expires > now)
    if goes_on:
        jobs.promise_again(tx, job, now)
    if job.appointment is not None:
        jobs.promise(tx, keep_cards(job.appointment, now))
    else:
        jobs.promise(tx, keep_offer_cards(job.offer, now))
    return goes_on


def _receiver(tx: Tx, job: Job) -> Client | None:
    about: Appointment | Offer | None
    if job.appointment is not None:
        about = appointments.find(tx, job.appointment)
    else:
        about = offers.find(tx, job.offer)
    if about is None or about.client is None:
        return None
    return people.client(tx, about.client)


def _cards(tx: Tx, key: str, now: datetime) -> None:
    found = deliveries.find(tx, key)
    if found is None:
        return
    if found.appointment is not None:
        jobs.promise(tx, keep_cards(found.appointment, now))
    if found.offer is not None:
        jobs.promise(tx, keep_offer_cards(found.offer, now))
