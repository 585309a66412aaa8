"""What the client has been sent about an appointment, and what became of each message.

A text is not kept. It is put together again from what is kept, where that is the same
still: of the appointment as it stands, or of an offer, which says no time. Her own link
stays hers, and is left out.
"""

from booking.arrivals import Came
from booking.contact import masked_mail, masked_phone
from booking.messages import SPEAK_OF_ANOTHER, Composed, Facts, Kind, compose
from booking.model import Appointment, Channel, Client, Language
from booking.policy import Policy
from booking.views.record import Sent
from booking.wording import has, text
from teams_app.actions import deciding, messages, obstacles
from teams_app.actions.facts import closed, fixed, whose
from teams_app.actions.untried import NO_CHANNEL, what
from teams_app.store import (
    arrivals,
    conflicts,
    decisions,
    deliveries,
    log,
    people,
    promises,
)
from teams_app.store.database import Tx
from teams_app.store.deliveries import Delivery
from teams_app.store.promises import GivenUp

_OFFERS = frozenset({Kind.OFFER, Kind.OFFER_FREE})
#: What a message says whose job was given up before there was any to send.
_NEWS = {
    "remind": "reminder",
    "ask_new_time": "new_time",
    "time_holds": "time_holds",
} | {obstacles.TELL_KEPT: "time_stands"}
#: Why there was none, as `prepared.Never` has it.
_NEVER = frozenset({"started", "too_late"})


def to_client(
    tx: Tx, appointment: Appointment, policy: Policy, language: Language
) -> tuple[Sent, ...]:
    """Give every message, the newest first; `language` is the reader's."""
    every = deliveries.of_appointment(tx, appointment.id)
    if appointment.offer is not None:
        every += deliveries.of_offer(tx, appointment.offer)
    found = [_sent(tx, appointment, policy, each, language) for each in every]
    found += _never_tried(tx, appointment, every)
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


#: How the log has it that an admin changed a service.
_OF_SERVICES = ("set_up", "service_open", "service_paused", "service_retired")


def _sent(
    tx: Tx,
    appointment: Appointment,
    policy: Policy,
    given: Delivery,
    language: Language,
) -> Sent:
    mail = given.channel == Channel.MAIL.value
    again = _again(tx, appointment, policy, given, language)
    return Sent(
        kind=_kind(given.news),
        at=given.done_at or given.intended_at,
        state=given.state,
        channel=given.channel,
        to=masked_mail(given.to) if mail else masked_phone(given.to),
        why=_why(given),
        subject=again.subject if again is not None else "",
        text=again.text if again is not None else "",
    )


def _kind(news: str) -> str:
    return news if has("fi", f"sent.kind.{news}") else "other"


def _why(given: Delivery) -> str:
    if given.state != deliveries.FAILED:
        return ""
    return "given_up" if given.why == "given_up" else given.channel


def _again(
    tx: Tx,
    appointment: Appointment,
    policy: Policy,
    given: Delivery,
    language: Language,
) -> Composed | None:
    """Compose what was sent; None: what it said then is not kept."""
    kinds = {each.value: each for each in Kind}
    kind = kinds.get(given.news)
    of_offer = kind in _OFFERS
    if kind is None or (not of_offer and given.version != appointment.version):
        return None
    if _decided_since(tx, appointment, kind, given):
        return None
    client = people.client(tx, given.client)
    facts = Facts(
        kind=kind,
        language=Language(given.language),
        modality=appointment.modality,
        url=text(language, "sent.link"),
        help_phone=messages.phone_of(tx, appointment, policy),
        start=None if of_offer else appointment.span.start,
        end=None if of_offer else appointment.span.end,
        was=given.was,
        zone=policy.zone,
        organisation=whose(client, policy),
        greeting=policy.lines.greeting(client.language),
        closing=policy.lines.closing(client.language),
        closed=closed(tx, appointment, kind, policy, given.intended_at),
        fixed=fixed(tx, appointment, kind, policy, given.intended_at),
    )
    return compose(facts, Channel(given.channel))


def _decided_since(
    tx: Tx, appointment: Appointment, kind: Kind, given: Delivery
) -> bool:
    """Say whether an admin has since decided what such a message says."""
    every = decisions.every(tx)
    areas = [deciding.Area.RULES]
    if given.channel == Channel.MAIL.value:
        areas.append(deciding.Area.TEXTS)
    moments = [every[each].at for each in areas if each in every]
    if kind in SPEAK_OF_ANOTHER:  # Whether it may be booked was said with it.
        about = f"service:{appointment.service}"
        moments += [log.last(tx, about, what) for what in _OF_SERVICES]
    return any(at is not None and at > given.intended_at for at in moments)


def _never_tried(tx: Tx, appointment: Appointment, every: list[Delivery]) -> list[Sent]:
    """Give what should have been said, and of which no message was ever made."""
    tried = {each.key.rpartition(":")[0] for each in every}
    owed = [key for key in _owed(tx, appointment) if key not in tried]
    client = people.client(tx, appointment.client) if appointment.client else None
    return [_given_up(each, client) for each in promises.given_up(tx, owed)]


def _owed(tx: Tx, appointment: Appointment) -> list[str]:
    """Name every message that may have been promised about the appointment."""
    id_, start = appointment.id, int(appointment.span.start.timestamp())
    hours = people.service(tx, appointment.service).reminder_hours
    asked = [each.id for each in conflicts.of_appointment(tx, id_)]
    return [
        *(f"tell:{id_}:{version + 1}" for version in range(appointment.version)),
        *(f"remind:{id_}:{start}:{each}h" for each in hours),
        *(
            f"{kind}:{each}"
            for kind in ("ask_new_time", "time_holds")
            for each in asked
        ),
        *(
            obstacles.key_of(id_, each.at)
            for each in arrivals.of_appointment(tx, id_)
            if each.how is Came.KEPT
        ),
    ]


def _given_up(job: GivenUp, client: Client | None) -> Sent:
    news = _NEWS.get(job.kind) or str(job.payload.get("news", ""))
    why = job.error if job.error in _NEVER else "given_up"
    if job.error == NO_CHANNEL and client is not None:
        why = f"off.{what(client)}"
    return Sent(_kind(news), job.due, deliveries.FAILED, why=why)
