"""The team's day, and handing over from it or from the appointment's own page."""

import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa

from booking.model import Appointment, Language, Slot
from booking.views.desk import Presence
from booking.wording import text
from graph_sync.graph import Unavailable
from teams_app.actions import desk_views
from teams_app.actions.handing import GRACE
from teams_app.store import absences, log, people
from teams_app.store.desks import Desk
from tests import make
from tests.support.small_world import SUPERVISOR, SmallWorld
from tests.web.conftest import Answer, Door

AINO, BO = make.a_professional().object_id, make.bo().object_id
DAY = make.at(24).date()
IN_DIALOG = {"Vuoro-Dialog": "1"}


async def ask(
    door: Door, method: str, path: str, who: str = SUPERVISOR, **more: Any
) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"} | more.pop("with_", {})
    answer = await door.ask(method, path, headers=headers, **more)
    return Answer(answer.status, unescape(answer.text), answer.headers)


async def see(door: Door, path: str, who: str = SUPERVISOR, **more: Any) -> Answer:
    return await ask(door, "GET", path, who, **more)


async def hand(
    door: Door, booked: Appointment, who: str = SUPERVISOR, **fields: object
) -> Answer:
    """Send the form as it stands once Bo is chosen, but for what is given."""
    with_ = fields.pop("with_", {})
    plain: dict[str, object] = {
        "version": booked.version,
        "to": make.BO,
        "at": "12:00",
        "tell": "yes",
        "day": DAY,
    }
    data = {name: str(value) for name, value in (plain | fields).items()}
    path = f"/teams/appointment/{booked.reference}/hand"
    return await ask(door, "POST", path, who, data=data, with_=with_)


def said_of(answer: Answer) -> str:
    """Give what is said to be done, without the seconds that are left."""
    said = re.search(r'class="message ok".*?<p>(.*?)<span', answer.text, re.DOTALL)
    assert said is not None, answer.text
    return said[1].strip()


async def standing(small: SmallWorld, hours: float = 26, **more: Any) -> Appointment:
    """Book at noon in Helsinki, unless another hour is told."""
    booked = small.book(hours, **more)
    await small.settle_down()
    return booked


def join_team(small: SmallWorld, number: int, **changes: Any) -> int:
    made = make.bo(
        id=number,
        object_id=f"{number:036}",
        mailbox=f"p{number}@vuoro.example",
        name=f"Person {number:02}",
    )
    saved = small.write(people.save_professional, make.replace(made, **changes))
    return saved.id


# The day.


async def test_a_supervisor_sees_everybody_and_no_client(door: Door):
    booked = await standing(door.small)
    door.small.write(absences.add, make.BO, make.span(29))
    door.small.graph.add(make.bo().mailbox, make.span(23), subject="Secret")
    door.small.pull(make.BO)
    await door.small.settle_down()

    for view in ("", "&view=list"):
        page = await see(door, f"/teams/team?day={DAY}{view}")
        assert page.status == 200
        for seen in ("Aino Aalto", "Bo Berg", booked.reference, "Guidance (en)"):
            assert seen in page.text, (view, seen)
        for hidden in ("Maija", "maija@client", "Secret"):
            assert hidden not in page.text, (view, hidden)
        assert text("en", "tab.show_as.busy") in page.text
    assert (
        page.text.count(text("en", "team.away")) == 0
    )  # Away for an hour, not the day.
    columns = (await see(door, f"/teams/team?day={DAY}")).text
    assert text("en", "team.away") in columns
    assert "45 min of 8 h" in columns
    lines = door.small.read(log.entries, f"appointments:{booked.id}", 9)
    assert {(each.who, each.what) for each in lines} == {
        (f"staff:{SUPERVISOR}", "view")
    }


async def test_an_absence_that_is_over_is_no_news_of_the_day(door: Door):
    small = door.small
    small.write(absences.add, make.BO, make.span(-0.5, minutes=1))
    without = (await see(door, "/teams/team")).text
    desk = Desk(small.aino.unit, "19:x", "t", {}, Language.EN)

    def presences() -> set[Presence]:
        told = (small.policy, small.now)
        found = small.read(desk_views.day_of, desk, small.now.date(), *told)
        return {each.presence for each in found.colleagues}

    assert text("en", "team.away") not in without
    assert presences() == {Presence.IN}
    small.write(absences.add, make.BO, make.span(-0.5, minutes=31))
    assert text("en", "team.away") in (await see(door, "/teams/team")).text
    assert presences() == {Presence.IN, Presence.PART}


async def test_only_for_who_supervises_and_only_her_units(door: Door):
    small = door.small
    booked = await standing(small)
    assert (await see(door, "/teams/team", AINO)).status == 403
    assert "/teams/team" not in (await see(door, "/teams/today", AINO)).text

    other = small.read(people.units)[1]
    small.write(people.set_supervisors, other.id, [AINO])
    assert 'hx-get="/teams/team"' in (await see(door, "/teams/today", AINO)).text
    for unit in ("", other.key, "itakatu", "x'\"<"):
        hers = await see(door, f"/teams/team?day={DAY}&unit={unit}", AINO)
        assert hers.status == 200
        assert booked.reference not in hers.text
        assert text("en", "team.none") in hers.text


async def test_of_several_units_one_can_be_chosen(door: Door):
    small = door.small
    booked = await standing(small)
    other = small.read(people.units)[1]
    small.write(people.set_supervisors, other.id, [SUPERVISOR])
    join_team(small, 7, unit=other.id)

    both = (await see(door, f"/teams/team?day={DAY}")).text
    one = (await see(door, f"/teams/team?day={DAY}&unit={other.key}")).text

    assert "Person 07" in both
    assert booked.reference in both
    assert "Person 07" in one
    assert booked.reference not in one


async def test_what_is_no_day_means_today(door: Door):
    for day in ("", "x", "2026-02-30", "9999-12-31", "0001-01-01"):
        page = await see(door, f"/teams/team?day={day}&view=x")

        assert page.status == 200
        assert f'data-day="{make.NOW.date()}"' in page.text, day


async def test_an_open_question_and_a_hold_are_marked(door: Door):
    small = door.small
    await standing(small)
    small.graph.add(make.a_professional().mailbox, make.span(26))
    small.pull()
    await small.settle_down()
    small.hold(28, slot=Slot(make.BO, make.at(28)))

    page = (await see(door, f"/teams/team?day={DAY}")).text

    assert text("en", "team.asked.overlapped") in page
    assert text("en", "tab.show_as.held") in page
    small.clock.advance(minutes=11)
    page = (await see(door, f"/teams/team?day={DAY}")).text
    assert text("en", "tab.show_as.held") not in page


async def test_as_many_queries_for_thirty_people_as_for_two(door: Door):
    small = door.small
    engine, counted = small.database._engines, []

    def count(*_: object) -> None:
        counted.append(1)

    async def asked(path: str) -> int:
        counted.clear()
        for each in (engine.reader, engine.writer):
            sa.event.listen(each, "before_cursor_execute", count)
        page = await see(door, path)
        for each in (engine.reader, engine.writer):
            sa.event.remove(each, "before_cursor_execute", count)
        assert page.status == 200
        return len(counted)

    booked = small.book(26)
    path = f"/teams/team?day={DAY}"
    form = f"/teams/appointment/{booked.reference}/hand?to={make.BO}"
    few = await asked(path), await asked(form)
    many = [join_team(small, number) for number in range(10, 38)]
    small.write(people.set_service_professionals, 1, [1, 2, *many])
    small.book(24, slot=Slot(make.BO, make.at(24)))

    assert (await asked(path), await asked(form)) == few


# The form.


async def test_who_fits_best_stands_chosen_with_the_reason(door: Door):
    small = door.small
    booked = await standing(small)
    cecilia = join_team(small, 3, name="Cecilia", languages=(Language.EN,))
    dan = join_team(small, 4, name="Dan")
    small.write(people.set_service_professionals, 1, [1, 2, cecilia])
    small.book(26, slot=Slot(make.BO, make.at(26)))
    path = f"/teams/appointment/{booked.reference}/hand"

    page = (await see(door, path)).text
    shown = [page.index(f">{name} –") for name in ("Bo Berg", "Cecilia", "Dan")]
    assert shown == sorted(shown)  # busy is less than a language less than a skill
    # Where the best of them may not have it, nobody stands chosen.
    assert text("en", "team.best.none") in page
    assert text("en", "team.barred") not in page
    assert f'<option value="" selected>{text("en", "team.hand.choose")}' in page

    later = (await see(door, f"{path}?at=15:00")).text
    assert text("en", "team.best", name="Bo Berg") in later
    chosen = (await see(door, f"{path}?at=15:00&to={dan}")).text
    assert text("en", "handovers.doubt.service", taker="Dan") in chosen
    assert text("en", "team.anyway") in chosen
    assert f'value="{dan}" selected' in chosen


async def test_who_fits_but_for_what_may_be_overruled_stands_chosen(door: Door):
    small = door.small
    booked = await standing(small)
    cecilia = join_team(small, 3, name="Cecilia", languages=(Language.EN,))
    small.write(people.set_service_professionals, 1, [1, cecilia])

    page = (await see(door, f"/teams/appointment/{booked.reference}/hand")).text

    assert text("en", "team.best.closest", name="Cecilia") in page
    assert text("en", "team.anyway") in page


async def test_the_page_names_the_client_and_offers_hours_that_somebody_has(
    door: Door,
):
    booked = await standing(door.small)
    path = f"/teams/appointment/{booked.reference}/hand"

    page = (await see(door, path, AINO)).text
    dialog = (await see(door, path, with_=IN_DIALOG)).text

    assert text("en", "team.hand.title.of", client="Maija Meri") in page
    assert "Maija" not in dialog
    starts = re.findall(r'<option value="(\d\d:\d\d)"', page)
    assert (starts[0], starts[-1]) == ("08:00", "15:15")
    asked = re.findall(
        r'value="(\d\d:\d\d)"', (await see(door, f"{path}?at=18:00")).text
    )
    assert "18:00" in asked


async def test_a_form_asked_for_in_vain_shows_what_stands(door: Door):
    booked = await standing(door.small)
    path = f"/teams/appointment/{booked.reference}/hand"

    for asked in ("to=x", "to=99", "to=-1&at=25:00", "at=12:00:30", "at=Ⅻ&to=%00"):
        page = await see(door, f"{path}?{asked}")

        assert page.status == 200
        assert f'value="{make.BO}" selected' in page.text, asked
        assert 'value="12:00" selected' in page.text, asked


async def test_it_is_reached_from_the_appointment_and_by_nobody_else(door: Door):
    booked = await standing(door.small)
    path = f"/teams/appointment/{booked.reference}"

    for who in (SUPERVISOR, AINO):
        assert f'hx-get="{path}/hand"' in (await see(door, path, who)).text
        assert (await see(door, f"{path}/hand", who)).status == 200
    for who, at in ((BO, path), (AINO, "/teams/appointment/ZZZZZZ")):
        assert (await see(door, f"{at}/hand", who)).status == 403
    assert (await hand(door, booked, BO)).status == 403
    assert (await door.post(f"{path}/hand")).status == 401


# Doing it.


async def test_from_the_dialog_the_day_comes_back_with_undo(door: Door):
    small = door.small
    booked = await standing(small)

    done = await hand(door, booked, at="14:00", with_=IN_DIALOG)

    assert done.status == 200
    assert done.headers["HX-Retarget"] == "#content"
    assert f'data-day="{DAY}"' in done.text
    n = int(GRACE.total_seconds())
    assert text("en", "team.told.soon", n=n) in done.text
    after = small.appointment(booked.id)
    assert (after.professional, after.span.start) == (make.BO, make.at(28))
    undo = f"/teams/appointment/{booked.reference}/undo"
    assert f'hx-post="{undo}"' in done.text
    form = {"version": f"{after.version}", "day": f"{DAY}"}
    back = await ask(door, "POST", undo, data=form)
    assert text("en", "team.told.unheard") in back.text
    assert small.appointment(booked.id).span == booked.span


async def test_from_the_list_the_list_comes_back(door: Door):
    booked = await standing(door.small)

    done = await hand(door, booked, look="list", with_=IN_DIALOG)

    assert 'data-look="list"' in done.text
    assert 'class="of-person"' in done.text
    assert 'name="look" value="list"' in done.text


async def test_who_hands_hers_away_sees_no_more_than_that_and_may_undo(door: Door):
    small = door.small
    booked = await standing(small)
    path = f"/teams/appointment/{booked.reference}"

    done = await hand(door, booked, AINO)

    assert done.status == 200
    assert "Bo Berg" in done.text
    assert "Maija" not in done.text
    assert f'"{path}"' not in done.text
    assert (await see(door, path, AINO)).status == 403
    version = {"version": f"{small.appointment(booked.id).version}"}
    back = await ask(door, "POST", f"{path}/undo", AINO, data=version)
    assert back.status == 200
    assert f'"{path}"' in back.text
    assert small.appointment(booked.id).professional == make.AINO


async def test_the_second_press_shows_what_the_first_has_done_and_undo(door: Door):
    small = door.small
    booked = await standing(small)
    undo = f'action="/teams/appointment/{booked.reference}/undo"'

    first = await hand(door, booked, AINO)
    again = await hand(door, booked, AINO)
    other = await hand(door, booked, AINO, at="13:00")

    after = small.appointment(booked.id)
    assert (first.status, again.status, other.status) == (200, 200, 403)
    assert said_of(again) == said_of(first)
    assert undo in again.text
    assert (after.professional, after.version) == (make.BO, booked.version + 1)


async def test_a_supervisors_second_press_names_whom_and_when_too(door: Door):
    booked = await standing(door.small)

    first = await hand(door, booked, at="13:00")
    again = await hand(door, booked, at="13:00")

    assert "Bo Berg" in said_of(first)
    assert said_of(again) == said_of(first)


async def test_what_was_taken_back_is_not_shown_as_done(door: Door):
    small = door.small
    booked = await standing(small)
    await hand(door, booked, AINO)
    path = f"/teams/appointment/{booked.reference}"
    version = {"version": f"{small.appointment(booked.id).version}"}
    await ask(door, "POST", f"{path}/undo", AINO, data=version)

    again = await hand(door, booked, AINO)

    assert again.status == 409
    assert small.appointment(booked.id).professional == make.AINO


async def test_it_is_warned_of_first_and_done_once_it_is_agreed(door: Door):
    small = door.small
    booked = await standing(small)
    dan = join_team(small, 4, name="Dan")
    small.pull(dan)
    await small.settle_down()
    about = f"@{int(booked.span.start.timestamp())}:service"

    for agreed in ("", f"{make.BO}{about}", f"{dan}@1:service", "x" * 5000):
        asked = await hand(door, booked, to=dan, agreed=agreed)
        assert asked.status == 409, agreed
        assert text("en", "team.wrong.doubtful") in asked.text
        assert text("en", "handovers.doubt.service", taker="Dan") in asked.text
    assert f'name="agreed" value="{dan}{about}"' in asked.text
    assert (await hand(door, booked, to=dan, agreed=f"{dan}{about}")).status == 200
    assert small.appointment(booked.id).professional == dan


_WRONG = (
    ({"version": "x"}, 409, "outdated"),
    ({"version": "1" * 30}, 409, "outdated"),
    ({"to": ""}, 422, "no_choice"),
    ({"to": "٣"}, 422, "no_choice"),
    ({"at": "noon"}, 422, "no_choice"),
    ({"at": "14:00+02:00"}, 422, "no_choice"),
    ({"to": "99"}, 403, "not_yours"),
    ({"to": "1"}, 422, "same"),
    ({"at": "12:02"}, 422, "beside"),
)


async def test_what_is_sent_wrong_is_said_and_nothing_moves(door: Door):
    booked = await standing(door.small)

    for number, (fields, status, why) in enumerate(_WRONG):
        with_ = IN_DIALOG if number % 2 else {}
        answer = await hand(door, booked, with_=with_, **fields)
        assert answer.status == status, fields
        assert text("en", f"team.wrong.{why}") in answer.text, fields
        assert ("<nav" in answer.text) == (not with_)
    assert door.small.appointment(booked.id) == booked


async def test_cancelled_meanwhile_the_form_says_so(door: Door):
    booked = await standing(door.small)
    path = f"/teams/appointment/{booked.reference}"
    form = {"version": f"{booked.version}"}
    await ask(door, "POST", f"{path}/cancel", data=form)

    answer = await hand(door, booked, with_=IN_DIALOG)

    assert answer.status == 409
    assert text("en", "team.hand.closed") in answer.text


async def test_while_outlook_is_away_it_is_said_and_nothing_moves(door: Door):
    booked = await standing(door.small)
    door.small.gate.arm(1, error=Unavailable("later"))

    answer = await hand(door, booked, with_=IN_DIALOG)

    assert answer.status == 503
    assert answer.headers["Retry-After"]
    assert text("en", "team.wrong.unread") in answer.text


async def test_undo_is_refused_to_others_late_and_when_the_time_has_gone(door: Door):
    small = door.small
    booked = await standing(small)
    await hand(door, booked)
    version = small.appointment(booked.id).version
    undo = f"/teams/appointment/{booked.reference}/undo"

    async def tried(who: str = SUPERVISOR, **fields: object) -> Answer:
        plain: dict[str, object] = {"version": version, "day": DAY}
        data = {name: str(value) for name, value in (plain | fields).items()}
        return await ask(door, "POST", undo, who, data=data)

    for fields in ({"version": 1}, {"version": "x"}, {"version": "9" * 40}):
        assert (await tried(**fields)).status == 403
    assert (await tried(AINO)).status == 403  # Another has made it, and has it.
    small.book(26)
    gone = await tried()
    assert gone.status == 409
    assert text("en", "team.wrong.taken") in gone.text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "x"])
async def test_from_a_day_that_is_none_it_is_handed_over_all_the_same(
    door: Door, day: str
):
    booked = await standing(door.small)

    answer = await hand(door, booked, with_=IN_DIALOG, day=day)

    assert answer.status == 200
    assert f'data-day="{make.NOW.date()}"' in answer.text
    assert door.small.appointment(booked.id).professional == make.BO
