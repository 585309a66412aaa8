"""Running late: how much, who is told what; one press, and it is said.

A press carries whom it tells, so that an old copy of the card never tells others.
"""

from adaptive_cards.card import Action, Column, ColumnSet

from booking.model import Language, Modality
from booking.views.cards import AppointmentCard, Truth
from booking.views.lateness import LateCard, LateChoice, LateLine
from booking.wording import plural, text
from booking.wording.dates import time_range, unbroken, when_short
from cards import verbs
from cards.markdown import brief
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
    unfold,
)

#: What the message is shown with where no minutes were written.
_EXAMPLE = 10
#: Beyond this the card says how many more there are; all of them are told.
LINES_MAX = 12


def late(view: LateCard) -> Card:
    """Draw the question how late, or whom it is being told."""
    tongue = view.language
    title, lead = _title(view)
    body: list[object] = [heading(title, *([lead] if lead else []), style=_style(view))]
    if view.others:
        body.append(callout("warning", text(tongue, "lateness.others")))
    body += [_row(view, each) for each in view.lines[:LINES_MAX]]
    more = len(view.lines) - LINES_MAX
    if more > 0:
        body.append(line(plural(tongue, "cards.morning.more", more), subtle=True))
    if view.choices and not view.said:
        body.append(line(_preview(view), subtle=True, spacing="medium"))
    body += _buttons(view)
    return finish(tongue, body)


def _title(view: LateCard) -> tuple[str, str]:
    tongue = view.language
    key = "asks"
    if view.taken_back:
        key = "taken_back"
    elif view.said:
        return _said(view)
    elif not view.lines:
        key = "nobody"
    elif view.asked:
        key = "asked"
    title = text(tongue, f"lateness.title.{key}", minutes=view.asked)
    return title, text(tongue, f"lateness.lead.{key}")


def _said(view: LateCard) -> tuple[str, str]:
    """Say whom it concerned, and how far telling them has come."""
    tongue, told = view.language, {each.told for each in view.lines}
    if not told:
        return text(tongue, "lateness.title.none"), ""
    key = "over" if view.over else "said"
    title = text(tongue, f"lateness.title.{key}", minutes=view.asked)
    if told == {Truth.DONE}:
        return title, text(tongue, "lateness.lead.told")
    if Truth.WAITING not in told:
        return title, text(tongue, "lateness.lead.failed")
    return title, "" if view.over else text(tongue, "lateness.lead.said")


def _style(view: LateCard) -> str:
    if view.over or (view.said and not view.lines):
        return "emphasis"
    if view.said or view.taken_back:
        return "good"
    return "accent" if view.lines else "emphasis"


def _row(view: LateCard, each: LateLine) -> ColumnSet:
    tongue = view.language
    hours = unbroken(time_range(tongue, each.start, each.end))
    about = [strong(brief(each.client))]
    if each.minutes:
        about.append(line(_about(tongue, each.minutes), spacing="none"))
        if view.said and each.told is Truth.FAILED:
            failed = text(tongue, "lateness.told.failed")
            about.append(line(failed, spacing="none", color="attention"))
    elif each.least:
        said = text(tongue, "lateness.from", minutes=each.least)
        about.append(line(said, subtle=True, spacing="none", size="small"))
    return ColumnSet(
        separator=True,
        spacing="medium",
        columns=[Column(width="stretch", items=[line(hours), *about])],
    )


def _about(tongue: Language, minutes: int) -> str:
    return text(tongue, "lateness.about", minutes=minutes)


def _preview(view: LateCard) -> str:
    """Show the message as the first of them gets it."""
    first, minutes = view.lines[0], view.asked or _EXAMPLE
    by_phone = view.modality is Modality.PHONE
    key = (
        "messages.running_late_phone.said" if by_phone else "messages.running_late.said"
    )
    when = when_short(first.language, first.start)
    said = text(first.language, key, when=when, minutes=minutes)
    return text(view.language, "lateness.preview", said=said)


def _buttons(view: LateCard) -> list[object]:
    tongue = view.language
    tell = next((each for each in view.choices if each.minutes == view.asked), None)
    others = [each for each in view.choices if each is not tell]
    back = None
    if view.on_time and view.choices:
        # `whom` says that it stands on this card, and not on an appointment's.
        first = {"appointment": view.choices[0].whom[0], verbs.WHOM: ""}
        back = press(text(tongue, "lateness.do.on_time"), verbs.LATE_ON_TIME, first)
    tab = None
    if view.choices and view.tab_url:
        tab = leaf(text(tongue, "cards.do.tab"), view.tab_url)
    if view.said:
        change = _unfolded(tongue, "lateness.do.change", others)
        return [*buttons(back, change, tab)]
    if tell is not None:
        title = plural(tongue, "lateness.do.tell", len(tell.whom))
        now = _press(title, tell, "positive")
        return [
            *buttons(now, _unfolded(tongue, "lateness.do.other", others), back, tab)
        ]
    each_ = [_press(_minutes(tongue, one.minutes), one) for one in others]
    return [*buttons(*each_, back, tab)]


def _unfolded(tongue: Language, key: str, choices: list[LateChoice]) -> Action | None:
    if not choices:
        return None
    each = [_press(_minutes(tongue, one.minutes), one) for one in choices]
    return unfold(text(tongue, key), *buttons(*each))


def _press(title: str, choice: LateChoice, style: str | None = None) -> Action:
    data = {
        "appointment": choice.whom[0],
        verbs.MINUTES: choice.minutes,
        verbs.WHOM: ",".join(str(each) for each in choice.whom),
    }
    return press(title, verbs.LATE_TELL, data, style)


def _minutes(tongue: Language, minutes: int) -> str:
    return text(tongue, "lateness.minutes", minutes=minutes)


# On the card of an appointment.


def state(view: AppointmentCard) -> list[object]:
    """Say that it begins late, and how far telling the client has come."""
    if not view.late:
        return []
    said = _about(view.language, view.late)
    told = text(view.language, f"lateness.told.{view.late_told}")
    style = "attention" if view.late_told is Truth.FAILED else "warning"
    return [callout(style, said, told)]


def choices(view: AppointmentCard) -> list[Action | None]:
    """Give the buttons of one that may still begin late."""
    if not view.late_choices:
        return []
    tongue, here = view.language, {"appointment": view.appointment}
    each = [
        press(
            _minutes(tongue, minutes), verbs.LATE_TELL, {**here, verbs.MINUTES: minutes}
        )
        for minutes in view.late_choices
        if minutes != view.late
    ]
    does = "change" if view.late else "late"
    lead = line(text(tongue, "lateness.fold_lead"))
    fold = unfold(text(tongue, f"lateness.do.{does}"), lead, *buttons(*each))
    back = None
    if view.late:
        back = press(text(tongue, "lateness.do.on_time"), verbs.LATE_ON_TIME, here)
    return [fold, back]
