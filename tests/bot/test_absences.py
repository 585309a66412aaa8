"""*Olen poissa* to the bot, through its door: asked, recorded, changed, ended."""

from typing import Any

import pytest

from booking.model import Language
from booking.wording import plural
from cards import verbs
from teams_app.actions import absences
from teams_app.actions.access import Claims, person
from teams_app.store import absences as rows
from teams_app.store import people
from tests import make
from tests.bot.talk import (
    BO,
    Talk,
    button,
    looks,
    pressable,
    said,
    speaks,
    texts,
    title,
    values,
)
from tests.support.small_world import SUPERVISOR, TENANT, SmallWorld, dump

FI, SV, EN = Language.FI, Language.SV, Language.EN
#: The small world's day is Monday 23 November 2026, ten o'clock.
UNTIL_FRIDAY = {
    FI: "olen kipeä pe asti",
    SV: "jag är sjuk till fredag",
    EN: "I'm off sick until Friday",
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The engines are told apart where absences are made."""
    return sqlite_url


@pytest.fixture
def aino(small: SmallWorld) -> Talk:
    return Talk(small)


def standing(small: SmallWorld) -> list[tuple[str, str]]:
    return [
        (f"{each.span.start:%d %H:%M}", f"{each.span.end:%d %H:%M}")
        for each in small.read(rows.of, make.AINO)
    ]


async def recorded(aino: Talk, sentence: str = "poissa pe asti") -> dict[str, Any]:
    card = await aino.ask(sentence)
    return await aino.card(verbs.AWAY_YES, button(card, verbs.AWAY_YES))


@pytest.mark.parametrize("language", Language)
async def test_it_is_shown_what_it_means_and_done_on_yes(
    aino: Talk, language: Language
):
    small = aino.small
    small.book(24)
    speaks(small, language)

    card = await aino.ask(UNTIL_FRIDAY[language])

    shown = texts(card)
    assert title(card) == said("absence.title.asked", language)
    assert said("absence.closed", language) in shown
    assert said("absence.told", language) in shown
    assert plural(language, "absence.touched", 1) in shown
    assert "Maija Meri" in shown
    assert standing(small) == []

    done = await aino.card(verbs.AWAY_YES, button(card, verbs.AWAY_YES))

    assert title(done) == said("absence.title.now", language)
    assert standing(small) == [("23 08:00", "27 22:00")]
    # She was shown an appointment of hers: twice, and both are in the log.
    assert len(looks(small)) == 3


async def test_why_is_stored_nowhere_and_shown_to_nobody(
    aino: Talk, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(0)
    for sentence in ("olen sairas", "jag är sjuk på tisdag", "I'm ill at 12"):
        await aino.ask(sentence)
    await recorded(aino, "olen kipeä pe asti, kova flunssa")
    await aino.small.settle_down()

    everything = f"{aino.small.read(dump)} {aino.posted} {caplog.text}".casefold()
    for word in ("sairas", "kipeä", "sjuk", " ill ", "flunssa"):
        assert word not in everything
    assert "poissa" in everything


@pytest.mark.parametrize("language", Language)
async def test_where_it_is_not_clear_when_the_usual_is_offered(
    aino: Talk, language: Language
):
    speaks(aino.small, language)
    card = await aino.ask(
        {FI: "olen sairas", SV: "jag är sjuk", EN: "I'm ill"}[language]
    )

    assert title(card) == said("absence.ask.title", language)
    offered = [one["data"]["away"] for one in pressable(card, verbs.SAY)]
    first = "2026-11-23/2026-11-"
    assert offered == [f"{first}23", f"{first}24", f"{first}27"]

    until = await aino.card(verbs.SAY, pressable(card, verbs.SAY)[1]["data"])
    assert title(until) == said("absence.title.asked", language)
    assert standing(aino.small) == []


@pytest.mark.parametrize("language", Language)
async def test_who_is_away_already_is_shown_it_before_she_is_asked(
    aino: Talk, language: Language
):
    speaks(aino.small, language)
    assert said("absence.page.standing", language) not in texts(await aino.ask("away"))
    await recorded(aino, "poissa 1.12.")

    card = await aino.ask("away")

    assert title(card) == said("absence.ask.title", language)
    assert said("absence.page.standing", language) in texts(card)
    shown = await aino.card(verbs.SAY, pressable(card, verbs.SAY)[0]["data"])
    assert title(shown) == said("absence.title.coming", language)


async def test_another_date_is_typed_and_what_is_wrong_is_said(aino: Talk):
    card = await aino.ask("olen poissa")
    other = button(card, verbs.AWAY_DATES)
    typed = {"first": "2026-12-04", "starts": "", "last": "2026-12-01", "ends": ""}

    wrong = await aino.card(verbs.AWAY_DATES, other | typed)

    assert said("error.field.away_backwards") in " ".join(texts(wrong))
    assert values(wrong)["first"] == "2026-12-04"
    typed |= {"first": "2026-12-01", "ends": "12:00"}
    right = await aino.card(verbs.AWAY_DATES, other | typed)
    assert "ti 1.12. klo 0.00–12.00" in texts(right)


@pytest.mark.parametrize("typed", ["", "x", "2026-13-01", "9999-12-31", "0001-01-01"])
async def test_what_is_no_date_is_asked_again(aino: Talk, typed: str):
    fields = {"first": typed, "starts": typed, "last": typed, "ends": ""}

    card = await aino.card(verbs.AWAY_DATES, fields)

    assert title(card) == said("absence.ask.title")
    assert standing(aino.small) == []


async def test_no_records_nothing_and_after_a_yes_it_shows_what_stands(aino: Talk):
    card = await aino.ask("poissa pe asti")
    no = button(card, verbs.AWAY_NO)

    assert title(await aino.card(verbs.AWAY_NO, no)) == said(
        "cards.notice.away_not.title"
    )
    await aino.card(verbs.AWAY_YES, button(card, verbs.AWAY_YES))
    late = await aino.card(verbs.AWAY_NO, no)

    assert title(late) == said("absence.title.now")
    assert len(standing(aino.small)) == 1


async def test_pressed_twice_and_in_an_old_copy_it_makes_one(aino: Talk):
    card = await aino.ask("poissa huomenna")
    yes = button(card, verbs.AWAY_YES)
    await aino.card(verbs.AWAY_YES, yes)
    done = await aino.card(verbs.AWAY_YES, yes, on="M7")
    await aino.card(verbs.AWAY_FINISH, button(done, verbs.AWAY_FINISH))

    again = await aino.card(verbs.AWAY_YES, yes, on="M8")

    assert title(again) == said("absence.title.withdrawn")
    assert standing(aino.small) == []


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"request": "r", "start": "x", "end": "y"},
        {"request": "r", "start": "5", "end": "9"},
        {"request": "r", "start": "1795471200", "end": "1795471200"},
        {"request": "r", "start": "1795471200", "end": "9" * 15},
        {"request": "r", "start": "1795471200", "end": "9" * 400},
        {"request": "r", "start": "1995471200", "end": "1995816800"},
        {"start": "1795471200", "end": "1795816800"},
    ],
)
async def test_a_forged_yes_records_nothing(aino: Talk, forged: dict[str, str]):
    card = await aino.card(verbs.AWAY_YES, forged)

    assert title(card) == said("absence.ask.title")
    assert standing(aino.small) == []


async def test_back_shows_the_absence_and_ends_it_at_a_press(aino: Talk):
    await recorded(aino)
    aino.small.clock.advance(hours=3)

    card = await aino.ask("olen takaisin")
    assert title(card) == said("absence.title.now")
    ended = await aino.card(verbs.AWAY_FINISH, button(card, verbs.AWAY_FINISH))

    assert title(ended) == said("absence.title.over")
    assert standing(aino.small) == [("23 08:00", "23 11:00")]
    assert title(await aino.ask("jag är tillbaka")) == said(
        "cards.notice.not_away.title"
    )


async def test_its_dates_are_changed_on_its_card_and_an_old_copy_changes_nothing(
    aino: Talk,
):
    card = await recorded(aino, "poissa 1.12.–4.12.")
    change = button(card, verbs.AWAY_DATES)
    assert values(card)["last"] == "2026-12-04"
    typed = {"first": "2026-12-01", "starts": "", "last": "2026-12-02", "ends": ""}

    await aino.card(verbs.AWAY_DATES, change | typed)
    old = await aino.card(verbs.AWAY_DATES, change | typed | {"last": "2026-12-03"})

    assert said("error.field.away_outdated") in " ".join(texts(old))
    assert standing(aino.small) == [("30 22:00", "02 22:00")]


async def test_a_colleagues_absence_is_gone_whatever_a_press_carries(aino: Talk):
    await recorded(aino)
    bo = Talk(aino.small, BO)
    data = {"absence": "1", "version": "1"}
    typed = {"first": "2026-12-01", "starts": "", "last": "2026-12-02", "ends": ""}

    for verb, fields in (
        (verbs.AWAY_FINISH, data),
        (verbs.AWAY_DATES, data | typed),
        (verbs.AWAY_DATES, data | typed | {"first": "x"}),
        (verbs.AWAY_FINISH, {"absence": "-1", "version": "x"}),
    ):
        assert title(await bo.card(verb, fields)) == said("cards.notice.gone.title", SV)
    assert len(standing(aino.small)) == 1


async def test_a_second_absence_over_the_first_is_said_to_join_it(aino: Talk):
    await recorded(aino)

    inside = await aino.ask("poissa huomenna")
    longer = await aino.ask("poissa 1.12. asti")

    assert title(inside) == said("absence.title.now")
    assert said("absence.joins") in texts(longer)


async def test_the_card_that_answers_follows_the_absence(aino: Talk):
    small = aino.small
    await recorded(aino, "poissa huomenna")
    (made,) = small.chat.posted
    small.clock.advance(seconds=5)
    await small.settle_down()

    assert [each.id for each in small.chat.posted if each.to == made.to] == [made.id]
    found = small.read(rows.find, 1)
    chief = small.read(person, Claims(TENANT, SUPERVISOR))
    by = absences.By(chief, small.now, "tab")
    small.write(absences.finish, by, found.id, found.version)
    await small.settle_down()

    mine = [one for one in small.chat.posted if one.to.conversation_id.endswith("01")]
    # That somebody else has done it is news to her, on a card of its own.
    assert [said("absence.by_other") in str(one.activity) for one in mine] == [
        False,
        True,
    ]
    for one in mine:
        assert said("absence.title.withdrawn") in str(one.activity)


@pytest.mark.parametrize(
    ("hours", "day"), [(None, "2026-11-23"), (2, "2026-11-23"), (50, "2026-11-25")]
)
async def test_her_supervisor_is_led_to_the_first_day_with_something_left(
    aino: Talk, hours: int | None, day: str
):
    small = aino.small
    if hours is not None:
        small.book(hours)

    await recorded(aino, "poissa pe asti")
    await small.settle_down()

    (news,) = [each for each in small.chat.posted if SUPERVISOR in str(each.to)]
    assert small.policy.view_url("team", day) in str(news.activity)


@pytest.mark.parametrize("language", Language)
async def test_asked_again_the_newer_card_speaks_and_the_older_says_so(
    aino: Talk, language: Language
):
    small = aino.small
    speaks(small, language)
    await recorded(aino, "poissa huomenna")
    small.clock.advance(minutes=1)
    await small.settle_down()

    await aino.ask("poissa huomenna")
    small.clock.advance(seconds=5)
    await small.settle_down()

    def cards() -> list[dict[str, Any]]:
        found = [each for each in small.chat.posted if "01" in each.to.conversation_id]
        return [each.activity["attachments"][0]["content"] for each in found]

    older, newer = (each for each in cards() if verbs.AWAY_YES not in str(each))
    assert title(older) == title(newer) == said("absence.title.coming", language)
    assert said("absence.newer", language) in texts(older)
    assert pressable(older, verbs.AWAY_FINISH) == []
    assert said("absence.newer", language) not in texts(newer)
    assert pressable(newer, verbs.AWAY_FINISH)
    found = small.read(rows.find, 1)
    await aino.press(verbs.AWAY_FINISH, {"absence": 1, "version": found.version})
    small.clock.advance(seconds=5)
    await small.settle_down()
    assert all(
        title(each) == said("absence.title.withdrawn", language) for each in cards()
    )


async def test_who_supervises_no_more_hears_no_more_of_an_absence(aino: Talk):
    small = aino.small
    await recorded(aino, "poissa huomenna")
    await small.settle_down()
    hers = [one for one in small.chat.posted if one.to.conversation_id.endswith("01")]
    (chiefs,) = [one for one in small.chat.posted if one not in hers]
    before = str(chiefs.activity)
    small.write(people.set_supervisors, make.a_unit().id, [BO])

    await aino.press(
        verbs.AWAY_DATES,
        {"absence": 1, "version": 1, "first": "2026-11-24", "last": "2026-11-27"},
    )
    await small.settle_down()

    assert str(chiefs.activity) == before
    assert small.read(rows.find, 1).version == 2


@pytest.mark.parametrize(
    ("language", "sentence"),
    [(FI, "asetukset"), (SV, "inställningar"), (EN, "settings")],
)
async def test_settings_answers_with_what_is_set_and_the_way_there(
    aino: Talk, language: Language, sentence: str
):
    speaks(aino.small, language)

    card = await aino.ask(sentence)

    assert title(card) == said("own.title", language)
    assert "settings%3A" in str(card)
    assert said("own.limit.none", language) in texts(card)
