"""Cards in Teams: which are to be posted, which must be brought up to date.

The intent to post is stored first, under a key; after a crash the card may stand twice
in the chat, and both show the present state.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from booking.appointments import News
from booking.model import (
    Appointment,
    AppointmentId,
    Offer,
    OfferId,
    OfferStatus,
    Professional,
    ProfessionalId,
    Status,
)
from booking.policy import Policy
from booking.spans import instant, wall
from booking.views.cards import (
    AppointmentCard,
    ConflictCard,
    MorningList,
    Notice,
    OfferCard,
    OlderNews,
)
from booking.views.handovers import HandedAway, HandoverCard
from teams_app.actions import handover_views, older_news, staff_views
from teams_app.actions.handover_reminders import AGAIN
from teams_app.actions.messages import keep_offer_cards
from teams_app.actions.questions import COPY_GONE
from teams_app.actions.settle import keep_cards
from teams_app.store import appointments, chats, conflicts, jobs, offers, people
from teams_app.store.chats import PostedCard
from teams_app.store.conflicts import Conflict
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

View = (
    AppointmentCard
    | OlderNews
    | OfferCard
    | ConflictCard
    | MorningList
    | HandoverCard
    | HandedAway
    | Notice
)

#: When the morning list comes, on working days: before anybody's first appointment.
MORNING = time(7)


@dataclass(frozen=True, slots=True)
class Posting:
    """A card to be posted, or one that stands and may have to change."""

    card: PostedCard
    conversation: dict[str, str] | None  #: None: no chat with her is known yet.
    view: View


def subject_of(id_: AppointmentId) -> str:
    return f"appointment:{id_}"


def announce(
    tx: Tx,
    key: str,
    id_: AppointmentId,
    payload: dict[str, object],
    policy: Policy,
    now: datetime,
) -> Posting | None:
    """Give the card that tells a professional what somebody else did.

    None: there is nothing to post, because the offer's own card says it or a later
    change has a card of its own.
    """
    found = appointments.find(tx, id_)
    if found is None:
        return None
    professional = ProfessionalId(int(str(payload["professional"])))
    news = News(str(payload["news"]))
    by_offer = news is News.BOOKED and found.offer is not None
    if by_offer and chats.cards_of(tx, f"offer:{found.offer}"):
        return None
    newest = f"announce:{id_}:{found.version}:{professional}"
    if key != newest and jobs.known(tx, newest):
        return None
    if professional != found.professional:
        person = people.professional(tx, professional).object_id
        away = handover_views.handed_away(tx, found, person)
        return new(tx, key, professional, subject_of(id_), away, now)
    view = _saying(tx, found, professional, payload, policy, now)
    return new(tx, key, professional, subject_of(id_), view, now)


def _saying(
    tx: Tx,
    found: Appointment,
    professional: ProfessionalId,
    said: dict[str, object],
    policy: Policy,
    now: datetime,
) -> AppointmentCard:
    """Show the appointment under the news that an `announce` job brings of it."""
    view = staff_views.appointment_card(
        tx,
        found,
        policy,
        now,
        news=News(str(said["news"])),
        by_client=said.get("by") == "client",
    )
    return replace(view, was=older_news.moved_from(tx, found, professional))


def reminder(
    tx: Tx, key: str, id_: AppointmentId, start: int, policy: Policy, now: datetime
) -> Posting | None:
    """Give the professional's reminder, if the appointment still stands then."""
    found = appointments.find(tx, id_)
    if found is None or found.status is not Status.BOOKED:
        return None
    if int(found.span.start.timestamp()) != start:
        return None
    view = staff_views.appointment_card(tx, found, policy, now, heading="reminder")
    return new(tx, key, found.professional, subject_of(id_), view, now)


def unfinished(
    tx: Tx, key: str, id_: AppointmentId, policy: Policy, now: datetime
) -> Posting | None:
    """Give the card that says a step was given up, and what she can do herself."""
    found = appointments.find(tx, id_)
    if found is None:
        return None
    view = staff_views.appointment_card(tx, found, policy, now, heading="unfinished")
    return new(tx, key, found.professional, subject_of(id_), view, now)


def offered(
    tx: Tx, key: str, id_: OfferId, policy: Policy, now: datetime
) -> Posting | None:
    """Give the card of an offer that was not made on one, as it stands now.

    None: the client has chosen before it was posted, and that has a card of its own.
    """
    offer = offers.load(tx, id_)
    if offer.status is OfferStatus.TAKEN and not chats.cards_of(tx, f"offer:{id_}"):
        return None
    owner = people.professional(tx, offer.professional)
    view = staff_views.offer_card(tx, offer, policy, owner.language, now)
    return new(tx, key, owner.id, f"offer:{id_}", view, now)


def question(tx: Tx, id_: int, policy: Policy, now: datetime) -> Posting | None:
    """Give the card that asks about a change made in Outlook."""
    found = conflicts.find(tx, id_)
    if found is None or found.settled is not None:
        return None
    view = staff_views.conflict_card(tx, found, policy, now)
    return new(tx, f"ask:{id_}", found.professional, f"conflict:{id_}", view, now)


def handover_question(
    tx: Tx, key: str, payload: dict[str, object], policy: Policy, now: datetime
) -> Posting | None:
    """Give the card that asks one of several people about a copy in Outlook.

    One that reminds is a card of its own.
    """
    id_, person = int(str(payload["conflict"])), str(payload["person"])
    found = conflicts.find(tx, id_)
    if found is None or found.settled is not None:
        return None
    card = chats.intend_card(tx, key, person, f"conflict:{id_}", now)
    return _standing(tx, card, _about(tx, card, found, policy, now))


def outcome(
    tx: Tx, key: str, id_: int, policy: Policy, now: datetime
) -> Posting | None:
    """Give the card that tells a professional what others answered in her place.

    None: she has a card of her own about what has happened since.
    """
    found = conflicts.find(tx, id_)
    if found is None or found.settled not in {"put_back", COPY_GONE}:
        return None
    if appointments.load(tx, found.appointment).professional != found.professional:
        return None
    view = staff_views.conflict_card(tx, found, policy, now)
    return new(tx, key, found.professional, f"conflict:{id_}", view, now)


def morning(
    tx: Tx, professional: ProfessionalId, day: date, policy: Policy, now: datetime
) -> Posting | None:
    """Give the list of the day; None on a day without appointments."""
    view = staff_views.morning(tx, professional, day, policy, now)
    if not view.lines:
        return None
    key = f"morning:{professional}:{day.isoformat()}"
    return new(tx, key, professional, key, view, now)


def new(
    tx: Tx,
    key: str,
    professional: ProfessionalId,
    subject: str,
    view: View,
    now: datetime,
) -> Posting:
    """Intend a card of this key for a professional; one intended before is found."""
    owner = people.professional(tx, professional)
    card = chats.intend_card(tx, key, owner.object_id, subject, now)
    return Posting(card, chats.conversation(tx, owner.object_id), view)


#: Cards that go on saying what they were posted to say, however often looked at.
_NEWS = (
    *("announce:", "given_up:", "remind_professional:", "show_offer:"),
    *("ask:", AGAIN, "tell_outcome:"),
)


def posted(
    tx: Tx, card: PostedCard, activity_id: str, shown: int, now: datetime
) -> None:
    """Write down that a card stands, and owe a look at it.

    What it shows may have changed while it was on its way, when nobody could find it to
    bring it up to date.
    """
    chats.card_posted(tx, card.key, activity_id, shown, now)
    if not card.key.startswith(_NEWS):
        return
    _look_at_all(tx, card.subject, now)


def gone(tx: Tx, card: PostedCard, now: datetime) -> None:
    """Forget a card that stands in no chat any more; an older one may speak again."""
    chats.drop_card(tx, card.key)
    _look_at_all(tx, card.subject, now)


def _look_at_all(tx: Tx, subject: str, now: datetime) -> None:
    """Owe a look at every card of what one of them shows."""
    kind, _, number = subject.partition(":")
    if kind == "appointment":
        jobs.promise(tx, keep_cards(AppointmentId(int(number)), now))
    if kind == "offer":
        offer = offers.load(tx, OfferId(int(number)))
        jobs.promise(tx, keep_offer_cards(offer.id, now))
        if offer.appointment is not None:
            jobs.promise(tx, keep_cards(offer.appointment, now))
    if kind == "conflict":
        conflict = conflicts.find(tx, int(number))
        assert conflict is not None, subject
        jobs.promise(tx, keep_cards(conflict.appointment, now))


def of_appointment(
    tx: Tx, id_: AppointmentId, policy: Policy, now: datetime
) -> list[Posting]:
    """Give every card that shows this appointment, as it should be now."""
    found = appointments.find(tx, id_)
    if found is None:
        return []
    found_cards = [
        _standing(tx, card, _as_now(tx, card, found, policy, now))
        for card in chats.cards_of(tx, subject_of(id_))
    ]
    if found.offer is not None:
        found_cards += of_offer(tx, found.offer, policy, now)
    for conflict in conflicts.of_appointment(tx, id_):
        found_cards += [
            _standing(tx, card, _about(tx, card, conflict, policy, now))
            for card in chats.cards_of(tx, f"conflict:{conflict.id}")
        ]
    return [each for each in found_cards if each.card.activity_id is not None]


def _about(
    tx: Tx, card: PostedCard, conflict: Conflict, policy: Policy, now: datetime
) -> View:
    """Show a question on a card; one that was posted to remind goes on saying so."""
    view = handover_views.on_card(tx, conflict, card.object_id, policy, now)
    if isinstance(view, HandoverCard) and card.key.startswith(AGAIN):
        return replace(view, again=True)
    return view


def _as_now(
    tx: Tx, card: PostedCard, found: Appointment, policy: Policy, now: datetime
) -> AppointmentCard | OlderNews | HandedAway:
    """Show the appointment on a card that stands.

    What the card was posted to say goes on being its heading until something newer
    happens to the appointment; once a newer card says that, little is left of this one
    (`older_news`). Who no longer has the appointment sees only who has.
    """
    if handover_views.no_longer_hers(tx, found, card.object_id):
        return handover_views.handed_away(tx, found, card.object_id)
    if older_news.is_overtaken(tx, card, found):
        view = staff_views.appointment_card(tx, found, policy, now)
        return OlderNews(older_news.heading_of(tx, card), view)
    start = int(found.span.start.timestamp())
    if card.key == f"remind_professional:{found.id}:{start}":
        return staff_views.appointment_card(tx, found, policy, now, heading="reminder")
    if card.key.startswith(f"announce:{found.id}:{found.version}:"):
        said = jobs.payload(tx, card.key)
        if said is not None:
            return _saying(tx, found, found.professional, said, policy, now)
    view = staff_views.appointment_card(tx, found, policy, now)
    if card.key.startswith("given_up:") and view.problem is not None:
        return replace(view, heading="unfinished")
    return view


def of_offer(tx: Tx, id_: OfferId, policy: Policy, now: datetime) -> list[Posting]:
    offer = offers.load(tx, id_)
    owner = people.professional(tx, offer.professional)
    view = staff_views.offer_card(tx, offer, policy, owner.language, now)
    standing = chats.cards_of(tx, f"offer:{id_}")
    return [
        _standing(tx, card, _what_came_of(tx, card, offer, view))
        for card in standing
        if card.activity_id is not None
    ]


def _what_came_of(tx: Tx, card: PostedCard, offer: Offer, view: OfferCard) -> View:
    """Show an offer, unless the appointment that came of it went on without its card."""
    found = appointments.find(tx, offer.appointment) if offer.appointment else None
    if found is None or view.appointment is None:
        return view
    if handover_views.no_longer_hers(tx, found, card.object_id):
        return handover_views.handed_away(tx, found, card.object_id)
    if older_news.is_overtaken(tx, card, found):
        return OlderNews("booked", replace(view.appointment, news=None))
    return view


def _standing(tx: Tx, card: PostedCard, view: View) -> Posting:
    return Posting(card, chats.conversation(tx, card.object_id), view)


#: After a press Teams puts the answer in place of the card; what is written to the
#: message before that is lost under it.
ANSWER_TIME = timedelta(seconds=1.5)


def answered(
    tx: Tx,
    object_id: str,
    activity_id: str,
    subject: str,
    now: datetime,
    *,
    refused: bool = False,
) -> None:
    """Keep what a message shows after a press, and owe a look at it in a moment.

    `subject` empty: it shows a form or a notice, which nothing may overwrite.
    `refused`: it says why nothing was done, which stays until something else happens.
    """
    for other in chats.drop_cards_at(tx, object_id, activity_id, but=subject):
        _look_at_all(tx, other, now)
    if subject:
        # At once, for others ask which cards show the thing; what it shows comes later.
        _stands(tx, object_id, activity_id, subject, now)
    looked_at = "" if refused else subject
    key = f"answered:{object_id}:{activity_id}"
    if not looked_at and not jobs.known(tx, key):
        return
    payload: dict[str, object] = {
        "person": object_id,
        "activity": activity_id,
        "subject": looked_at,
    }
    due = now + ANSWER_TIME
    jobs.promise(tx, Promise("answered", key, due=due, payload=payload, again=True))


def after_answer(
    tx: Tx, payload: dict[str, object], policy: Policy, now: datetime
) -> list[Posting]:
    """Give the card that was an answer, as it should be now."""
    person, activity = str(payload["person"]), str(payload["activity"])
    subject = str(payload["subject"])
    if not subject:
        return []
    _stands(tx, person, activity, subject, now)
    standing = _standing_for(tx, subject, policy, now)
    return [each for each in standing if each.card.activity_id == activity]


def _stands(tx: Tx, person: str, activity: str, subject: str, now: datetime) -> None:
    """Write down that a message shows a thing, and that nobody knows which state."""
    here = [c for c in chats.cards_of(tx, subject) if c.activity_id == activity]
    for card in here:
        chats.card_shown(tx, card.key, 0)
    if not here:
        key = f"card:{person}:{activity}"
        chats.intend_card(tx, key, person, subject, now)
        chats.card_posted(tx, key, activity, 0, now)
        _look_at_all(tx, subject, now)


def _standing_for(tx: Tx, subject: str, policy: Policy, now: datetime) -> list[Posting]:
    kind, _, number = subject.partition(":")
    if kind == "offer":
        return of_offer(tx, OfferId(int(number)), policy, now)
    if kind == "conflict":
        conflict = conflicts.find(tx, int(number))
        assert conflict is not None, subject
        return of_appointment(tx, conflict.appointment, policy, now)
    return of_appointment(tx, AppointmentId(int(number)), policy, now)


def promise_mornings(tx: Tx, policy: Policy, now: datetime) -> int:
    """Owe every professional the list of her next working morning."""
    day = wall(now, policy.zone).date()
    due = instant(day, MORNING, policy.zone)
    if due <= now:
        day += timedelta(days=1)
        due = instant(day, MORNING, policy.zone)
    if policy.rules.is_closed(day):
        return 0
    made = 0
    for each in people.followed(tx, now):
        if day.weekday() in people.mailbox(tx, each.id).hours.days:
            _promise_morning(tx, each, day, due)
            made += 1
    return made


def _promise_morning(tx: Tx, each: Professional, day: date, due: datetime) -> None:
    jobs.promise(
        tx,
        Promise(
            "morning",
            f"morning:{each.id}:{day.isoformat()}",
            due=due,
            payload={"professional": each.id, "day": day.isoformat()},
            expires=due + timedelta(hours=4),
        ),
    )
