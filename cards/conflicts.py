"""A question after a change made in Outlook: what happened, what it means, what to do.

The client has not been told anything until somebody answers, and the card says so.
"""

from adaptive_cards.card import Action

from booking.views.cards import ConflictCard, ConflictKind
from booking.wording import text
from booking.wording.dates import when_short
from cards import verbs
from cards.appointments import about, summary
from cards.parts import (
    Card,
    buttons,
    callout,
    finish,
    heading,
    leaf,
    line,
    press,
    slot_label,
    strong,
    unbroken,
    unfold,
)

#: The answers to each kind of change, the likeliest first.
_ANSWERS = {
    ConflictKind.MOVED: ("tell", "put_back", "propose", "cancel"),
    ConflictKind.DELETED: ("restore", "propose", "cancel"),
    ConflictKind.OVERLAPPED: ("keep", "propose", "cancel"),
}
_VERBS = {
    "tell": verbs.CONFLICT_TELL,
    "put_back": verbs.CONFLICT_PUT_BACK,
    "propose": verbs.CONFLICT_PROPOSE,
    "cancel": verbs.CONFLICT_CANCEL,
    "keep": verbs.CONFLICT_KEEP,
    "restore": verbs.CONFLICT_RESTORE,
}


def conflict(view: ConflictCard) -> Card:
    """Draw the question, or what was answered."""
    tongue = view.language
    here = {"conflict": view.conflict, "version": view.version}
    page = leaf(text(tongue, "cards.do.details"), view.appointment.open_url)
    if view.settled:
        title = text(tongue, f"cards.settled.{view.settled}")
        body = [heading(title), *summary(view.appointment), *buttons(page)]
        return finish(tongue, body)
    body = [heading(text(tongue, f"cards.conflict.{view.kind}"), style="warning")]
    body += [strong(_what(view), size="medium"), *about(view.appointment)]
    if view.wrong:
        said = (
            text(tongue, f"cards.notice.{view.wrong}.{part}")
            for part in ("title", "body")
        )
        body.append(callout("attention", *said))
    if view.outside_rules:
        body.append(callout("warning", text(tongue, "cards.conflict.outside_rules")))
    body.append(strong(text(tongue, "cards.conflict.not_told"), spacing="medium"))
    body += buttons(*[_answer(view, one, here) for one in _ANSWERS[view.kind]], page)
    return finish(tongue, body)


def _what(view: ConflictCard) -> str:
    tongue = view.language
    values = {"was": unbroken(when_short(tongue, view.appointment.start))}
    if view.moved_to is not None:
        values["now"] = unbroken(when_short(tongue, view.moved_to))
    return text(tongue, f"cards.conflict.{view.kind}_what", **values)


def _answer(view: ConflictCard, one: str, here: dict[str, int]) -> Action:
    tongue = view.language
    title = text(tongue, f"cards.do.{one}")
    if one == "cancel":
        yes = press(
            text(tongue, "cards.do.cancel_yes"), _VERBS[one], here, "destructive"
        )
        lead = line(text(tongue, "cards.appointment.cancel_lead"))
        return unfold(title, lead, *buttons(yes), style="destructive")
    if one == "propose" and view.proposals:
        return _propose(view, title, here)
    first = _ANSWERS[view.kind][0] == one
    return press(title, _VERBS[one], here, "positive" if first else None)


def _propose(view: ConflictCard, title: str, here: dict[str, int]) -> Action:
    tongue = view.language
    times = [line(slot_label(tongue, slot), spacing="small") for slot in view.proposals]
    chosen = ",".join(slot.value for slot in view.proposals)
    send = press(
        text(tongue, "cards.do.offer"),
        verbs.CONFLICT_PROPOSE,
        {**here, verbs.SLOTS: chosen},
        "positive",
    )
    lead = line(text(tongue, "cards.conflict.propose_lead"))
    return unfold(title, lead, *times, *buttons(send))
