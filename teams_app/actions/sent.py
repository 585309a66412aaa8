"""What the client has been sent about an appointment, and what became of each message.

A text is not kept. It is put together again from what is kept, where that is the same
still: of the appointment as it stands, whoever has it now, or of an offer, which says no
time. Her own link stays hers, and is left out.
"""

from dataclasses import replace

from booking.arrivals import Came
from booking.contact import masked_mail, masked_phone
from booking.messages import (
    SPEAK_OF_ANOTHER,
    SPEAK_OF_CHANGE,
    Composed,
    Facts,
    Kind,
    compose,
)
from booking.model import (
    Appointment,
    Channel,
    Client,
    Language,
    Modality,
    ProfessionalId,
)
from booking.policy import Policy
from booking.views.record import Sent
from booking.wording import has, text
from teams_app.actions import deciding, messages, obstacles, records, unanswered
from teams_app.actions.facts import closed, fixed, whose
from teams_app.actions.settle import UNDONE
from teams_app.actions.untried import NO_CHANNEL, given_up, what
from teams_app.store import (
    arrivals,
    conflicts,
    decisions,
    deliveries,
    log,
    people,
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
#: What tells her when it is.
_TELLS = {each.value for each in SPEAK_OF_CHANGE}
#: Changes that leave the text of a message as it was, at the time that it told of.
_ASIDE = records.UNTOLD | {"hand_over", UNDONE}
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


def of_its_time(tx: Tx, found: Appointment) -> Sent | None:
    """Give the last message known to have told her when and where it is; None: none has.

    Whoever has it now: that is told by another. After one that may have gone out of
    another time, or place, an earlier one shows nothing.
    """
    gone = None
    for each in deliveries.of_appointment(tx, found.id):
        if each.news not in _TELLS or unanswered.has_not_gone(each):
            continue
        if not _is_so(tx, found, each):
            gone = None
        elif each.state == deliveries.ACCEPTED:
            gone = each
    return _line(gone) if gone is not None else None


def _is_so(tx: Tx, found: Appointment, given: Delivery) -> bool:
    """Whether it is then and there still; where, only of what is in person."""
    said = given.said
    if said is None:
        return given.version == found.version
    there, here = said.professional, found.professional
    stays = found.modality is not Modality.IN_PERSON or there == here
    same = stays or _address(tx, there) == _address(tx, here)
    return said.span == found.span and same


def _address(tx: Tx, whose: ProfessionalId) -> str:
    return people.unit(tx, people.professional(tx, whose).unit).address


#: How the log has it that an admin changed a service.
_OF_SERVICES = ("set_up", "service_open", "service_paused", "service_retired")


def _sent(
    tx: Tx,
    appointment: Appointment,
    policy: Policy,
    given: Delivery,
    language: Language,
) -> Sent:
    again = _again(tx, appointment, policy, given, language)
    if again is None:
        return _line(given)
    return replace(_line(given), subject=again.subject, text=again.text)


def _line(given: Delivery) -> Sent:
    """Say all of it but its text."""
    mail = given.channel == Channel.MAIL.value
    return Sent(
        kind=_kind(given.news),
        at=given.done_at or given.intended_at,
        state=given.state,
        channel=given.channel,
        to=masked_mail(given.to) if mail else masked_phone(given.to),
        why=_why(given),
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
    if kind is None or not (of_offer or _is_as_it_was(tx, appointment, given)):
        return None
    if _decided_since(tx, appointment, kind, given):
        return None
    client, said = people.client(tx, given.client), given.said
    then = appointment if said is None else _with(appointment, said.professional)
    facts = Facts(
        kind=kind,
        language=Language(given.language),
        modality=appointment.modality,
        url=text(language, "sent.link"),
        help_phone=messages.phone_of(tx, then, policy),
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


def _with(appointment: Appointment, whose: ProfessionalId) -> Appointment:
    return replace(appointment, professional=whose)


def _is_as_it_was(tx: Tx, appointment: Appointment, given: Delivery) -> bool:
    """Say whether nothing has changed since of what such a message says."""
    if given.version == appointment.version:
        return True
    if given.said is None or given.said.span != appointment.span:
        return False
    subject = f"appointment:{appointment.id}"
    since = range(given.version + 1, appointment.version + 1)
    return all(log.change(tx, subject, each) in _ASIDE for each in since)


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
    client = people.client(tx, appointment.client) if appointment.client else None
    owed = _owed(tx, appointment)
    return [_given_up(each, client) for each in given_up(tx, owed, every)]


def _owed(tx: Tx, appointment: Appointment) -> list[str]:
    """Name every message that may have been promised about the appointment."""
    id_, service = appointment.id, people.service(tx, appointment.service)
    asked = [each.id for each in conflicts.of_appointment(tx, id_)]
    return [
        *(f"tell:{id_}:{version + 1}" for version in range(appointment.version)),
        *records.reminders(appointment, service),
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
