"""Cards inside a dialog, which one person alone sees.

Dialogs know no `Action.Execute`: what such a button sends goes as `Action.Submit`. A
dialog closes or is replaced by what is answered, so an answer that nothing came of
carries everything typed, and its button sends it once more.
"""

from collections.abc import Mapping
from typing import Any

from adaptive_cards.card import ActionSet, ActionSubmit, InputChoice, InputChoiceSet

from booking.views.cards import Notice
from booking.views.sharing import ColleagueDone, ColleagueForm
from booking.wording import text
from cards import verbs
from cards.forms import contact_hint, mistakes, of_client, ready, said_of
from cards.markdown import plain
from cards.notices import notice
from cards.parts import (
    Card,
    buttons,
    callout,
    finish,
    heading,
    line,
    press,
    slot_label,
)
from cards.sharing import shared_facts

_FIELDS = (
    verbs.CLIENT_NAME,
    verbs.CLIENT_LANGUAGE,
    verbs.CLIENT_EMAIL,
    verbs.CLIENT_PHONE,
)


def in_dialog(card: Card) -> Card:
    """Give the same card with buttons that a dialog knows."""
    changed: Card = _submitting(card)
    return changed


def _submitting(part: Any) -> Any:
    if isinstance(part, list):
        return [_submitting(each) for each in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "Action.Execute":
        kept = {name: each for name, each in part.items() if name in _KEPT}
        return {**kept, "type": "Action.Submit"}
    return {name: _submitting(each) for name, each in part.items()}


_KEPT = frozenset({"title", "data", "style"})


def with_sharing(card: Card, appointment: int) -> Card:
    """Add a button that puts the appointment into the message being written."""
    said = text(card["lang"], "extension.do.share")
    note = line(text(card["lang"], "extension.share.note"), subtle=True, size="small")
    carried = {"verb": verbs.SHARE, verbs.APPOINTMENT: appointment}
    shown = [note, ActionSet(actions=[ActionSubmit(title=said, data=carried)])]
    more = [
        each.model_dump(mode="json", exclude_none=True, by_alias=True) for each in shown
    ]
    return {**card, "body": [*card["body"], *more]}


def stuck(view: Notice, sent: Mapping[str, Any]) -> Card:
    """Say that nothing came of it yet; the button sends the same once more."""
    drawn = notice(view)
    again = ActionSubmit(
        title=text(view.language, "extension.do.again"), data=dict(sent)
    )
    shown = ActionSet(actions=[again])
    more = shown.model_dump(mode="json", exclude_none=True, by_alias=True)
    return {**drawn, "body": [*drawn["body"], more]}


def colleague_form(view: ColleagueForm) -> Card:
    """Draw the form in which a colleague books with her who invited to it."""
    tongue = view.language
    way = text(tongue, f"cards.modality.{view.modality}")
    lead = text(tongue, "extension.colleague.lead", name=plain(view.professional))
    title = text(tongue, "cards.book.title")
    body: list[Any] = [heading(title, lead, f"{plain(view.service)} · {way}")]
    if view.taken:
        body.append(callout("warning", text(tongue, "cards.times.taken")))
    if view.errors:
        body.append(mistakes(tongue, view.errors))
    if not view.slots:
        none = "unread" if view.unread else "none"
        body.append(line(text(tongue, f"extension.colleague.{none}")))
        kept = {name: view.typed[name] for name in _FIELDS if view.typed.get(name)}
        again = text(tongue, "extension.do.again")
        sent = {**kept, **view.carried}
        body += buttons(press(again, verbs.COLLEAGUE_BOOK, sent))
        return in_dialog(finish(tongue, body))
    body.append(_times(view))
    body += said_of(view, verbs.SLOT)
    for field in _FIELDS:
        body.append(of_client(view, field))
        body += said_of(view, field)
        if field == verbs.CLIENT_LANGUAGE:
            body.append(contact_hint(view))
    book = text(tongue, "cards.do.book")
    body += buttons(press(book, verbs.COLLEAGUE_BOOK, view.carried, "positive"))
    return in_dialog(finish(tongue, body))


def _times(view: ColleagueForm) -> InputChoiceSet:
    tongue = view.language
    known = {slot.value for slot in view.slots}
    chosen = view.typed.get(verbs.SLOT, "")
    return InputChoiceSet(
        id=verbs.SLOT,
        label=text(tongue, f"cards.field.{_field(view)}"),
        is_required=True,
        error_message=text(tongue, "cards.error.slot"),
        style="expanded",
        choices=[
            InputChoice(title=slot_label(tongue, slot), value=slot.value)
            for slot in view.slots
        ],
        value=chosen if chosen in known else ready(view.slots),
    )


def _field(view: ColleagueForm) -> str:
    return "slot_from" if verbs.WISH in view.carried else "slot"


def colleague_done(view: ColleagueDone) -> Card:
    """Say what came of it. It is in another's calendar now: she sees the rest."""
    tongue, booked = view.language, view.booked
    state = "cancelled" if booked.cancelled else "booked"
    state = "confirming" if booked.confirming else state
    name = plain(view.professional)
    body = [
        heading(
            text(tongue, f"extension.done.{state}"),
            plain(view.service),
            style="good" if state == "booked" else "warning",
        ),
        *shared_facts(booked),
        line(text(tongue, f"extension.done.{state}_lead", name=name)),
    ]
    return finish(tongue, body)
