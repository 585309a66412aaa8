"""A view of every kind and state, and how it is drawn.

`card(name, language)` draws one by its name; `NAMES` lists them. The client's name is
hostile on purpose: Markdown, a link and a date macro.
"""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import cards
from booking.handover import Doubt
from booking.lateness import CHOICES
from booking.model import CANCELLED, Language, Modality, Status
from booking.outcomes import OUTCOMES
from booking.views.cards import (
    AppointmentCard,
    Choice,
    ConflictCard,
    ConflictKind,
    Help,
    Notice,
    OfferCard,
    OlderNews,
    Truth,
    Truths,
)
from booking.views.handovers import HandedAway, HandoverCard, PassedOn
from cards.parts import Card
from tests.cards import absences, alarms, answers, desks, moving, reports, sharing
from tests.cards.pieces import (
    CLIENT,
    PHONE,
    RESTORED,
    SERVICE,
    START,
    TAB,
    Draw,
    at_another_time,
    form,
    morning,
    proposal,
    slots,
    went,
    wrong_form,
)
from tests.support.leading import to

WAS = (START - timedelta(days=1), START - timedelta(days=1, minutes=-45))
DONE = Truths(Truth.DONE, Truth.DONE, Truth.DONE)
SINCE = START - timedelta(days=1)
DATED = replace(DONE, booked_at=SINCE, in_outlook_at=SINCE, told_at=SINCE)


def appointment(language: Language, **changes: object) -> AppointmentCard:
    view = AppointmentCard(
        language=language,
        appointment=12,
        version=3,
        reference="K7Q2FM",
        service=SERVICE,
        modality=Modality.REMOTE,
        client=CLIENT,
        start=START,
        end=START + timedelta(minutes=45),
        status=Status.BOOKED,
        truths=Truths(Truth.DONE, Truth.WAITING, Truth.FAILED),
        open_url=to("K7Q2FM"),
        join_url="https://teams.example/meet/1",
    )
    view = replace(view, **changes)
    cancelled = view.status in CANCELLED
    return replace(view, truths=replace(view.truths, cancelled=cancelled))


def offer(language: Language, **changes: object) -> OfferCard:
    view = OfferCard(
        language=language,
        offer=5,
        version=1,
        service=SERVICE,
        modality=Modality.IN_PERSON,
        client=CLIENT,
        slots=slots(3),
        free_choice=False,
        expires=START - timedelta(hours=12),
        state="open",
        sent=Truth.DONE,
        tab_url=to("offers:"),
    )
    return replace(view, **changes)


def conflict(language: Language, kind: ConflictKind, **changes: object) -> ConflictCard:
    view = ConflictCard(language, 9, 2, kind, appointment(language))
    return replace(view, **changes)


def told(language: Language) -> AppointmentCard:
    return appointment(language, truths=DATED)


_APPOINTMENTS: dict[str, dict[str, object]] = {
    "standing": {},
    "booked": {"news": "booked"},
    "booked_by_client": {"news": "booked", "by_client": True},
    "moved": {"news": "moved"},
    "moved_by_client": {"news": "moved", "by_client": True, "was": WAS},
    "confirming": {"confirming": True},
    "taken_back": {"news": "taken_back", "status": Status.CANCELLED_BY_US},
    "reminder": {"heading": "reminder", "truths": DATED},
    "phone": {"modality": Modality.PHONE, "phone": PHONE, "truths": DATED},
    "problem": {"problem": "cards.problem.not_told"},
    "problem.unheard_of": {"problem": "cards.problem.unheard_of"},
    "asked": {
        "problem": "cards.problem.asked",
        "truths": replace(DONE, in_outlook=Truth.ASKED),
    },
    "deleted": {"truths": replace(DONE, in_outlook=Truth.DELETED)},
    "no_link": {
        "problem": "cards.problem.no_join_link",
        "truths": replace(DONE, in_outlook=Truth.NO_LINK),
    },
    "choosing": {"choosing": True, "truths": replace(DONE, in_outlook=Truth.CHOOSING)},
    "choosing.untold": {
        "choosing": True,
        "truths": Truths(Truth.DONE, Truth.CHOOSING, Truth.WAITING),
    },
    "morning": {"truths": replace(DONE, told=Truth.WAITING, told_due=SINCE)},
    "off": {"problem": "cards.problem.off.mail"},
    "cancelled.dated": {"status": Status.CANCELLED_BY_US, "truths": DATED},
    "not_chosen": {"choosing": True, "over": True},
    "over": {"over": True, "truths": DONE},
    "begun": {"begun": True, "truths": DONE},
    "with_colleague": {"problem": "cards.problem.with_colleague"},
    "outdated": {"problem": "cards.problem.outdated"},
    "too_late": {"problem": "cards.problem.too_late"},
    **{status.value: {"status": status} for status in Status if status != "booked"},
    "ended": {"over": True, "truths": DATED, "outcomes": OUTCOMES},
    "ended.phone": {
        "over": True,
        "modality": Modality.PHONE,
        "outcomes": (Status.COMPLETED, Status.LATE, Status.NOT_REACHED),
    },
    "under_way": {"begun": True, "outcomes": OUTCOMES, "late_choices": CHOICES},
    "corrected": {"over": True, "status": Status.NO_SHOW, "outcomes": OUTCOMES[:2]},
    "unfit": {"over": True, "problem": "outcomes.problem.unfit", "outcomes": OUTCOMES},
    "reminder.late": {"heading": "reminder", "late_choices": CHOICES},
    **{
        f"late.{told}": {"late": 10, "late_told": told, "late_choices": CHOICES}
        for told in (Truth.DONE, Truth.WAITING, Truth.FAILED)
    },
    "too_late_to_be_late": {"problem": "lateness.problem.too_late"},
}


#: What a card came to say, and how the appointment stands by now.
_OLDER = {
    "standing": Status.BOOKED,
    "booked": Status.BOOKED,
    "moved_by_client": Status.CANCELLED_BY_CLIENT,
    "cancelled_by_us": Status.CANCELLED_BY_US,
    "reminder": Status.BOOKED,
    "unfinished": Status.CANCELLED_BY_US,
    **dict.fromkeys(("handed_over", "waiting"), Status.BOOKED),
    "outcome": Status.COMPLETED,
}


def _appointments() -> dict[str, Draw]:
    def drawing(changes: dict[str, object]) -> Draw:
        return lambda tongue: cards.appointment(appointment(tongue, **changes))

    return {
        name if name in reports.COMING else f"appointment.{name}": drawing(changes)
        for name, changes in (_APPOINTMENTS | reports.COMING).items()
    } | {
        f"older.{was}": lambda tongue, was=was, how=how: cards.older(
            OlderNews(was, appointment(tongue, status=how))
        )
        for was, how in _OLDER.items()
    }


def _offers() -> dict[str, Draw]:
    def drawing(**changes: object) -> Draw:
        return lambda tongue: cards.offer(offer(tongue, **changes))

    drawings = {
        f"offer.{state}": drawing(state=state)
        for state in ("open", "taken", "expired", "withdrawn")
    }
    return drawings | {
        "offer.unsent": drawing(sent=Truth.FAILED),
        "offer.off": drawing(sent=Truth.FAILED, off="mail"),
        "offer.morning": drawing(sent=Truth.WAITING, sent_due=SINCE),
        "offer.free": drawing(slots=(), free_choice=True, sent=Truth.WAITING),
        "offer.free_too": drawing(free_choice=True, sent=Truth.NOT_OWED),
        "offer.one": drawing(slots=slots(1)),
        "offer.none_left": drawing(slots=()),
        "offer.none_left.one": drawing(slots=(), offered=1),
        "offer.none_left.any_free": drawing(slots=(), any_free=True),
        "offer.booked": lambda tongue: cards.offer(
            offer(tongue, appointment=appointment(tongue, news="booked"))
        ),
    }


THREE_TIMES = tuple(START + timedelta(hours=each) for each in (1, 3, 24))
#: How a question may have ended, or whom else it is put to.
SETTLED = (
    *("told", "put_back", "cancelled", "kept", "moved", "chosen", "holds"),
    *("handed_over", "copy_gone", "overtaken"),
    *("asked_colleague", "asked_supervisor", "asked_you"),
)


_UNANSWERED = (
    *("overlap", "too_late", "overtaken", "confirming"),
    *("outdated", "unread", "no_colleague"),
)
_NOT_HANDED = (
    *("overlap", "pause", "unread", "confirming"),
    *("too_late", "overtaken", "not_yours"),
)


def _conflicts() -> dict[str, Draw]:
    moved = START + timedelta(hours=4)
    taken = (moved, moved + timedelta(minutes=45))

    def drawing(kind: ConflictKind, **changes: object) -> Draw:
        return lambda tongue: cards.conflict(conflict(tongue, kind, **changes))

    def shifted(**changes: object) -> Draw:
        return drawing(ConflictKind.MOVED, moved_to=moved, **changes)

    return {
        "conflict.moved": shifted(outside_rules=True),
        "conflict.deleted": drawing(ConflictKind.DELETED),
        "conflict.overlapped": drawing(ConflictKind.OVERLAPPED),
        "conflict.overlapped.proposed": drawing(
            ConflictKind.OVERLAPPED, proposed=THREE_TIMES
        ),
        "conflict.colleagues": drawing(
            ConflictKind.OVERLAPPED,
            colleagues=(Choice("2", "Bo Berg"), Choice("3", CLIENT)),
        ),
        **{f"conflict.{wrong}": shifted(wrong=wrong) for wrong in _UNANSWERED},
        "conflict.taken": shifted(taken=taken),
        "conflict.too_long": shifted(outside_rules=True, too_long=True),
        "conflict.too_long.wrong": shifted(too_long=True, wrong="too_long"),
        **{
            f"conflict.{how}.heard": lambda tongue, how=how: cards.conflict(
                conflict(
                    tongue,
                    ConflictKind.MOVED,
                    moved_to=moved,
                    settled=how,
                    appointment=told(tongue),
                )
            )
            for how in ("told", "moved")
        },
        "conflict.unanswered": drawing(
            ConflictKind.DELETED, settled="asked_supervisor", over=True
        ),
        "conflict.over": drawing(ConflictKind.OVERLAPPED, over=True, wrong="over"),
        "conflict.not_chosen": shifted(settled="moved", over=True),
        "conflict.overlapped.when": drawing(
            ConflictKind.OVERLAPPED, other=(START + timedelta(minutes=30), moved)
        ),
        "conflict.overlapped.overnight": drawing(
            ConflictKind.OVERLAPPED, other=(START - timedelta(hours=12), moved)
        ),
        **{f"conflict.{how}.settled": shifted(settled=how) for how in SETTLED},
    }


def handover(language: Language, **changes: object) -> HandoverCard:
    view = HandoverCard(
        language=language,
        conflict=9,
        version=2,
        reference="K7Q2FM",
        service=SERVICE,
        start=START,
        end=START + timedelta(minutes=45),
        giver="Aino Aalto",
        taker="Bo Berg",
        to_reader=True,
        removed=True,
        pause=10,
        url=to("question:9"),
    )
    return replace(view, **changes)


def _handovers() -> dict[str, Draw]:
    later = START + timedelta(hours=2)

    def drawing(**changes: object) -> Draw:
        return lambda tongue: cards.handover(handover(tongue, **changes))

    def away(**changes: Any) -> Draw:
        end = START + timedelta(minutes=45)
        return lambda tongue: cards.handed_away(
            HandedAway(tongue, "K7Q2FM", START, end, "Bo Berg", **changes)
        )

    return {
        "handover.moved": drawing(),
        "handover.copied": drawing(removed=False, late=True),
        "handover.invited": drawing(removed=False, invited=True),
        "handover.desk": drawing(to_reader=False, lost=True),
        "handover.desk_copied": drawing(to_reader=False, removed=False),
        "handover.busy": drawing(doubts=(Doubt.BUSY,)),
        "handover.near": drawing(doubts=(Doubt.PAUSE,)),
        "handover.desk.near": drawing(to_reader=False, doubts=(Doubt.PAUSE,)),
        "handover.desk.doubtful": drawing(to_reader=False, doubts=tuple(Doubt)),
        "handover.doubtful": drawing(
            doubts=tuple(Doubt), new_time=(later, later + timedelta(minutes=45))
        ),
        **{f"handover.{wrong}": drawing(wrong=wrong) for wrong in _NOT_HANDED},
        "handover.desk.pause": drawing(
            to_reader=False, doubts=(Doubt.PAUSE,), wrong="pause"
        ),
        "handover.desk.overlap": drawing(
            to_reader=False, doubts=(Doubt.BUSY,), wrong="overlap"
        ),
        "handover.desk.unread": drawing(to_reader=False, wrong="unread"),
        "handover.again": drawing(again=True),
        "handover.over": drawing(agreed_over=True),
        "handover.desk.new_time": drawing(
            to_reader=False, new_time=(later, later + timedelta(minutes=45))
        ),
        "handover.another_day": drawing(
            new_time=(later + timedelta(days=1), later + timedelta(days=1, hours=1))
        ),
        **at_another_time(drawing),
        **{
            f"handover.{how}.settled": drawing(settled=how)
            for how in ("handed_over", "put_back", "overtaken")
        },
        "handover.passed_on": drawing(settled="put_back", since=PassedOn.TO_ANOTHER),
        "handover.cancelled": drawing(settled="put_back", since=PassedOn.CANCELLED),
        "handover.hers.settled": lambda tongue: cards.handover(
            handover(tongue, settled="handed_over", hers=appointment(tongue))
        ),
        "handover.desk.settled": drawing(to_reader=False, settled="handed_over"),
        "appointment.handed_over": lambda tongue: cards.appointment(
            appointment(tongue, news="handed_over")
        ),
        "handover.away": away(),
        "handover.away_older": away(older=True),
        "handover.away_kept": away(kept=True),
        "handover.away_cancelled": away(cancelled=True),
    }


NOTICES = (
    "stranger",
    "unseen",
    "gone",
    "no_services",
    "failed",
    "late",
    "personal_only",
    "bad_press",
    "calendar_closed",
    "calendar_gone",
    "away",
    "no_next",
    "not_found",
    "thanks",
    "away_not",
    "not_away",
    *reports.NOTICES,
    *desks.NOTICES,
)


def _notices() -> dict[str, Draw]:
    def drawing(key: str) -> Draw:
        values = {
            "code": "a1b2",
            "reference": "K7Q2FM",
            "begins": "ma 23.11. klo 8",
            "ends": "ke 25.11. klo 16",
            "whom": CLIENT,
            "why": CLIENT,
        }
        return lambda tongue: cards.notice(
            Notice(tongue, key, values | {"booked": "3"})
        )

    return {f"notice.{key}": drawing(key) for key in NOTICES}


DRAWINGS: dict[str, Draw] = {
    "book": lambda tongue: cards.book_form(form(tongue)),
    "book.untold": lambda tongue: cards.book_form(form(tongue, "none")),
    "book.wrong": lambda tongue: cards.book_form(wrong_form(tongue)),
    "times": lambda tongue: cards.proposal(proposal(tongue)),
    "times.taken": lambda tongue: cards.proposal(proposal(tongue, taken=True)),
    "times.none": lambda tongue: cards.proposal(proposal(tongue, slots=())),
    "times.unread": lambda tongue: cards.proposal(
        proposal(tongue, slots=(), unread=True)
    ),
    "times.wrong": lambda tongue: cards.proposal(
        proposal(tongue, errors={"slots": "cards.error.slots"})
    ),
    "times.unspoken": lambda tongue: cards.proposal(proposal(tongue, unspoken=True)),
    "times.has_offer": lambda tongue: cards.proposal(
        proposal(tongue, has_offer=True, suggested=frozenset({slots(1)[0].start}))
    ),
    "times.awaited": lambda tongue: cards.proposal(
        proposal(
            tongue,
            slots=tuple(
                replace(each, awaited=n < 2) for n, each in enumerate(slots(6))
            ),
        )
    ),
    "times.has_offer.of_any": lambda tongue: cards.proposal(
        proposal(tongue, has_offer=True)
    ),
    **_appointments(),
    **moving.moves(told),
    **_offers(),
    **_conflicts(),
    **{
        name: lambda tongue, kind=kind, more=more: cards.conflict(
            conflict(tongue, kind, **more)
        )
        for name, (kind, more) in {**desks.CONFLICTS, **RESTORED}.items()
    },
    **_handovers(),
    "morning": lambda tongue: cards.morning(morning(tongue, 3)),
    "morning.none": lambda tongue: cards.morning(morning(tongue, 0)),
    "morning.many": lambda tongue: cards.morning(morning(tongue, 20)),
    "help": lambda tongue: cards.help_(Help(tongue, CLIENT, TAB, START.date())),
    "help.unknown": lambda tongue: cards.help_(
        Help(tongue, CLIENT, TAB, START.date(), unknown=True)
    ),
    **absences.absences(),
    "morning.left": lambda tongue: cards.morning(
        replace(morning(tongue, 2), unrecorded=3)
    ),
    "morning.went": lambda tongue: cards.morning(went(tongue)),
    **answers.answers(),
    **reports.reports(),
    **answers.asked(),
    **_notices(),
    **desks.desks(),
    **sharing.shared(),
    **sharing.dialogs(),
    **alarms.alarms(),
}

NAMES = tuple(DRAWINGS)


def card(name: str, language: Language) -> Card:
    return DRAWINGS[name](language)


def everything() -> list[tuple[str, Card]]:
    """Every card in every language, with a name for messages."""
    return [
        (f"{name} ({language})", card(name, language))
        for name in NAMES
        for language in Language
    ]


#: Kept as files, to be read by a person whenever they change.
GOLDEN = (
    ("book.wrong", Language.FI),
    ("times", Language.EN),
    ("appointment.booked_by_client", Language.FI),
    ("conflict.moved", Language.SV),
)
GOLDEN_FOLDER = Path(__file__).with_name("golden")


def golden_file(name: str, language: Language) -> Path:
    return GOLDEN_FOLDER / f"{name}.{language}.json"


def written(card: Card) -> str:
    return json.dumps(card, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":  # python -m tests.cards.samples: draw the files anew
    for name, language in GOLDEN:
        drawn = written(card(name, language))
        golden_file(name, language).write_text(drawn, "utf-8")
