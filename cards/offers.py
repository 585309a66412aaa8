"""An offer of times, as the professional who made it sees it.

The offered times are not held, and the card says so. Once the client has chosen, the
card is the appointment's.
"""

from adaptive_cards.card import Action, ColumnSet, Container

from booking.model import Language
from booking.views.cards import OfferCard, Truth
from booking.wording import plural, text
from booking.wording.dates import unbroken, when_short
from cards import verbs
from cards.appointments import appointment
from cards.markdown import plain
from cards.parts import (
    Card,
    buttons,
    callout,
    facts,
    finish,
    heading,
    leaf,
    line,
    press,
    slot_label,
    strong,
    unfold,
)

_STYLES = {"open": "accent", "taken": "good"}


def offer(view: OfferCard) -> Card:
    """Draw the offer as it stands now."""
    if view.appointment is not None:
        return appointment(view.appointment)
    tongue = view.language
    here = {"offer": view.offer, "version": view.version}
    body = [_heading(view), *_about(view)]
    if view.state == "open":
        body += _standing(view)
        body += buttons(_anew(view), _withdraw(view, here), tab(view))
    else:
        again = text(tongue, "cards.do.again")
        body += buttons(press(again, verbs.BOOK_AGAIN, {}), tab(view))
    return finish(tongue, body)


def tab(view: OfferCard) -> Action | None:
    """Lead to the open offers in the tab."""
    if not view.tab_url:
        return None
    return leaf(text(view.language, "cards.do.tab"), view.tab_url)


def piece(view: OfferCard) -> Container:
    """Draw an open offer as one of several on a card."""
    here = {"offer": view.offer, "version": view.version}
    lost = [callout("warning", *_lost(view))] if view.none_left else []
    do = buttons(_withdraw(view, here))
    items = [*_about(view), *lost, *_standing(view), *do]
    return Container(separator=True, spacing="large", items=items)


def _heading(view: OfferCard) -> Container:
    tongue = view.language
    style = _STYLES.get(view.state, "emphasis")
    lead = text(tongue, f"cards.offer.{view.state}_lead")
    if view.state != "open":
        told = [_untold(tongue)] if view.state == "withdrawn" else []
        title = text(tongue, f"cards.offer.{view.state}")
        return heading(title, lead, *told, style=style)
    if view.none_left:
        return heading(*_lost(view), style="warning")
    title = plural(tongue, "cards.offer.open", _count(view))
    return heading(title, lead, style=style)


def _untold(tongue: Language) -> str:
    """Say that nobody tells the client, to whom her page promises to be called."""
    return text(tongue, "cards.offer.withdrawn_untold")


def _lost(view: OfferCard) -> tuple[str, str]:
    """Say that none of the times is left, and what may be done now."""
    tongue = view.language
    does = "any_free" if view.any_free else "none_left"
    title = plural(tongue, "cards.offer.none_left_title", view.offered)
    return title, text(tongue, f"cards.offer.{does}")


def _count(view: OfferCard) -> int:
    """Who may choose freely is offered many."""
    return 2 if view.free_choice else len(view.slots)


def _about(view: OfferCard) -> list[ColumnSet]:
    tongue = view.language
    rows = [
        (text(tongue, "cards.fact.client"), plain(view.client)),
        (text(tongue, "cards.fact.service"), plain(view.service)),
        (
            text(tongue, "cards.fact.modality"),
            text(tongue, f"cards.modality.{view.modality}"),
        ),
    ]
    if view.state == "open" and (view.any_free or not view.none_left):
        until = when_short(tongue, view.expires)
        rows.append((text(tongue, "cards.fact.expires"), until))
    return facts(rows)


def _standing(view: OfferCard) -> list[object]:
    tongue = view.language
    said: list[object] = []
    if not view.none_left:
        title = plural(tongue, "cards.offer.times", _count(view))
        said.append(strong(title, spacing="medium"))
    said += [line(slot_label(tongue, slot), spacing="small") for slot in view.slots]
    if view.free_choice:
        key = "cards.offer.free_too" if view.slots else "cards.offer.free"
        said.append(line(text(tongue, key), spacing="small"))
    told = text(tongue, f"cards.offer.sent.{view.sent}")
    if view.off:
        told = text(tongue, f"cards.offer.off.{view.off}")
    if view.sent_due is not None:
        when = unbroken(when_short(tongue, view.sent_due))
        told = text(tongue, "cards.offer.sent.due", when=when)
    if view.sent is Truth.FAILED:
        said.append(callout("attention", told))
    else:
        said.append(line(told, subtle=True))
    return said


def _anew(view: OfferCard) -> Action | None:
    """Lead to suggesting other times, where all of these have gone."""
    if not view.none_left:
        return None
    title = text(view.language, "cards.do.offer_anew")
    return press(title, verbs.BOOK_AGAIN, {verbs.AIM: verbs.OFFER})


def _withdraw(view: OfferCard, here: dict[str, int]) -> Action:
    tongue = view.language
    yes = text(tongue, "cards.do.withdraw_yes")
    return unfold(
        text(tongue, "cards.do.withdraw"),
        line(text(tongue, "cards.offer.withdraw_lead")),
        line(_untold(tongue)),
        *buttons(press(yes, verbs.OFFER_WITHDRAW, here, "destructive")),
        style="destructive",
    )
