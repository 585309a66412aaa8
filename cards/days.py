"""The morning list: the professional's appointments of the day, in order."""

from adaptive_cards.card import Column, ColumnSet, TextBlock

from booking.model import Language
from booking.outcomes import OUTCOMES
from booking.views.cards import DayLine, MorningList
from booking.views.waiting import Question
from booking.wording import plural, text
from booking.wording.dates import clock, day_heading, unbroken
from cards import arrivals
from cards.markdown import brief
from cards.parts import Card, buttons, finish, heading, leaf, line, strong

#: Beyond this the list says how many more there are; the tab shows them all.
LINES_MAX = 12
#: How many there are, or that there are none.
_TODAY = ("cards.morning.count", "cards.morning.none")
_ANY_DAY = ("cards.day.count", "cards.day.none")


def morning(view: MorningList) -> Card:
    """Draw the list of the day."""
    tongue = view.language
    day = day_heading(tongue, view.day)
    count, none = _TODAY if view.is_today else _ANY_DAY
    lead = plural(tongue, count, len(view.lines)) if view.lines else text(tongue, none)
    body = [heading(f"{day[0].upper()}{day[1:]}", lead, *_left(view))]
    for one in view.lines[:LINES_MAX]:
        body += _row(view, one)
    more = len(view.lines) - LINES_MAX
    if more > 0:
        body.append(line(plural(tongue, "cards.morning.more", more), subtle=True))
    body += buttons(leaf(text(tongue, "cards.do.tab"), view.tab_url))
    return finish(tongue, body)


def _left(view: MorningList) -> list[str]:
    """Say how many of earlier days wait to be recorded, and how: whose, here not."""
    left = view.unrecorded
    return [plural(view.language, "outcomes.left", left)] if left else []


def outcome(tongue: Language, one: DayLine) -> list[TextBlock]:
    """Say how one of a list went or that nobody has said it yet, or that she is there."""
    if one.came is not None:
        return [arrivals.brief(tongue, one.came)]
    if one.unrecorded:
        return [line(text(tongue, "outcomes.unrecorded"), color="warning")]
    if one.status in OUTCOMES:
        said = text(tongue, f"outcomes.way.{one.status}")
        return [line(said, spacing="none")]
    return []


def _row(view: MorningList, one: DayLine) -> list[object]:
    tongue = view.language
    hours = unbroken(f"{clock(tongue, one.start)}–{clock(tongue, one.end)}")
    modality = text(tongue, f"cards.modality.{one.modality}")
    about = [
        strong(brief(one.client)),
        *([line(one.phone, spacing="none")] if one.phone else []),
        line(f"{brief(one.service)} · {modality}", spacing="none"),
        *([line(text(tongue, "cards.morning.choosing"))] if one.choosing else []),
        *[line(_waits(tongue, each), color="warning") for each in one.waits],
        *outcome(tongue, one),
        line(one.reference, subtle=True, spacing="none", size="small"),
    ]
    row = ColumnSet(
        separator=True,
        spacing="medium",
        columns=[
            Column(width="auto", items=[strong(hours)]),
            Column(width="stretch", items=about),
        ],
        select_action=leaf(text(tongue, "cards.do.details"), one.open_url),
    )
    if not one.join_url:
        return [row]
    return [row, *buttons(leaf(text(tongue, "cards.do.join"), one.join_url))]


def _waits(tongue: Language, asked: Question) -> str:
    """Say in words what happened in Outlook, and whose answer is awaited."""
    colleague = brief(asked.colleague)
    what = text(tongue, f"waiting.kind.{asked.about}", colleague=colleague)
    whose = "yours" if asked.of_professional else "theirs"
    return text(tongue, f"waiting.{whose}", what=what)
