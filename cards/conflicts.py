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

#: What is asked about once more: what is said then, and how its button looks.
_SECOND_THOUGHTS = {
    "propose": ("cards.conflict.propose_lead", "positive"),
    "cancel": ("cards.appointment.cancel_lead", "destructive"),
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
    if one in _SECOND_THOUGHTS:
        # The client hears of it: first it is said what happens.
        lead, style = _SECOND_THOUGHTS[one]
        yes = press(text(tongue, f"cards.do.{one}_yes"), _VERBS[one], here, style)
        quiet = None if style == "positive" else style
        return unfold(title, line(text(tongue, lead)), *buttons(yes), style=quiet)
    first = _ANSWERS[view.kind][0] == one
    return press(title, _VERBS[one], here, "positive" if first else None)
