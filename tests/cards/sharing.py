"""Samples of what is put into a chat, and of what stands in a dialog alone."""

from dataclasses import replace
from datetime import timedelta

import cards
from booking.model import Language, Modality
from booking.views.cards import Notice
from booking.views.sharing import (
    ColleagueDone,
    ColleagueForm,
    FoundAppointment,
    SharedAppointment,
    SharedTimes,
)
from cards.parts import Card
from tests.cards.answers import WISH
from tests.cards.pieces import (
    CLIENT,
    SERVICE,
    START,
    TAB,
    TYPED,
    Draw,
    form,
    proposal,
    slots,
)
from tests.support.leading import to

#: Hostile, as the client's is: whoever names herself so in Entra is shown as that.
PROFESSIONAL = "Aino_*Testi* [x](https://evil.example)"
SEALED = "7.2.remote.1796000000~0123456789abcdef"


def times(language: Language, **changes: object) -> SharedTimes:
    view = SharedTimes(
        language=language,
        professional=PROFESSIONAL,
        service=SERVICE,
        modality=Modality.IN_PERSON,
        slots=slots(6),
        invitation=SEALED,
    )
    return replace(view, **changes)


def appointment(language: Language, **changes: object) -> SharedAppointment:
    view = SharedAppointment(
        language,
        "K7Q2FM",
        Modality.REMOTE,
        START,
        START + timedelta(minutes=45),
        to("K7Q2FM"),
    )
    return replace(view, **changes)


def colleague(language: Language, **changes: object) -> ColleagueForm:
    view = ColleagueForm(
        language=language,
        professional=PROFESSIONAL,
        service=SERVICE,
        modality=Modality.PHONE,
        slots=slots(6),
        typed={},
        errors={},
        carried={"request": "r1", "invitation": SEALED},
    )
    return replace(view, **changes)


def done(language: Language, **changes: object) -> Card:
    booked = appointment(language, **changes)
    view = ColleagueDone(language, PROFESSIONAL, SERVICE, booked)
    return cards.colleague_done(view)


def shared() -> dict[str, Draw]:
    """Give what stands in chats of several people."""
    return {
        "shared.times": lambda tongue: cards.shared_times(times(tongue)).card,
        "shared.times.wish": lambda tongue: (
            cards.shared_times(times(tongue, when=WISH.when, slots=slots(1))).card
        ),
        "shared.appointment": lambda tongue: (
            cards.found_appointment(FoundAppointment(CLIENT, appointment(tongue))).card
        ),
        "shared.cancelled": lambda tongue: (
            cards.shared_appointment(appointment(tongue, cancelled=True)).card
        ),
        "shared.confirming": lambda tongue: (
            cards.shared_appointment(appointment(tongue, confirming=True)).card
        ),
        "shared.secret": lambda tongue: cards.secret_link(tongue).card,
        "shared.tab": lambda tongue: cards.our_tab(tongue, TAB).card,
    }


def dialogs() -> dict[str, Draw]:
    """Give what one person alone sees, in a dialog."""
    wrong = {"client_email": "cards.error.client_email", "slot": "cards.error.past"}
    return {
        "dialog.book": lambda tongue: cards.in_dialog(cards.book_form(form(tongue))),
        "dialog.times": lambda tongue: cards.in_dialog(
            cards.proposal(proposal(tongue))
        ),
        "dialog.stuck": lambda tongue: cards.stuck(
            Notice(tongue, "slow", {}), {"verb": "book.now", **TYPED}
        ),
        "dialog.share": lambda tongue: cards.with_sharing(
            cards.in_dialog(cards.notice(Notice(tongue, "thanks", {}))), 12
        ),
        "dialog.colleague": lambda tongue: cards.colleague_form(colleague(tongue)),
        "dialog.colleague.wrong": lambda tongue: cards.colleague_form(
            colleague(tongue, typed=TYPED, errors=wrong)
        ),
        "dialog.colleague.taken": lambda tongue: cards.colleague_form(
            colleague(tongue, typed=TYPED, taken=True)
        ),
        "dialog.colleague.none": lambda tongue: cards.colleague_form(
            colleague(tongue, slots=())
        ),
        "dialog.colleague.unread": lambda tongue: cards.colleague_form(
            colleague(tongue, slots=(), unread=True)
        ),
        "dialog.done": done,
        "dialog.done.confirming": lambda tongue: done(tongue, confirming=True),
        "dialog.done.cancelled": lambda tongue: done(tongue, cancelled=True),
    }
