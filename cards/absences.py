"""An absence: what recording it means, how it stands, and who else is told.

Whom it concerns sees the appointments that fall into it; a supervisor only how many.
Nobody is asked why.
"""

from collections.abc import Sequence
from datetime import timedelta

from adaptive_cards.card import Action, InputDate, InputTime

from booking.absence import Away
from booking.saying import Command, Verb
from booking.views.absences import AwayCard, AwayForm, AwayNews, State
from booking.wording import plural, text
from booking.wording.dates import day_short
from cards import verbs
from cards.answers import dated
from cards.markdown import plain
from cards.parts import (
    Card,
    ask_desk,
    buttons,
    callout,
    desk_asked,
    finish,
    heading,
    leaf,
    line,
    press,
    strong,
    unfold,
)

_FRIDAY = 4
_STYLES = {State.ASKED: "warning", State.COMING: "good", State.NOW: "good"}


def away_form(view: AwayForm) -> Card:
    """Ask from when until when; nothing is done before she has seen what it means."""
    tongue = view.language
    body: list[object] = [
        heading(text(tongue, "absence.ask.title"), text(tongue, "absence.ask.lead"))
    ]
    if view.wrong:
        body.append(
            callout("attention", text(tongue, f"error.field.away_{view.wrong}"))
        )
    if view.standing:
        body.append(strong(text(tongue, "absence.page.standing"), spacing="medium"))
        body += [line(when, spacing="small") for when in view.standing]
        show = text(tongue, "absence.ask.standing")
        body += buttons(press(show, verbs.SAY, Command(Verb.BACK).written))
        body.append(strong(text(tongue, "absence.page.new"), spacing="medium"))
    other = unfold(text(tongue, "absence.ask.other"), *_fields(view), _send(view, {}))
    body += buttons(*_usual(view), other, _tab(view))
    return finish(tongue, body)


def _tab(view: AwayForm | AwayCard) -> Action:
    """Lead to where the same can be done in the tab."""
    return leaf(text(view.language, "cards.do.tab"), view.tab_url)


def _usual(view: AwayForm) -> list[Action]:
    """Offer what is usual: today, until tomorrow, until Friday."""
    tongue, today = view.language, view.today
    tomorrow = today + timedelta(days=1)
    friday = today + timedelta(days=(_FRIDAY - today.weekday()) % 7)
    days = {"today": today, "tomorrow": tomorrow}
    if friday > tomorrow:
        days["friday"] = friday
    return [
        press(
            text(tongue, f"absence.ask.{name}", day=day_short(tongue, last)),
            verbs.SAY,
            Command(Verb.AWAY, away=Away(today, last)).written,
        )
        for name, last in days.items()
    ]


def _fields(view: AwayForm | AwayCard) -> list[object]:
    tongue = view.language
    typed = dict(zip(_NAMES, _values(view), strict=True))
    return [
        InputDate(
            id=name,
            label=text(tongue, f"absence.field.{name}"),
            value=typed[name] or None,
            is_required=True,
            error_message=text(tongue, "error.field.away_no_date"),
        )
        if name in {verbs.FIRST, verbs.LAST}
        else InputTime(
            id=name,
            label=text(tongue, f"absence.field.{name}"),
            value=typed[name] or None,
        )
        for name in _NAMES
    ]


_NAMES = (verbs.FIRST, verbs.STARTS, verbs.LAST, verbs.ENDS)


def _values(view: AwayForm | AwayCard) -> Sequence[str]:
    if isinstance(view, AwayForm):
        return view.typed or (f"{view.today}", "", f"{view.today}", "")
    first, last = view.days
    return (f"{first}", view.hours[0], f"{last}", view.hours[1])


def _send(view: AwayForm | AwayCard, of: dict[str, object]) -> object:
    said = "absence.do.save" if of else "absence.do.show"
    return buttons(press(text(view.language, said), verbs.AWAY_DATES, of))[0]


def away(view: AwayCard) -> Card:
    """Draw an absence of hers, or what recording it would mean."""
    tongue = view.language
    style = _STYLES.get(view.state, "emphasis")
    lead = [text(tongue, "absence.by_other")] if view.by_other else []
    if view.older:
        title = heading(text(tongue, f"absence.title.{view.state}"), *lead)
        newer = line(text(tongue, "absence.newer"), subtle=True)
        return finish(tongue, [title, line(view.when), newer])
    body: list[object] = [
        heading(text(tongue, f"absence.title.{view.state}"), *lead, style=style),
        strong(view.when, size="medium"),
    ]
    if view.wrong:
        body.append(
            callout("attention", text(tongue, f"error.field.away_{view.wrong}"))
        )
    if view.state is State.ASKED or view.state.stands:
        body += _means(view)
    body += buttons(*_acts(view))
    return finish(tongue, body)


def _means(view: AwayCard) -> list[object]:
    tongue = view.language
    asked = view.state is State.ASKED
    body: list[object] = []
    if asked and view.joins:
        body.append(line(text(tongue, "absence.joins")))
    body.append(line(text(tongue, "absence.closed")))
    if asked and view.supervised:
        body.append(line(text(tongue, "absence.told")))
    body.append(strong(_touched(tongue, view.touched), spacing="medium"))
    if view.touched:
        body.append(line(plural(tongue, "absence.left", view.touched), spacing="small"))
        body += [dated(tongue, each, view.today) for each in view.lines]
    more = view.touched - len(view.lines)
    if more > 0:
        body.append(line(plural(tongue, "cards.morning.more", more), subtle=True))
    return [*body, *desk_asked(tongue, view.desk)]


def _touched(tongue: str, count: int) -> str:
    if not count:
        return text(tongue, "absence.touched.none")
    return plural(tongue, "absence.touched", count)


def _acts(view: AwayCard) -> list[Action]:
    tongue = view.language
    if view.state is State.ASKED:
        start, end = view.span
        asked = {"request": view.request, "start": f"{start}", "end": f"{end}"}
        no = {"request": view.request}
        change = unfold(
            text(tongue, "absence.do.change"), *_fields(view), _send(view, {})
        )
        return [
            press(text(tongue, "absence.do.yes"), verbs.AWAY_YES, asked, "positive"),
            press(text(tongue, "absence.do.no"), verbs.AWAY_NO, no),
            change,
            _tab(view),
        ]
    if not view.state.stands:
        return []
    here: dict[str, object] = {"absence": view.absence, "version": view.version}
    change = unfold(
        text(tongue, "absence.do.change"), *_fields(view), _send(view, here)
    )
    done = text(tongue, f"absence.do.finish.{view.state}")
    style = "positive" if view.state is State.NOW else None
    return [
        press(done, verbs.AWAY_FINISH, here, style),
        *ask_desk(tongue, view.desk, verbs.AWAY_DESK, {"absence": view.absence}),
        change,
        _tab(view),
    ]


def away_news(view: AwayNews) -> Card:
    """Draw who is away, for a supervisor. It says no reason and names no client."""
    tongue, name = view.language, plain(view.name)
    body: list[object] = [
        heading(text(tongue, f"absence.news.{view.state}", name=name)),
        strong(view.when, size="medium"),
    ]
    if view.state.stands:
        body.append(line(_touched_of(tongue, view.touched)))
        if view.touched:
            left = plural(tongue, "absence.news.left", view.touched)
            body.append(line(left, spacing="small"))
        body.append(line(text(tongue, "absence.news.closed"), spacing="small"))
        body += desk_asked(tongue, view.desk)
    ask = ask_desk(tongue, view.desk, verbs.AWAY_DESK, {"absence": view.absence})
    body += buttons(leaf(text(tongue, "absence.news.team"), view.team_url), *ask)
    return finish(tongue, body)


def _touched_of(tongue: str, count: int) -> str:
    if not count:
        return text(tongue, "absence.news.touched.none")
    return plural(tongue, "absence.news.touched", count)
