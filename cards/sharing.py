"""What is put into a chat: free times, an appointment, a word about a link.

Everybody in the chat sees it, who has the app or not, so no client is on it. Teams
takes an older version of cards here than where the bot itself speaks: nothing newer is
used, and a button is an `Action.Submit` or a link.
"""

from collections.abc import Sequence
from typing import Any

from adaptive_cards.card import (
    ActionOpenUrl,
    ActionSet,
    ActionSubmit,
    Container,
    TextBlock,
)

from booking.model import Language
from booking.views.sharing import FoundAppointment, SharedAppointment, SharedTimes
from booking.wording import text
from booking.wording.dates import when_range
from cards import verbs
from cards.extension import Result
from cards.markdown import plain
from cards.parts import Card, facts, finish, line, slot_label, strong, when

#: The newest that Teams shows of a link that was pasted.
VERSION = "1.3"
#: As many of the first times as a line of the list has room for.
_PREVIEWED = 2


def shared_times(view: SharedTimes) -> Result:
    """Draw free times with somebody, and the way to book one of them for a client."""
    tongue = view.language
    way = text(tongue, f"cards.modality.{view.modality}")
    title = text(tongue, "extension.times.title", name=plain(view.professional))
    body = [
        _heading(title, f"{plain(view.service)} · {way}"),
        *[line(slot_label(tongue, each), spacing="small") for each in view.slots],
        line(text(tongue, "extension.times.note"), subtle=True, size="small"),
        ActionSet(actions=[_book(view)]),
    ]
    first = ", ".join(slot_label(tongue, each) for each in view.slots[:_PREVIEWED])
    return Result(_finish(tongue, body), f"{view.service} · {way}", first)


def _book(view: SharedTimes) -> ActionSubmit:
    """Open the dialog, in which the times are those that are free by then."""
    tongue = view.language
    carried = {"verb": verbs.COLLEAGUE_FORM, verbs.INVITATION: view.invitation}
    if view.when is not None:
        carried[verbs.WISH] = view.when.written
    return ActionSubmit(
        title=text(tongue, "extension.do.book"),
        data={"msteams": {"type": "task/fetch"}, **carried},
        style="positive",
        mode=None,
    )


def shared_appointment(view: SharedAppointment) -> Result:
    """Draw an appointment so that only who may see more learns more."""
    tongue = view.language
    hours = when_range(tongue, view.start, view.end)
    way = text(tongue, f"cards.modality.{view.modality}")
    body = [
        _heading(_title(view)),
        *shared_facts(view),
        line(text(tongue, "extension.appointment.note"), subtle=True, size="small"),
        _open(tongue, view.open_url, "cards.do.details"),
    ]
    return Result(_finish(tongue, body), f"{view.reference} · {hours}", way)


def shared_facts(view: SharedAppointment) -> Sequence[Any]:
    """When and how, and by which reference it is known."""
    tongue = view.language
    rows = [
        (
            text(tongue, "cards.fact.modality"),
            text(tongue, f"cards.modality.{view.modality}"),
        ),
        (text(tongue, "cards.fact.reference"), view.reference),
    ]
    return [strong(when(tongue, view.start, view.end)), *facts(rows)]


def _title(view: SharedAppointment) -> str:
    if view.confirming:
        return text(view.language, "extension.done.confirming")
    state = "cancelled" if view.cancelled else "title"
    return text(view.language, f"extension.appointment.{state}")


def found_appointment(view: FoundAppointment) -> Result:
    """Draw one that was found: in the list with its client, in the chat without."""
    shared = view.shared
    neutral = shared_appointment(shared)
    return Result(neutral.card, view.client, f"{neutral.title} · {neutral.text}")


def secret_link(language: Language) -> Result:
    """Warn of a link that is a client's own. Nothing of the link is on it."""
    title, said = (
        text(language, f"extension.secret.{one}") for one in ("title", "body")
    )
    body = [
        _heading(title, style="attention"),
        line(said),
        line(text(language, "extension.secret.instead"), subtle=True),
    ]
    return Result(_finish(language, body), title, said)


def our_tab(language: Language, url: str) -> Result:
    """Draw the way into the tab; what stands there is for who opens it."""
    title, said = (text(language, f"extension.tab.{one}") for one in ("title", "body"))
    body = [_heading(title), line(said), _open(language, url, "cards.do.tab")]
    return Result(_finish(language, body), title, said)


def _open(tongue: Language, url: str, key: str) -> ActionSet:
    button = ActionOpenUrl(title=text(tongue, key), url=url, mode=None)
    return ActionSet(actions=[button])


def _heading(title: str, *lines: str, style: str = "emphasis") -> Container:
    """The top of a card, with nothing that an old Teams would not know."""
    first = TextBlock(text=title, size="large", weight="bolder", wrap=True)
    more = [line(said, spacing="small") for said in lines]
    return Container(style=style, bleed=True, items=[first, *more])


def _finish(tongue: Language, body: Sequence[Any]) -> Card:
    return finish(tongue, body, VERSION)
