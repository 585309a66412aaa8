"""Booking for a client: the form, and the free times it leads to.

The form asks the client's language, it never guesses it. Whatever was typed travels in
the data of the next card, so that *back* and a lost slot give the form back filled in.
"""

from collections.abc import Sequence
from typing import NamedTuple

from adaptive_cards.card import (
    Action,
    Container,
    InputChoice,
    InputChoiceSet,
    InputText,
    TextBlock,
)

from booking.model import Language
from booking.views.cards import BookForm, Choice, Proposal, SlotChoice, Wish
from booking.views.sharing import ColleagueForm
from booking.wording import text
from cards import verbs
from cards.markdown import plain
from cards.moments import wished
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
    unfold,
)

#: As many times are ticked beforehand as are usually offered.
TICKED = 3

#: A form with fields that are filled in again after a mistake.
Typed = BookForm | ColleagueForm

_FIELDS = (
    verbs.SERVICE,
    verbs.CLIENT_NAME,
    verbs.CLIENT_LANGUAGE,
    verbs.CLIENT_EMAIL,
    verbs.CLIENT_PHONE,
    verbs.MODALITY,
)


def book_form(view: BookForm) -> Card:
    """Draw the card that answers *varaa* and *ehdota*."""
    tongue = view.language
    lead = [text(tongue, "cards.book.lead")]
    if view.wish is not None:
        lead.append(wished(tongue, view.wish))
    title = "cards.book.title_offer" if view.offers else "cards.book.title"
    body = [heading(text(tongue, title), *lead)]
    if view.errors:
        body.append(mistakes(view.language, view.errors))
    for field in _FIELDS:
        body.append(_input(view, field))
        body += said_of(view, field)
        if field == verbs.CLIENT_NAME and view.heard and field not in view.errors:
            body.append(line(text(tongue, "cards.book.name_heard"), subtle=True))
        if field == verbs.CLIENT_LANGUAGE:
            body.append(contact_hint(view))
    show = text(tongue, "cards.do.times")
    sent = {"request": view.request, **_wish(view.wish), **_aim(view)}
    tab = leaf(text(tongue, "cards.do.tab"), view.tab_url) if view.tab_url else None
    body += buttons(press(show, verbs.BOOK_TIMES, sent, "positive"), tab)
    return finish(tongue, body)


def _wish(wish: Wish | None) -> dict[str, str]:
    return {} if wish is None else {verbs.WISH: wish.when.written}


def _aim(view: BookForm) -> dict[str, str]:
    return {verbs.AIM: verbs.OFFER} if view.offers else {}


def mistakes(tongue: Language, errors: dict[str, str]) -> Container:
    said = [text(tongue, key) for key in dict.fromkeys(errors.values())]
    return callout("attention", text(tongue, "cards.error.title"), *said)


def contact_hint(view: Typed) -> TextBlock:
    """Say what is to be given of a client, and by what she is sent a message."""
    key = "cards.book.contact_hint"
    if view.only_way:
        key = f"cards.book.contact_hint.{view.only_way}"
    return line(text(view.language, key), subtle=True)


def said_of(view: Typed, field: str) -> list[TextBlock]:
    """Say beside a field what is wrong with it: a chat shows the foot of a long card."""
    if field not in view.errors:
        return []
    wrong = text(view.language, view.errors[field])
    return [line(wrong, color="attention", spacing="small")]


def _input(view: BookForm, field: str) -> object:
    match field:
        case verbs.SERVICE:
            return _choose(view, field, view.services, "compact")
        case verbs.MODALITY:
            ways = tuple(
                Choice(one, text(view.language, f"cards.modality.{one}"))
                for one in view.modalities
            )
            return _choose(view, field, ways, "expanded")
        case _:
            return of_client(view, field)


def of_client(view: Typed, field: str) -> InputChoiceSet | InputText:
    """Ask for one of the things that are asked about a client."""
    match field:
        case verbs.CLIENT_LANGUAGE:
            offered = tuple(
                Choice(one, text(view.language, f"cards.language.{one}"))
                for one in Language
            )
            return _choose(view, field, offered, "compact")
        case verbs.CLIENT_NAME:
            return _write(view, field, "text", 120)
        case verbs.CLIENT_EMAIL:
            return _write(view, field, "email", 254)
        case _:
            return _write(view, field, "tel", 32)


def _choose(
    view: Typed, field: str, choices: tuple[Choice, ...], style: str
) -> InputChoiceSet:
    known = {one.value for one in choices}
    value = view.typed.get(field, "")
    if len(choices) == 1:
        value = choices[0].value
    return InputChoiceSet(
        id=field,
        label=text(view.language, f"cards.field.{field}"),
        is_required=True,
        error_message=text(view.language, f"cards.error.{field}"),
        style=style,
        wrap=True,
        placeholder=text(view.language, "cards.field.choose"),
        choices=[InputChoice(title=one.label, value=one.value) for one in choices],
        value=value if value in known else None,
    )


def _write(view: Typed, field: str, style: str, longest: int) -> InputText:
    required = field == verbs.CLIENT_NAME
    return InputText(
        id=field,
        label=text(view.language, f"cards.field.{field}"),
        is_required=required or None,
        error_message=text(view.language, f"cards.error.{field}"),
        style=style,
        max_length=longest,
        value=view.typed.get(field) or None,
    )


def proposal(view: Proposal) -> Card:
    """Draw the first free times: book one now, or let the client choose.

    What was asked for stands first and open, the other unfolds.
    """
    tongue = view.language
    carried = {**view.carried, "request": view.request}
    modality = text(tongue, f"cards.modality.{view.modality}")
    lead = [f"{plain(view.service)} · {modality}"]
    if view.wish is not None:
        lead.append(wished(tongue, view.wish))
    title = "cards.book.title_offer" if view.offers else "cards.times.title"
    body = [heading(text(tongue, title), *lead)]
    if view.wish_missed and view.slots:
        body.append(callout("warning", text(tongue, "cards.times.wish_missed")))
    if view.taken:
        body.append(callout("warning", text(tongue, "cards.times.taken")))
    if view.has_offer:
        body.append(callout("warning", *_offered_before(view)))
    if view.errors:
        body.append(mistakes(tongue, view.errors))
    body += [*facts(_for_whom(view)), *_unspoken(view)]
    back = press(text(tongue, "cards.do.back"), verbs.BOOK_BACK, carried)
    more = leaf(text(tongue, "cards.do.later"), view.tab_url) if view.tab_url else None
    soonest = _soonest(view, carried)
    if not view.slots:
        body.append(line(text(tongue, f"cards.times.{_nothing(view)}")))
        body += buttons(soonest, more, back)
        return finish(tongue, body)
    book, offer = _book(view, carried), _offer(view, carried)
    first, other = (offer, book) if view.offers else (book, offer)
    folded = "cards.do.book_self" if view.offers else "cards.do.let_choose"
    body += first.shown
    body += buttons(
        *first.presses,
        unfold(text(tongue, folded), *other.shown, *buttons(*other.presses)),
        *(soonest, more, back),
    )
    return finish(tongue, body)


def _offered_before(view: Proposal) -> list[str]:
    """Say that she has a suggestion; of what times, where it is not of any."""
    keys = ["cards.times.has_offer"]
    if view.suggested:
        keys.append("cards.times.not_ticked")
    return [text(view.language, key) for key in keys]


class _Part(NamedTuple):
    """One of the two things that may become of the times: open, or to unfold."""

    shown: list[object]
    presses: list[Action]


def _nothing(view: Proposal) -> str:
    if view.unread:
        return "unread"
    return "none" if view.wish is None else "none_from"


def _soonest(view: Proposal, carried: dict[str, str]) -> Action | None:
    """Give the way back from a wish to the times that come first of all."""
    if view.wish is None or view.unread:
        return None
    free = {name: typed for name, typed in carried.items() if name != verbs.WISH}
    return press(text(view.language, "cards.do.soonest"), verbs.BOOK_TIMES, free)


def _for_whom(view: Proposal) -> list[tuple[str, str]]:
    tongue = view.language
    return [
        (text(tongue, "cards.fact.client"), plain(view.client)),
        (
            text(tongue, "cards.fact.language"),
            text(tongue, f"cards.language.{view.client_language}"),
        ),
        (text(tongue, "cards.fact.contact"), plain(view.contact)),
    ]


def _unspoken(view: Proposal) -> list[Container]:
    """Say that she does not speak the client's language: a hint, and no more."""
    if not view.unspoken:
        return []
    name = text(view.language, f"cards.language.{view.client_language}")
    said = text(view.language, "cards.times.unspoken", tongue=name)
    return [callout("accent", said)]


def _book(view: Proposal, carried: dict[str, str]) -> _Part:
    """Give the part in which one time is booked at once."""
    one = InputChoiceSet(
        id=verbs.SLOT,
        label=text(view.language, f"cards.field.{_slots(view)}"),
        is_required=True,
        error_message=text(view.language, "cards.error.slot"),
        style="expanded",
        wrap=True,
        choices=_times(view),
        value=ready(view.slots),
    )
    now = text(view.language, "cards.do.book")
    return _Part([one], [press(now, verbs.BOOK_NOW, carried, "positive")])


def _ahead(slots: Sequence[SlotChoice]) -> list[SlotChoice]:
    return [slot for slot in slots if not slot.soon]


def ready(slots: Sequence[SlotChoice]) -> str | None:
    """Give the time that is chosen already; none where all begin too soon for that."""
    return next((slot.value for slot in _ahead(slots)), None)


def _slots(view: Proposal) -> str:
    return "slot" if view.wish is None else "slot_from"


def _offer(view: Proposal, carried: dict[str, str]) -> _Part:
    """Give the part in which times are suggested: some, or any that is free."""
    tongue = view.language
    ahead = _ahead(view.slots)
    others = [slot for slot in ahead if slot.start not in view.suggested]
    likely = sorted(others, key=lambda slot: slot.awaited)[:TICKED]
    several = InputChoiceSet(
        id=verbs.SLOTS,
        label=text(tongue, "cards.field.slots"),
        is_multi_select=True,
        style="expanded",
        wrap=True,
        choices=_times(view),
        value=",".join(slot.value for slot in others if slot in likely),
    )
    send = text(tongue, "cards.do.offer")
    free = text(tongue, "cards.do.open")
    return _Part(
        [line(text(tongue, "cards.times.offer_lead")), several],
        [
            press(send, verbs.BOOK_OFFER, carried, "positive"),
            press(free, verbs.BOOK_OPEN, carried),
        ],
    )


def _times(view: Proposal) -> list[InputChoice]:
    return [
        InputChoice(title=_time(view.language, slot), value=slot.value)
        for slot in view.slots
    ]


def _time(language: str, slot: SlotChoice) -> str:
    label = slot_label(language, slot)
    return text(language, "cards.times.awaited", time=label) if slot.awaited else label
