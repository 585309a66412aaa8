"""What stands in the chats, written down as Teams takes it; and when to look again."""

from collections.abc import Callable
from datetime import datetime

from booking.model import AppointmentId, OfferId, ProfessionalId
from teams_app.actions import absence_views
from teams_app.actions.absences import keep_cards as keep_away_cards
from teams_app.actions.alarms import keep_cards as keep_alarm_cards
from teams_app.actions.covering import keep_cards as keep_cover_cards
from teams_app.actions.handover_reminders import AGAIN
from teams_app.actions.offer_looks import keep_offer_cards
from teams_app.actions.settle import keep_cards, keep_lists
from teams_app.store import chats, conflicts, jobs, offers
from teams_app.store.chats import PostedCard
from teams_app.store.database import Tx
from teams_app.store.jobs import Promise

#: Cards that go on saying what they were posted to say, however often looked at.
_NEWS = (
    *("announce:", "given_up:", "remind_professional:", "show_offer:"),
    *("ask:", AGAIN, "tell_outcome:", "ended:", "came:", absence_views.TOLD, "cover"),
    *("alarm:", "morning:"),
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
    look_at_all(tx, card.subject, now)


def gone(tx: Tx, card: PostedCard, now: datetime) -> None:
    """Forget a card that stands in no chat any more; an older one may speak again."""
    chats.drop_card(tx, card.key)
    look_at_all(tx, card.subject, now)


def sets_out(tx: Tx, card: PostedCard, drawing: int, now: datetime) -> bool:
    """Write down that a card is being drawn anew, as `drawing`.

    False: another drawing has arrived since what this one shows was read. It would put
    what was before over what is: a look is owed instead.
    """
    if chats.card_sets_out(tx, card.key, card.shown_version, drawing):
        return True
    look_at_all(tx, card.subject, now)
    return False


def updated(tx: Tx, card: PostedCard, shown: int, now: datetime) -> None:
    """Write down what a card shows.

    Where another drawing was on its way as well nobody knows which of them came last:
    it is drawn once more.
    """
    if not chats.card_arrived(tx, card.key, shown):
        chats.card_shown(tx, card.key, chats.ON_ITS_WAY)
        look_at_all(tx, card.subject, now)


#: What promises a look at the cards of one thing of a kind.
_KEPT: dict[str, Callable[[int, datetime], Promise]] = {
    "absence": keep_away_cards,
    "cover": keep_cover_cards,
    "alarm": keep_alarm_cards,
}


def look_at_all(tx: Tx, subject: str, now: datetime) -> None:
    """Owe a look at every card of what one of them shows."""
    kind, _, number = subject.partition(":")
    about = appointment_of(tx, subject)
    if about is not None:
        jobs.promise(tx, keep_cards(about, now))
    if kind == "offer":
        jobs.promise(tx, keep_offer_cards(OfferId(int(number)), now))
    if kind == "morning":
        whose, _, _ = number.partition(":")
        jobs.promise(tx, keep_lists(ProfessionalId(int(whose)), now))
    if kind in _KEPT:
        jobs.promise(tx, _KEPT[kind](int(number), now))


def appointment_of(tx: Tx, subject: str) -> AppointmentId | None:
    """Say of which appointment every card is looked at, with those of this."""
    kind, _, number = subject.partition(":")
    if kind == "offer":
        return offers.load(tx, OfferId(int(number))).appointment
    if kind == "conflict":
        conflict = conflicts.find(tx, int(number))
        assert conflict is not None, subject
        return conflict.appointment
    return AppointmentId(int(number)) if kind in {"appointment", "late"} else None


def answers(tx: Tx, person: str, activity: str, subject: str, now: datetime) -> bool:
    """Write down that a message shows a thing, and that nobody knows which state.

    False: it was not known to show that.
    """
    here = _here(tx, subject, activity)
    for card in here:
        chats.card_shown(tx, card.key, 0)
    if not here:
        key = f"card:{person}:{activity}"
        chats.intend_card(tx, key, person, subject, now)
        chats.card_posted(tx, key, activity, 0, now)
    return bool(here)


def is_refusal(tx: Tx, payload: dict[str, object]) -> bool:
    """Say of an answer to a press whether it refuses, and stands to be read.

    What was written to its message since then is lost under it.
    """
    if not payload.get("refused"):
        return False
    here = _here(tx, str(payload["subject"]), str(payload["activity"]))
    return all(each.shown_version == 0 for each in here)


def _here(tx: Tx, subject: str, activity: str) -> list[PostedCard]:
    cards = chats.cards_of(tx, subject)
    return [each for each in cards if each.activity_id == activity]
