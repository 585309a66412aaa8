"""Which keeper keeps which kind of promise: the whole list."""

from datetime import datetime, timedelta

from booking.model import AppointmentId
from teams_app.actions import booking, events, messages, pulls, unkept
from teams_app.actions import handovers as hand_overs
from teams_app.store import jobs
from teams_app.store.database import Tx
from teams_app.store.jobs import Job
from teams_app.worker import (
    Keeper,
    alarms,
    answers,
    calendar,
    cards,
    checking,
    desk,
    handovers,
    leaving,
    subscribing,
    sync,
)
from teams_app.worker import messages as sending

#: Cards are tried again this much later, for as long as they are of use.
_ASKED_AGAIN = timedelta(hours=1)
_SWEPT_AGAIN = timedelta(minutes=10)


def buried(tx: Tx, job: Job, now: datetime) -> None:
    """Let a promise that cannot be kept be seen: its card says what to do.

    In the transaction in which it dies, so that it never dies unseen. What nothing else
    would promise again is promised again here.
    """
    match job.kind:
        case "calendar":
            events.given_up(tx, _appointment(job), job.professional, now)
            unkept.show(tx, job, now)
        case "confirm":
            booking.unanswered(tx, _appointment(job), now)
        case kind if kind in messages.KINDS:
            _unsaid(tx, job, now)
        case "pull" | "pull_anew":
            pulls.failing(tx, job.professional, "given_up", now)
        case "copy":
            event_id = str(job.payload["event"])
            hand_overs.unseen(tx, job.professional, event_id, now)
        case "ask" | "ask_handover":
            jobs.promise_again(tx, job, now + _ASKED_AGAIN)
        case "sweep":
            jobs.promise_again(tx, job, now + _SWEPT_AGAIN)
        case _:
            pass  # A card that Teams would not take shows nothing that is lost.


def _unsaid(tx: Tx, job: Job, now: datetime) -> None:
    if not messages.given_up(tx, job, now):
        unkept.show(tx, job, now)


def _appointment(job: Job) -> AppointmentId:
    assert job.appointment is not None, job.key
    return job.appointment


KEEPERS: dict[str, Keeper] = {
    "calendar": calendar.keep_calendar,
    "confirm": calendar.keep_confirming,
    "tell": sending.tell,
    "tell_offer": sending.tell_offer,
    "remind": sending.remind,
    "ask_new_time": sending.ask_new_time,
    "tell_late": sending.tell_late,
    "tell_new_meeting": sending.tell_new_meeting,
    "time_holds": sending.time_holds,
    "time_stands": sending.time_stands,
    "cards": cards.keep_cards,
    "over": cards.keep_cards,
    "lists": cards.keep_lists,
    "offer_cards": cards.keep_offer_cards,
    "offer_over": cards.keep_offer_cards,
    "open_offers": cards.open_offers,
    "show_offer": cards.show_offer,
    "answered": cards.after_answer,
    "announce": cards.announce,
    "remind_professional": cards.remind_professional,
    "came": cards.came,
    "obstacle_word": cards.obstacle_word,
    "ended": cards.ended,
    "ask": cards.ask,
    "answer_again": answers.answer_again,
    "take_again": answers.take_again,
    "move_again": answers.move_again,
    "ask_handover": cards.ask_handover,
    "remind_handover": cards.remind_handover,
    "tell_outcome": cards.tell_outcome,
    "copy": handovers.look_at_copy,
    "morning": cards.morning,
    "pull": sync.pull,
    "pull_anew": sync.pull,
    "notice": sync.notice,
    "subscribe": subscribing.subscribe,
    "watch": subscribing.watch,
    "renew": subscribing.renew,
    "unwatch": subscribing.unwatch,
    "sweep": sync.sweep,
    "given_up": cards.given_up,
    "closed_calendar": cards.closed_calendar,
    "alarm": alarms.tell,
    "alarm_cards": alarms.keep_cards,
    "alarm_mail": alarms.mail,
    "away": cards.away_by_replies,
    "tell_away": cards.tell_away,
    "away_cards": cards.away_cards,
    "cover": desk.cover,
    "cover_cards": desk.cover_cards,
    "cover_unclaimed": desk.cover_unclaimed,
    "tell_unclaimed": desk.tell_unclaimed,
    "desk_day": desk.day,
    "desk_day_look": desk.day_look,
    "check_all": checking.check_all,
    "check": checking.check,
    "ask_mailboxes": checking.ask_mailboxes,
    "ask_mailbox": checking.ask_mailbox,
    "tidy": sync.tidy,
    "group": leaving.keep_step,
}
