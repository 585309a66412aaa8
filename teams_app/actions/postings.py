"""Cards in Teams: which are to be posted, which must be brought up to date.

The intent to post is stored first, under a key; after a crash the card may stand twice
in the chat, and both show the present state.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from booking.appointments import News
from booking.model import (
    Appointment,
    AppointmentId,
    Offer,
    OfferId,
    OfferStatus,
    ProfessionalId,
    Status,
)
from booking.outcomes import RECORDED_FOR, is_missing
from booking.own_settings import Wanted
from booking.policy import Policy
from booking.views.absences import AwayCard, AwayNews
from booking.views.alarms import AlarmCard
from booking.views.cards import (
    AppointmentCard,
    ConflictCard,
    MorningList,
    Notice,
    OfferCard,
    OlderNews,
)
from booking.views.desk import CoverCard, CoverNews, DeskDay
from booking.views.handovers import HandedAway, HandoverCard
from booking.views.lateness import LateCard
from teams_app.actions import (
    absence_views,
    answering,
    giving,
    handover_views,
    lost_offers,
    older_news,
    outcomes,
    staff_views,
)
from teams_app.actions.handover_reminders import AGAIN
from teams_app.actions.mornings import subject_of as subject_of_day
from teams_app.actions.questions import COPY_GONE, STANDS
from teams_app.actions.settle import look_when_past
from teams_app.actions.standing_cards import (
    answers,
    appointment_of,
    is_refusal,
    look_at_all,
)
from teams_app.store import (
    absences,
    appointments,
    chats,
    conflicts,
    directory,
    jobs,
    offers,
    people,
)
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
    | AwayCard
    | AwayNews
    | CoverCard
    | CoverNews
    | DeskDay
    | AlarmCard
    | LateCard
    | Notice
)


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

    None: there is nothing to post, because the offer's own card says it, a later change
    has a card of its own, or it was taken back before it was news.
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
    if older_news.is_as_before(tx, found.id, found.version, professional):
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
    news = News(str(said["news"]))
    view = staff_views.appointment_card(tx, found, policy, now, news=news)
    was = older_news.moved_from(tx, found, professional)
    return replace(view, by_client=said.get("by") == "client", was=was)


def reminder(
    tx: Tx, key: str, id_: AppointmentId, start: int, policy: Policy, now: datetime
) -> Posting | None:
    """Give the professional's reminder, if the appointment still stands then."""
    found = appointments.find(tx, id_)
    if found is None or found.status is not Status.BOOKED:
        return None
    if int(found.span.start.timestamp()) != start:
        return None
    if not giving.wants(tx, found.professional, Wanted.REMINDER):
        return None
    view = staff_views.appointment_card(tx, found, policy, now, heading="reminder")
    return new(tx, key, found.professional, subject_of(id_), view, now)


#: So long after its end a card still asks how it went.
_ASKED_FOR = timedelta(days=1)


def ended(
    tx: Tx, key: str, id_: AppointmentId, end: int, policy: Policy, now: datetime
) -> Posting | None:
    """Give the card that asks how an appointment went, if nobody has said so yet.

    None too where it was cancelled, ends at another time than that, or is found so long
    after that the lists have said it.
    """
    found = appointments.find(tx, id_)
    if found is None or int(found.span.end.timestamp()) != end:
        return None
    jobs.promise(tx, look_when_past(id_, found.span.end + RECORDED_FOR))
    if found.span.end + _ASKED_FOR <= now:
        return None
    if not (is_missing(found, now) and outcomes.possible(tx, found, now)):
        return None
    if not giving.wants(tx, found.professional, Wanted.OUTCOME):
        return None
    view = staff_views.appointment_card(tx, found, policy, now)
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

    None: the client chose before it was posted, which has a card; or it is news no more.
    """
    offer = offers.load(tx, id_)
    if offer.status is OfferStatus.TAKEN and not chats.cards_of(tx, f"offer:{id_}"):
        return None
    owner = people.professional(tx, offer.professional)
    view = staff_views.offer_card(tx, offer, policy, owner.language, now)
    key = lost_offers.key_for(key, view)
    return new(tx, key, owner.id, f"offer:{id_}", view, now) if key else None


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
    """Give the card that asks somebody about a copy; one that reminds is another."""
    id_, person = int(str(payload["conflict"])), str(payload["person"])
    found = conflicts.find(tx, id_)
    if found is None or found.settled is not None:
        return None
    if directory.has_left(tx, person):
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
    view = replace(view, acts=found.settled in STANDS)
    return new(tx, key, found.professional, f"conflict:{id_}", view, now)


def morning(
    tx: Tx, professional: ProfessionalId, day: date, policy: Policy, now: datetime
) -> Posting | None:
    """Give the list of the day; None on a day without appointments."""
    if not giving.wants(tx, professional, Wanted.MORNING):
        return None
    view = staff_views.morning(tx, professional, day, policy, now)
    if not view.lines:
        return None
    key = subject_of_day(professional, day)
    return new(tx, key, professional, key, view, now)


def away(
    tx: Tx, key: str, payload: dict[str, object], policy: Policy, now: datetime
) -> Posting | None:
    """Give the card that tells somebody who is away, or that she was recorded so."""
    told = absence_views.to_tell(tx, key, payload, now)
    if told is None:
        return None
    card, found = told
    return _standing(tx, card, absence_views.on_card(tx, card, found, policy, now))


def of_absence(tx: Tx, id_: int, policy: Policy, now: datetime) -> list[Posting]:
    """Give every card that shows this absence, as it should be now."""
    found = absences.find(tx, id_)
    if found is None:
        return []
    return [
        _standing(tx, card, absence_views.on_card(tx, card, found, policy, now))
        for card in chats.cards_of(tx, f"absence:{found.id}")
        if card.activity_id is not None
        if absence_views.may_hear(tx, found, card.object_id)
    ]


def new(
    tx: Tx,
    key: str,
    professional: ProfessionalId,
    subject: str,
    view: View,
    now: datetime,
) -> Posting | None:
    """Intend a card of this key for a professional; one intended before is found.

    None: she has left. Who has her appointments in hand sees them in the tab.
    """
    owner = people.professional(tx, professional)
    if directory.has_left(tx, owner.object_id):
        return None
    card = chats.intend_card(tx, key, owner.object_id, subject, now)
    return Posting(card, chats.conversation(tx, owner.object_id), view)


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
    """Show a question on a card; one that was posted to remind goes on saying so.

    An answer of its reader's that waits for a calendar, or was not taken, is said too.
    """
    view = handover_views.on_card(tx, conflict, card.object_id, policy, now)
    wrong = answering.said(tx, conflict, card.object_id)
    if isinstance(view, HandoverCard):
        again = card.key.startswith(AGAIN)
        return replace(view, again=again, wrong=answering.WRONG.get(wrong, ""))
    if isinstance(view, ConflictCard):
        wrong = answering.REFUSED.get(wrong, "")
        return replace(view, wrong=wrong, acts=older_news.acts(tx, conflict, card))
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
        return handover_views.left_on(tx, card, found)
    # Who supervises reads what she has found of a colleague in her own language.
    language = handover_views.language_of(tx, card.object_id)
    shown = staff_views.appointment_card(tx, found, policy, now, language=language)
    if older_news.is_overtaken(tx, card, found):
        return OlderNews(older_news.heading_of(tx, card), shown)
    start = int(found.span.start.timestamp())
    if card.key == f"remind_professional:{found.id}:{start}":
        return staff_views.appointment_card(tx, found, policy, now, heading="reminder")
    if card.key.startswith(f"announce:{found.id}:{found.version}:"):
        said = jobs.payload(tx, card.key)
        if said is not None:
            return _saying(tx, found, found.professional, said, policy, now)
    if card.key.startswith("given_up:") and shown.problem is not None:
        return replace(shown, heading="unfinished")
    return shown


def of_offer(tx: Tx, id_: OfferId, policy: Policy, now: datetime) -> list[Posting]:
    offer = offers.load(tx, id_)

    def as_now(card: PostedCard) -> View:
        language = handover_views.language_of(tx, card.object_id)
        view = staff_views.offer_card(tx, offer, policy, language, now)
        return _what_came_of(tx, card, offer, view)

    return [
        _standing(tx, card, as_now(card))
        for card in chats.cards_of(tx, f"offer:{id_}")
        if card.activity_id is not None
    ]


def _what_came_of(tx: Tx, card: PostedCard, offer: Offer, view: OfferCard) -> View:
    """Show an offer, unless the appointment that came of it went on without its card."""
    found = appointments.find(tx, offer.appointment) if offer.appointment else None
    if found is None or view.appointment is None:
        return view
    if handover_views.no_longer_hers(tx, found, card.object_id):
        return handover_views.left_on(tx, card, found)
    if older_news.is_overtaken(tx, card, found):
        return OlderNews("booked", replace(view.appointment, news=None))
    return view


def _standing(tx: Tx, card: PostedCard, view: View) -> Posting:
    """Give a card that stands with what it is to show; to who has left, nothing."""
    if directory.has_left(tx, card.object_id):
        language = handover_views.language_of(tx, card.object_id)
        view = Notice(language, "stranger", {})
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
    `refused`: it says why nothing was done, which stays until something else happens;
    only the other cards that show the thing are looked at in a moment.
    """
    about = appointment_of(tx, subject) if refused else None
    for other in chats.drop_cards_at(tx, object_id, activity_id, but=subject):
        if about is None or appointment_of(tx, other) != about:
            look_at_all(tx, other, now)
    if subject:
        # At once, for others ask which cards show the thing; what it shows comes later.
        known = answers(tx, object_id, activity_id, subject, now)
        if not known and not refused:
            look_at_all(tx, subject, now)
    key = f"answered:{object_id}:{activity_id}"
    if not subject and not jobs.known(tx, key):
        return
    payload: dict[str, object] = {"person": object_id, "activity": activity_id}
    payload |= {"subject": subject, "refused": refused}
    due = now + ANSWER_TIME
    jobs.promise(tx, Promise("answered", key, due=due, payload=payload, again=True))


def answered_below(
    tx: Tx, object_id: str, pressed: str, posted: str, now: datetime
) -> None:
    """Keep that the answer to a press stands in a message of its own: its own is gone."""
    shown = chats.drop_cards_at(tx, object_id, pressed)
    answered(tx, object_id, pressed, "", now)
    for subject in shown:
        answered(tx, object_id, posted, subject, now)


def after_answer(
    tx: Tx, payload: dict[str, object], policy: Policy, now: datetime
) -> list[Posting]:
    """Give the card that was an answer, as it should be now; of a refusal, the others.

    They may have become the older ones by it.
    """
    person, activity = str(payload["person"]), str(payload["activity"])
    subject = str(payload["subject"])
    if not subject:
        return []
    if is_refusal(tx, payload):
        standing = _standing_for(tx, subject, policy, now)
        return [each for each in standing if each.card.activity_id != activity]
    if not answers(tx, person, activity, subject, now):
        look_at_all(tx, subject, now)
    standing = _standing_for(tx, subject, policy, now)
    return [each for each in standing if each.card.activity_id == activity]


def _standing_for(tx: Tx, subject: str, policy: Policy, now: datetime) -> list[Posting]:
    kind, _, number = subject.partition(":")
    if kind == "offer":
        return of_offer(tx, OfferId(int(number)), policy, now)
    if kind == "absence":
        return of_absence(tx, int(number), policy, now)
    if kind == "conflict":
        conflict = conflicts.find(tx, int(number))
        assert conflict is not None, subject
        return of_appointment(tx, conflict.appointment, policy, now)
    return of_appointment(tx, AppointmentId(int(number)), policy, now)
