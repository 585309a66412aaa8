"""Answers to a written question: a week, free times, what was found."""

from datetime import date
from itertools import groupby

from adaptive_cards.card import Action, Column, ColumnSet

from booking.model import CANCELLED, Language
from booking.saying import Command, Verb, When
from booking.spans import HELSINKI, wall
from booking.views.answers import FoundList, FreeOf, FreeTimes, WeekList
from booking.views.cards import DayLine
from booking.wording import plural, text
from booking.wording.dates import clock, day_heading, day_short, time_range, unbroken
from cards import verbs
from cards.days import outcome
from cards.markdown import brief, plain
from cards.moments import label
from cards.offers import piece, tab
from cards.parts import (
    Card,
    buttons,
    finish,
    heading,
    leaf,
    line,
    press,
    slot_label,
    strong,
)

#: Beyond these a list says how many more there are; the tab shows them all.
LINES_MAX = 20
LISTS_MAX = 18


def week(view: WeekList) -> Card:
    """Draw the list of a week: its days with their appointments."""
    tongue = view.language
    first, last = (day_short(tongue, day) for day in (view.when.first, view.when.last))
    lead = (
        plural(tongue, "cards.week.count", len(view.lines))
        if view.lines
        else text(tongue, "cards.week.none")
    )
    title = label(tongue, view.when, view.when.first)
    body: list[object] = [heading(title, f"{first} – {last}", lead)]
    shown = view.lines[:LINES_MAX]
    for day, lines in groupby(shown, lambda one: wall(one.start, HELSINKI).date()):
        said = day_heading(tongue, day)
        body.append(strong(f"{said[0].upper()}{said[1:]}", spacing="medium"))
        body += [_row(tongue, one) for one in lines]
    more = len(view.lines) - LINES_MAX
    if more > 0:
        body.append(line(plural(tongue, "cards.morning.more", more), subtle=True))
    body += buttons(leaf(text(tongue, "cards.do.tab"), view.tab_url))
    return finish(tongue, body)


def _row(tongue: Language, one: DayLine) -> ColumnSet:
    hours = unbroken(f"{clock(tongue, one.start)}–{clock(tongue, one.end)}")
    return ColumnSet(
        spacing="small",
        columns=[
            Column(width="auto", items=[strong(hours)]),
            Column(width="stretch", items=_who(tongue, one)),
        ],
        select_action=leaf(text(tongue, "cards.do.details"), one.open_url),
    )


def _who(tongue: Language, one: DayLine) -> list[object]:
    modality = text(tongue, f"cards.modality.{one.modality}")
    stands = "cards.morning.choosing" if one.choosing else ""
    if one.status in CANCELLED:
        stands = f"tab.status.{one.status}"
    return [
        line(brief(one.client)),
        line(modality, subtle=True, spacing="none", size="small"),
        *([line(text(tongue, stands))] if stands else []),
        *outcome(tongue, one),
    ]


def free_times(view: FreeTimes) -> Card:
    """Draw when she is free, and the way to book it."""
    tongue = view.language
    asked = label(tongue, view.when, view.today) if view.when else ""
    lead = asked or text(tongue, "cards.field.slot")
    body: list[object] = [heading(text(tongue, "cards.times.title"), lead)]
    some = any(each.slots for each in view.services)
    if some:
        shown = view.services[:LISTS_MAX]
        for name, lists in groupby(shown, lambda each: each.service):
            body.append(strong(plain(name), spacing="medium"))
            for each in lists:
                body += _free_of(tongue, each)
    else:
        body.append(line(text(tongue, _nothing(view))))
    book = Command(Verb.BOOK, view.when if some else None)
    start, soonest = text(tongue, "cards.do.start"), text(tongue, "cards.do.soonest")
    other = Command(Verb.FREE).written
    body += buttons(
        None if view.unread else press(start, verbs.SAY, book.written, "positive"),
        None if some or not asked else press(soonest, verbs.SAY, other),
        leaf(text(tongue, "cards.do.tab"), view.tab_url),
    )
    return finish(tongue, body)


def _nothing(view: FreeTimes) -> str:
    if view.unread:
        return "cards.times.unread"
    return "cards.free.none_then" if view.when else "cards.free.none"


def _free_of(tongue: str, each: FreeOf) -> list[object]:
    ways = [text(tongue, f"cards.modality.{one}") for one in each.modalities]
    none = [] if each.slots else [line(text(tongue, "cards.free.none_here"))]
    return [
        line(" · ".join(ways), subtle=True, spacing="small"),
        *[line(slot_label(tongue, slot), spacing="small") for slot in each.slots],
        *none,
    ]


def found(view: FoundList) -> Card:
    """Draw what was found: appointments, each a way to its page, and open offers."""
    tongue = view.language
    offered = plural(tongue, "cards.found.offers", len(view.offers) + view.more_offers)
    title = plural(tongue, "cards.found.title", len(view.lines) + view.more)
    body: list[object] = [heading(title if view.lines else offered, plain(view.whom))]
    for one in view.lines:
        body.append(dated(tongue, one, view.today))
        body += buttons(_move(view, one))
    if view.more > 0:
        body.append(line(plural(tongue, "cards.morning.more", view.more), subtle=True))
    if view.lines and view.offers:
        body.append(strong(offered, spacing="large", separator=True))
    body += [piece(each) for each in view.offers]
    if view.more_offers > 0:
        more = plural(tongue, "cards.found.more_offers", view.more_offers)
        body.append(line(more, subtle=True))
    if view.more + view.more_offers > 0:
        body.append(line(text(tongue, "cards.found.narrow"), subtle=True))
    body += buttons(tab(view.offers[0]) if view.offers else None)
    return finish(tongue, body)


def _move(view: FoundList, one: DayLine) -> Action | None:
    """Move this one, where that is what they were looked for."""
    if one.reference not in view.movable:
        return None
    hour = f"{view.hour:%H:%M}" if view.hour is not None else ""
    meant = Command(Verb.MOVE, view.moves, one.reference, what=hour)
    return press(text(view.language, "cards.do.move"), verbs.SAY, meant.written)


def dated(tongue: str, one: DayLine, today: date) -> ColumnSet:
    """Draw one of several days: its time above, for beside it there is no room."""
    day = label(Language(tongue), When.on(wall(one.start, HELSINKI).date()), today)
    hours = unbroken(time_range(tongue, one.start, one.end))
    items = [strong(f"{unbroken(day)} {hours}"), *_who(Language(tongue), one)]
    return ColumnSet(
        separator=True,
        columns=[Column(width="stretch", items=items)],
        select_action=leaf(text(tongue, "cards.do.details"), one.open_url),
    )
