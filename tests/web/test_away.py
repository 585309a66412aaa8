"""Absences in the tab, through HTTP: looked at, recorded, changed, ended."""

import re

import pytest

from booking.model import Language, Modality
from booking.wording import plural, text
from teams_app.store import absences, log
from tests import make
from tests.bot.at_the_desk import ask, made
from tests.support.counting import counted
from tests.support.small_world import SUPERVISOR, SmallWorld
from tests.web.conftest import Answer, Door

AINO, BO = make.a_professional().object_id, make.bo().object_id
HERE = "/teams/away"
#: The small world's day is Monday 23 November 2026, ten o'clock.
WEEK = {"first": "2026-11-24", "starts": "", "last": "2026-11-27", "ends": ""}


async def see(door: Door, path: str = HERE, who: str = AINO) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    return await door.get(path, headers=headers)


async def press(door: Door, act: str, by: str = AINO, /, **fields: str) -> Answer:
    headers = door.staff(oid=by) | {"Accept-Language": "en"}
    return await door.ask("POST", HERE, data={"act": act, **fields}, headers=headers)


def hidden(answer: Answer) -> dict[str, str]:
    """Give what the form that says yes carries."""
    form = answer.text.partition('class="actions"')[2]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def standing(small: SmallWorld, who: int = make.AINO) -> list[tuple[str, str]]:
    return [
        (f"{each.span.start:%d %H:%M}", f"{each.span.end:%d %H:%M}")
        for each in small.read(absences.of, who)
    ]


def said(key: str, **values: object) -> str:
    return text(Language.EN, key, **values)


async def test_what_an_absence_means_is_shown_before_it_is_recorded(door: Door):
    small = door.small
    small.book(26)

    looked = await press(door, "look", **WEEK)

    assert looked.status == 200
    assert "Tue 24 Nov – Fri 27 Nov" in looked.text
    assert "1 appointment falls within the absence" in looked.text
    assert standing(small) == []

    done = await press(door, "yes", **hidden(looked))

    assert said("absence.done.recorded") in done.text
    assert standing(small) == [("23 22:00", "27 22:00")]
    (entry,) = small.read(log.entries, "absence:1", 9)
    assert (entry.who, entry.what, entry.source) == (f"staff:{AINO}", "away", "tab")


async def test_sent_twice_it_makes_one(door: Door):
    sent = hidden(await press(door, "look", **WEEK))
    await press(door, "yes", **sent)
    ended = {"absence": "1", "version": "1"}
    await press(door, "finish", **ended)

    await press(door, "yes", **sent)

    assert standing(door.small) == []


@pytest.mark.parametrize(
    ("wrong", "field", "problem"),
    [
        ({"last": "2026-11-23"}, "last", "backwards"),
        ({"first": "x"}, "first", "no_date"),
        ({"starts": "25:00"}, "first", "no_date"),
        ({"first": "2026-11-01", "last": "2026-11-20"}, "last", "past"),
        ({"last": "2028-01-01"}, "last", "too_long"),
        ({"first": "2028-11-24", "last": "2028-11-25"}, "first", "too_far"),
        ({"first": "9999-12-30", "last": "9999-12-31"}, "first", "too_far"),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    door: Door, wrong: dict[str, str], field: str, problem: str
):
    answer = await press(door, "look", **(WEEK | wrong))

    assert answer.status == 422
    assert said(f"error.field.away_{problem}") in answer.text
    assert f'href="#f-{field}"' in answer.text
    for value in (WEEK | wrong).values():
        assert f'value="{value}"' in answer.text


@pytest.mark.parametrize("act", ["yes", "change", "finish", "look", "", "x"])
async def test_an_empty_or_odd_press_records_nothing(door: Door, act: str):
    answer = await press(door, act, absence="x", version="-1", start="9" * 40, end="")

    assert answer.status in {200, 403, 422}
    assert standing(door.small) == []


async def test_an_absence_is_changed_and_then_withdrawn(door: Door):
    small = door.small
    await press(door, "yes", **hidden(await press(door, "look", **WEEK)))
    form = await see(door, f"{HERE}?change=1")
    assert 'value="2026-11-27"' in form.text

    shorter = WEEK | {"last": "2026-11-25", "ends": "12:00"}
    changed = await press(door, "change", absence="1", version="1", **shorter)

    assert said("absence.done.changed") in changed.text
    assert standing(small) == [("23 22:00", "25 10:00")]

    old = await press(door, "finish", absence="1", version="1")
    assert old.status == 409
    assert said("error.field.away_outdated") in old.text
    gone = await press(door, "finish", absence="1", version="2")
    assert said("absence.done.withdrawn") in gone.text
    assert standing(small) == []


async def test_a_supervisor_records_for_a_professional_who_gets_a_card(door: Door):
    small = door.small
    looked = await press(door, "look", SUPERVISOR, who=str(make.AINO), **WEEK)
    assert said("absence.page.asked", name=small.aino.name) in looked.text

    await press(door, "yes", SUPERVISOR, **hidden(looked))
    await small.settle_down()

    assert standing(small) == [("23 22:00", "27 22:00")]
    (card,) = small.chat.posted
    assert card.to.conversation_id.endswith(AINO)
    assert text("fi", "absence.by_other") in str(card.activity)


@pytest.mark.parametrize(("hours", "first"), [(26, "2026-11-24"), (74, "2026-11-26")])
async def test_what_she_leaves_is_a_press_away_for_who_supervises(
    door: Door, hours: int, first: str
):
    small = door.small
    small.book(hours)
    looked = await press(door, "look", SUPERVISOR, who=str(make.AINO), **WEEK)

    done = await press(door, "yes", SUPERVISOR, **hidden(looked))
    (href,) = re.findall(r'href="(/teams/team[^"]+)"', done.text)
    day = await see(door, href.replace("&amp;", "&"), SUPERVISOR)

    assert f"day={first}" in href
    assert small.appointment(1).reference in day.text
    assert "/teams/team?" not in (await see(door)).text


async def test_more_absences_cost_no_more_statements(door: Door):
    small = door.small
    await made(small)
    asked: list[int] = []
    for first, last in ((1, 3), (3, 5)):
        for number in range(first, last):
            begins = 24 * number
            small.book(begins + 1, modality=Modality.REMOTE)
            ask(small, small.book(begins + 2, modality=Modality.REMOTE))
            small.write(absences.add, make.AINO, make.span(begins, 240))
        with counted() as statements:
            page = await see(door, HERE, SUPERVISOR)
        assert page.text.count(plural("en", "absence.news.touched", 2)) == last - 1
        asked.append(len(statements))

    few, many = asked
    assert many <= few, asked


@pytest.mark.parametrize("act", ["look", "yes"])
async def test_a_colleagues_absence_is_nobodys_but_her_supervisors(
    door: Door, act: str
):
    fields = WEEK | {"who": str(make.BO), "request": "r", "start": "1", "end": "2"}

    answer = await press(door, act, **fields)

    assert answer.status == 403
    assert standing(door.small, make.BO) == []


@pytest.mark.parametrize("act", ["change", "finish"])
async def test_a_colleagues_absence_cannot_be_touched(door: Door, act: str):
    await press(door, "yes", **hidden(await press(door, "look", **WEEK)))

    answer = await press(door, act, BO, absence="1", version="1", **WEEK)

    assert answer.status == 403
    assert len(standing(door.small)) == 1
    assert small_name(door) not in (await see(door, who=BO)).text


def small_name(door: Door) -> str:
    return door.small.aino.name


async def test_the_views_show_the_absence_as_a_band(door: Door):
    half = WEEK | {"first": "2026-11-23", "starts": "12:00", "last": "2026-11-24"}
    await press(door, "yes", **hidden(await press(door, "look", **half)))

    today = await see(door, "/teams/today")
    week = await see(door, "/teams/week")
    list_ = await see(door, "/teams/list?day=2026-11-24")

    assert said("absence.band.from", starts="12:00") in today.text
    assert said("absence.band.from", starts="12:00") in week.text
    assert week.text.count('class="whole away"') == 2
    assert 'class="band"' in list_.text
    assert 'class="band"' not in (await see(door, "/teams/today?day=2026-11-25")).text
