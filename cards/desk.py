"""A unit's desk in a Teams channel: who can take these, and the unit's day.

Everybody in the channel reads these cards, so none names a client or says why somebody
is away. The question refreshes by itself into what one colleague alone sees: what she
can take, and of the rest why she cannot.
"""

from typing import Any

from adaptive_cards.card import Action, InputChoice, InputChoiceSet

from booking.cover import Bar, State
from booking.spans import HELSINKI, wall
from booking.views.desk import (
    Colleague,
    CoverCard,
    CoverLine,
    CoverNews,
    DeskCard,
    DeskDay,
    Presence,
)
from booking.wording import plural, text
from booking.wording.dates import clock, day_heading, day_short, time_range, unbroken
from cards import verbs
from cards.markdown import plain
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
)

_HOUR = 60


def cover(view: CoverCard) -> Card:
    """Draw the question, as everybody sees it or as one colleague does."""
    tongue = view.language
    body: list[Any] = [_heading(view)]
    if view.taken:
        body.append(strong(plural(tongue, "desk.taken", view.taken), color="good"))
    if view.wrong not in {None, Bar.CONFIRMING}:  # That stands at the line itself.
        body.append(callout("attention", _said(view, view.wrong)))
    if any(each.bar is Bar.NO_CLIENTS for each in view.open):
        body.append(line(_said(view, Bar.NO_CLIENTS)))
    for each in view.lines:
        body += _line(view, each)
        body += _act(view, each)
    body += _several(view)
    if view.open:
        look = press(text(tongue, "desk.do.look"), verbs.COVER_LOOK, _here(view))
        page = leaf(text(tongue, "desk.do.tab"), view.tab_url)
        body += buttons(None if view.mine else look, page)
    card = finish(tongue, body)
    if view.users and view.open:
        card["refresh"] = {
            "action": {
                "type": "Action.Execute",
                "title": text(tongue, "desk.do.look"),
                "verb": verbs.COVER_LOOK,
                "data": {"verb": verbs.COVER_LOOK, **_here(view)},
            },
            "userIds": list(view.users),
        }
    return card


def _here(view: CoverCard) -> dict[str, Any]:
    return {verbs.COVER: view.cover}


def _heading(view: CoverCard) -> Any:
    tongue, unit = view.language, plain(view.unit)
    if not view.open:
        return heading(text(tongue, "desk.cover.done"), unit, style="good")
    title = plural(tongue, "desk.cover.title", len(view.open))
    urgent = any(each.urgent for each in view.open)
    lead = text(tongue, "desk.cover.lead")
    return heading(title, unit, lead, style="warning" if urgent else "accent")


def _line(view: CoverCard | CoverNews, each: CoverLine) -> list[Any]:
    """Say when, what and how; of whom nothing."""
    tongue = view.language
    day = day_short(tongue, wall(each.start, HELSINKI).date())
    when = unbroken(f"{day} {time_range(tongue, each.start, each.end)}")
    urgent = [text(tongue, "desk.line.urgent")] if each.urgent else []
    about = [
        plain(each.service),
        text(tongue, f"cards.modality.{each.modality}"),
        text(tongue, f"cards.language.{each.spoken}"),
        *([plain(each.place)] if each.place else []),
    ]
    return [
        strong(" · ".join([when, *urgent]), separator=True, spacing="medium"),
        line(" · ".join(about), spacing="none"),
        *_duty(tongue, each),
        line(
            text(tongue, "desk.line.reference", reference=each.reference),
            subtle=True,
            spacing="none",
        ),
        *_stands(view.language, each),
    ]


def _duty(tongue: str, each: CoverLine) -> list[Any]:
    """Say what is taken on with it, and of whom and why nothing."""
    if not each.duty or each.state is not State.OPEN:
        return []
    color = "warning" if each.reported else None
    said = text(tongue, f"desk.line.{each.duty}")
    return [line(said, color=color, spacing="none")]


def _stands(tongue: str, each: CoverLine) -> list[Any]:
    if each.state is State.OPEN:
        return []
    key = "hers" if each.hers else each.state.value
    values = {} if key != "taken" else {"taker": plain(each.taker)}
    color = "good" if each.state is State.TAKEN else None
    said = text(tongue, f"desk.line.{key}", **values)
    return [strong(said, color=color, spacing="small")]


def _act(view: CoverCard, each: CoverLine) -> list[Any]:
    """Offer an open line to her who can take it, and tell another why she cannot."""
    if not view.mine or each.state is not State.OPEN:
        return []
    if each.bar is Bar.NO_CLIENTS:
        return []
    if each.bar is not None:
        said = _said(view, each.bar)
        return [line(said, subtle=True, spacing="small")]
    at = clock(view.language, each.start)
    title = text(view.language, "desk.do.take", clock=at)
    data = {**_here(view), verbs.APPOINTMENT: each.appointment}
    why = [callout("attention", _said(view, Bar.UNREAD))] if each.unread else []
    return [*why, *buttons(press(title, verbs.COVER_TAKE, data, "positive"))]


def _said(view: CoverCard, bar: Bar) -> str:
    tongue = view.language
    if bar is Bar.TAKEN and view.first:
        return text(tongue, "desk.bar.first", first=plain(view.first))
    return text(tongue, f"desk.bar.{bar}")


def _several(view: CoverCard) -> list[Any]:
    """Let her say how many she takes, where there is more than one for her."""
    fits = len(view.fits)
    if fits < 2:  # noqa: PLR2004
        return []
    tongue = view.language
    most = InputChoiceSet(
        id=verbs.MOST,
        label=text(tongue, "desk.field.most"),
        value=f"{fits}",
        choices=[
            InputChoice(title=f"{number}", value=f"{number}")
            for number in range(1, fits + 1)
        ],
    )
    do = press(text(tongue, "desk.do.several"), verbs.COVER_SEVERAL, _here(view))
    return [most, *buttons(do)]


def cover_news(view: CoverNews) -> Card:
    """Draw for a supervisor what nobody has taken so far."""
    tongue, unit = view.language, plain(view.unit)
    left = view.open
    if not left:
        body: list[Any] = [heading(text(tongue, "desk.cover.done"), unit, style="good")]
    else:
        title = plural(tongue, "desk.news.title", len(left))
        body = [heading(title, unit, style="warning")]
        body.append(line(text(tongue, "desk.news.lead")))
    for each in left or view.lines:
        body += _line(view, each)
    body += buttons(leaf(text(tongue, "absence.news.team"), view.team_url))
    return finish(tongue, body)


def desk(view: DeskCard) -> Card:
    """Draw whose desk a channel is, and how it becomes another's or nobody's."""
    tongue = view.language
    key = "is" if view.unit else "none"
    unit = plain(view.unit)
    body: list[Any] = [
        heading(text(tongue, f"desk.channel.{key}.title")),
        line(text(tongue, f"desk.channel.{key}", **({"unit": unit} if unit else {}))),
    ]
    if view.unit:
        body.append(line(text(tongue, "desk.channel.what"), spacing="small"))
    if view.wrong:
        body.append(callout("attention", text(tongue, "desk.field.unit.none")))
    if view.asked and not view.choices and not view.leaves:
        body.append(line(text(tongue, "desk.channel.not_yours"), subtle=True))
    acts: list[Action] = []
    if view.choices:
        body.append(_units(view))
        do = "move" if view.unit else "here"
        acts.append(press(text(tongue, f"desk.do.{do}"), verbs.DESK_HERE, {}))
    if view.leaves:
        acts.append(press(text(tongue, "desk.do.leave"), verbs.DESK_LEAVE, {}))
    if acts and view.tab_url:
        acts.append(leaf(text(tongue, "desk.do.tab"), view.tab_url))
    return finish(tongue, [*body, *buttons(*acts)])


def _units(view: DeskCard) -> InputChoiceSet:
    tongue = view.language
    only = view.choices[0].value if len(view.choices) == 1 and not view.unit else None
    return InputChoiceSet(
        id=verbs.UNIT,
        label=text(tongue, "desk.field.unit"),
        placeholder=text(tongue, "cards.field.choose"),
        value=only,
        choices=[InputChoice(title=c.label, value=c.value) for c in view.choices],
    )


def desk_day(view: DeskDay) -> Card:
    """Draw who is in, who is away, what each has and how much is free."""
    tongue = view.language
    day = day_heading(tongue, view.day)
    title = f"{day[0].upper()}{day[1:]}"
    waiting = (
        plural(tongue, "desk.day.waiting", view.waiting)
        if view.waiting
        else text(tongue, "desk.day.waiting.none")
    )
    style = "warning" if view.waiting else "emphasis"
    body: list[Any] = [heading(title, plain(view.unit), waiting, style=style)]
    for each in view.colleagues:
        body.append(strong(plain(each.name), separator=True))
        body.append(line(_colleague(view, each), spacing="none"))
    if view.more:
        body.append(line(plural(tongue, "desk.day.more", view.more), subtle=True))
    return finish(tongue, body)


def _colleague(view: DeskDay, each: Colleague) -> str:
    tongue = view.language
    said = [text(tongue, f"desk.presence.{each.presence}")]
    if each.count or each.presence in {Presence.IN, Presence.PART}:
        said.append(plural(tongue, "desk.day.count", each.count))
    if each.presence in {Presence.IN, Presence.PART}:
        said.append(_free(tongue, each.free))
    return " · ".join(said)


def _free(tongue: str, minutes: int) -> str:
    if not minutes:
        return text(tongue, "desk.day.full")
    hours, left = divmod(minutes, _HOUR)
    parts = [f"{hours} h"] if hours else []
    parts += [f"{left} min"] if left else []
    return text(tongue, "desk.day.free", time=unbroken(" ".join(parts)))
