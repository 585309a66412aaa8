"""Cards about an absence, and about what a professional has set, in each state."""

from dataclasses import replace
from datetime import date

import cards
from booking.absence import Away
from booking.model import Language, Modality
from booking.saying import Command, Unclear, Verb, Why
from booking.views.absences import AwayCard, AwayForm, AwayNews, State
from booking.views.answers import Asking
from booking.views.own_settings import SettingsCard
from tests.cards.pieces import CLIENT, Draw, morning
from tests.support.leading import to

TEAM = to("team:2026-11-24")

TODAY = date(2026, 11, 23)
WHEN = "ma 23.11. klo 10.00 – pe 27.11.2026 klo 12.00"


def away(tongue: Language, state: State, count: int = 2) -> AwayCard:
    return AwayCard(
        language=tongue,
        state=state,
        when=WHEN,
        today=TODAY,
        days=(TODAY, date(2026, 11, 27)),
        hours=("10:00", "12:00"),
        touched=count,
        lines=morning(tongue, count).lines[:12],
        tab_url=to("away:"),
        absence=5,
        version=2,
        span=(1795471200, 1795816800),
        request="r1",
        joins=True,
    )


def _aways() -> dict[str, Draw]:
    def drawing(state: State, count: int) -> Draw:
        return lambda tongue: cards.away(away(tongue, state, count))

    def news(state: State, count: int) -> Draw:
        return lambda tongue: cards.away_news(
            AwayNews(tongue, state, CLIENT, WHEN, count, TEAM)
        )

    return {
        **{f"away.{state}": drawing(state, 2) for state in State},
        "away.nothing": drawing(State.NOW, 0),
        "away.many": lambda tongue: cards.away(
            replace(away(tongue, State.ASKED), touched=15)
        ),
        **{f"away_news.{state}": news(state, 3) for state in State if state != "asked"},
        "away.desk": lambda tongue: cards.away(
            replace(away(tongue, State.NOW), desk="ask")
        ),
        "away.desk_asked": lambda tongue: cards.away(
            replace(away(tongue, State.NOW), desk="asked")
        ),
        "away_news.nothing": news(State.COMING, 0),
        "away_news.desk": lambda tongue: cards.away_news(
            AwayNews(tongue, State.NOW, CLIENT, WHEN, 3, TEAM, 5, "ask")
        ),
        "away_news.desk_asked": lambda tongue: cards.away_news(
            AwayNews(tongue, State.NOW, CLIENT, WHEN, 3, TEAM, 5, "asked")
        ),
    }


def absences() -> dict[str, Draw]:
    noon = Away.read("2026-11-24T12:00/2026-11-24")
    morning_ = Away.read("2026-11-24/2026-11-24T12:00")
    longer = Away.read("2026-11-24/2026-12-04T16:00")
    readings = tuple(Command(Verb.AWAY, away=each) for each in (noon, morning_, longer))
    unclear = Unclear(Why.SEVERAL, readings)
    settings = SettingsCard(
        Language.FI,
        "ma 9.00–15.00, ti 8.00–16.00, ke ei varauksia",
        tuple(Modality),
        tuple(Language),
        4,
        by_blocks=False,
        off=("morning", "outcome"),
        url=to("settings:"),
    )
    return {
        **_aways(),
        "away.told": lambda tongue: cards.away(
            replace(away(tongue, State.COMING), by_other=True, wrong="outdated")
        ),
        "away.older": lambda tongue: cards.away(
            replace(away(tongue, State.COMING), older=True)
        ),
        "away_form": lambda tongue: cards.away_form(
            AwayForm(tongue, TODAY, tab_url=to("away:"))
        ),
        "away_form.friday": lambda tongue: cards.away_form(
            AwayForm(
                tongue,
                date(2026, 11, 26),
                "past",
                ("x", "", "2026-11-01", ""),
                to("away:"),
                standing=(WHEN,),
            )
        ),
        "ask.away": lambda tongue: cards.asking(
            Asking(tongue, unclear, TODAY, to("away:"))
        ),
        "settings": lambda tongue: cards.settings(replace(settings, language=tongue)),
        "settings.blocks": lambda tongue: cards.settings(
            replace(settings, language=tongue, by_blocks=True, off=(), limit=None)
        ),
    }
