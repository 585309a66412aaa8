"""The supervisor in the tab: what waits in her units, and what she changes there."""

from dataclasses import replace
from html import unescape

import pytest

from booking.appointments import Actor
from booking.model import Appointment, Language, Status
from booking.wording import plural, text
from graph_sync.graph import Member
from teams_app.actions import booking, leaving, obstacles, waiting
from teams_app.actions import conflicts as answers
from teams_app.store import absences, bindings, conflicts, log, people
from tests import make
from tests.booking.test_binding import BINDING
from tests.support.counting import counted
from tests.support.handing import copied, deleted
from tests.support.small_world import SUPERVISOR, SmallWorld
from tests.web.client import BOX, slot
from tests.web.conftest import Answer, Door

BO = make.bo().object_id


@pytest.fixture
def bo(door: Door) -> Door:
    """Let Bo, who meets clients herself, supervise the unit too."""
    door.small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, [BO]))
    return door


async def press(door: Door, path: str, who: str = BO, **fields: str) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    return await door.ask("POST", path, data=fields, headers=headers)


def changes(small: SmallWorld, subject: str) -> list[tuple[str, str]]:
    """Give who did what, the newest first, without the looks."""
    found = small.read(log.entries, subject, 100)
    return [(each.who, each.what) for each in found if each.what != "view"]


async def test_a_professional_is_told_what_her_supervisor_cancels(bo: Door):
    small, booked = bo.small, bo.small.book(24)
    await small.settle_down()
    before = len(small.owed("announce"))

    answer = await press(
        bo,
        f"/teams/appointment/{booked.reference}/cancel",
        version=str(booked.version),
        tell="yes",
    )

    assert answer.status == 200
    assert small.appointment(booked.id).status is Status.CANCELLED_BY_US
    (told,) = small.owed("announce")[before:]
    assert told.payload["professional"] == make.AINO
    assert changes(small, f"appointment:{booked.id}")[0] == (f"staff:{BO}", "cancel")


async def test_a_professional_is_told_what_her_supervisor_moves(bo: Door):
    small, booked = bo.small, bo.small.book(24)
    await small.settle_down()
    before = len(small.owed("announce"))

    answer = await press(
        bo,
        f"/teams/appointment/{booked.reference}/move",
        version=str(booked.version),
        slot=slot(26),
    )

    assert answer.status == 200
    (told,) = small.owed("announce")[before:]
    assert told.payload["professional"] == make.AINO
    assert changes(small, f"appointment:{booked.id}")[0] == (f"staff:{BO}", "move")


async def test_her_own_click_is_in_her_name_and_needs_no_card(door: Door):
    small, booked = door.small, door.small.book(24)
    await small.settle_down()
    before = len(small.owed("announce"))
    aino = small.aino.object_id

    await press(
        door,
        f"/teams/appointment/{booked.reference}/cancel",
        aino,
        version=str(booked.version),
    )

    assert small.owed("announce")[before:] == []
    assert changes(small, f"appointment:{booked.id}")[0] == (f"staff:{aino}", "cancel")


@pytest.mark.parametrize(("act", "what"), [("book", "book"), ("offer", "offer")])
async def test_what_is_made_in_the_tab_is_in_her_name(door: Door, act: str, what: str):
    aino = door.small.aino.object_id

    await press(
        door,
        "/teams/book",
        aino,
        service="guidance",
        modality="remote",
        name="Maija Meri",
        language="fi",
        email="maija@client.example",
        request="r1",
        act=act,
        slot=slot(24),
    )

    subject = "appointment:1" if act == "book" else "offer:1"
    assert changes(door.small, subject)[0] == (f"staff:{aino}", what)


# What waits in her units, for one who meets no clients herself.


async def see(door: Door, path: str, who: str = SUPERVISOR) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    return await door.get(path, headers=headers)


async def a_collision(small: SmallWorld, hours: float = 24) -> Appointment:
    booked = small.book(hours)
    await small.settle_down()
    small.graph.add(BOX, make.span(hours))
    small.pull()
    await small.settle_down()
    return booked


async def test_a_supervisor_sees_first_what_waits_in_her_units(door: Door):
    booked = await a_collision(door.small)
    elsewhere = await door.get("/teams/week", headers=door.staff(oid=SUPERVISOR))

    answer = await see(door, "/teams/today")

    assert answer.status == elsewhere.status == 200
    unit = make.a_unit().name.in_(Language.EN)
    assert plural("en", "waiting.supervisor", 1, units=unit) in answer.text
    assert text("en", "waiting.kind.overlapped") in answer.text
    assert booked.reference in answer.text
    assert door.small.aino.name in answer.text
    assert "Maija Meri" not in answer.text
    assert f'hx-get="/teams/appointment/{booked.reference}"' in answer.text
    for view in ("today", "week", "list", "book"):
        assert f'hx-get="/teams/{view}"' not in answer.text


async def test_what_a_supervisor_saw_waiting_is_in_the_log(door: Door):
    booked = await a_collision(door.small)

    await see(door, "/teams/waiting")

    (line,) = door.small.read(log.entries, f"appointments:{booked.id}", 9)
    assert (line.who, line.what, line.source) == (f"staff:{SUPERVISOR}", "view", "tab")


async def test_an_absence_with_appointments_and_an_obstacle_wait_for_her(door: Door):
    small = door.small
    booked = reported(door, 24)
    small.write(absences.add, make.AINO, make.span(23, 240))
    small.write(absences.add, make.BO, make.span(23, 240))

    page = await see(door, "/teams/waiting")

    assert text("en", "waiting.none") not in page.text
    assert text("en", "waiting.obstacles.title") in page.text
    when = text("en", "binding.staff.reported", when="Mon 23 Nov at 10:00")
    assert when in page.text.replace("\u00a0", " ")
    assert f'href="/teams/appointment/{booked.reference}"' in page.text
    assert text("en", "waiting.absent.title") in page.text
    assert page.text.count(plural("en", "absence.news.touched", 1)) == 1
    assert 'href="/teams/team?day=2026-11-24&amp;unit=' in page.text
    (line,) = small.read(log.entries, f"appointments:{booked.id}", 9)
    assert (line.who, line.what) == (f"staff:{SUPERVISOR}", "view")

    small.move(booked, 97, Actor.PROFESSIONAL)
    later = await see(door, "/teams/waiting")
    assert text("en", "waiting.obstacles.title") not in later.text
    assert text("en", "waiting.absent.title") not in later.text
    assert text("en", "waiting.none") in later.text


def reported(door: Door, hours: float) -> Appointment:
    """Book a binding appointment whose client cannot come."""
    made = replace(door.small.service, binding=BINDING)
    door.small.write(people.save_service, made)
    booked = door.small.book(hours, by=Actor.PROFESSIONAL)
    assert door.small.write(obstacles.report, booked.id, "", door.small.now)
    return booked


async def test_an_obstacle_that_is_answered_waits_no_more(door: Door):
    booked = reported(door, 24)
    at = door.small.read(bindings.find, booked.id).obstacle
    path = f"/teams/appointment/{booked.reference}/keep"
    fields = {"reported": f"{int(at.timestamp())}"}

    done = await press(door, path, SUPERVISOR, **fields)
    again = await press(door, path, SUPERVISOR, **fields)
    old = await press(door, path, SUPERVISOR, reported="1")
    page = await see(door, "/teams/waiting")

    assert [each.status for each in (done, again, old)] == [200, 200, 409]
    assert text("en", "tab.done.kept") in done.text
    assert text("en", "binding.staff.keep") not in done.text
    assert text("en", "history.what.obstacle_answered") in done.text
    assert text("en", "waiting.none") in page.text


async def test_of_another_unit_no_obstacle_and_no_absence_is_shown(door: Door):
    small, booked = door.small, reported(door, 24)
    small.write(absences.add, make.AINO, make.span(23, 240))
    other = next(each for each in small.read(people.units) if each.key == "muualla")
    small.write(lambda tx: people.set_supervisors(tx, other.id, [SUPERVISOR]))
    small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, []))

    page = await see(door, "/teams/waiting")

    assert text("en", "waiting.none") in page.text
    assert booked.reference not in page.text


async def test_more_that_waits_costs_no_more_statements(door: Door):
    """All is read in one writing transaction, and SQLite has one writer."""
    asked: list[int] = []
    for first, last in ((0, 2), (2, 6)):
        for number in range(first, last):
            reported(door, 48 + number)
            starts = 48 + number - 0.2
            door.small.write(absences.add, make.AINO, make.span(starts, 20))
            booked = await a_collision(door.small, 24 + number)
        with counted() as statements:
            page = await see(door, "/teams/waiting")
        assert booked.reference in page.text
        asked.append(len(statements))

    few, many = asked
    assert many <= few + 1, asked


async def test_a_supervisor_opens_moves_and_cancels_from_there(door: Door):
    booked = await a_collision(door.small)
    path = f"/teams/appointment/{booked.reference}"

    page = await see(door, path)
    assert page.status == 200
    assert door.small.aino.name in page.text
    what = text("en", "waiting.kind.overlapped")
    assert what not in page.text, "it is asked of her here, in the card's words"
    assert text("en", "questions.propose_lead") in unescape(page.text)
    assert text("en", "cards.conflict.propose_lead") not in unescape(page.text)
    assert (await see(door, f"{path}/move")).status == 200
    version = str(booked.version)
    done = await press(door, f"{path}/cancel", SUPERVISOR, version=version)
    assert done.status == 200
    assert door.small.appointment(booked.id).status is Status.CANCELLED_BY_US


async def test_from_anothers_appointment_a_supervisor_goes_back_to_its_day(door: Door):
    booked = door.small.book(24)
    path = f"/teams/appointment/{booked.reference}"

    page = await door.get(path, headers=door.staff(oid=SUPERVISOR))
    own = await door.get(path, headers=door.staff())

    assert 'href="/teams/team?day=2026-11-24&amp;unit=' in page.text
    assert "/teams/team?" not in own.text


async def test_nothing_waits_once_it_is_answered_or_in_another_unit(door: Door):
    small = door.small
    await a_collision(small)
    other = next(each for each in small.read(people.units) if each.key == "muualla")
    small.write(lambda tx: people.set_supervisors(tx, other.id, [SUPERVISOR]))
    small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, []))
    assert text("en", "waiting.none") in (await see(door, "/teams/waiting")).text

    small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, [SUPERVISOR]))
    assert text("en", "waiting.none") not in (await see(door, "/teams/waiting")).text
    (asked,) = small.read(conflicts.open_for, make.AINO)
    small.write(answers.keep, asked, small.now)
    assert text("en", "waiting.none") in (await see(door, "/teams/waiting")).text


async def test_a_professional_who_supervises_nobody_has_no_such_page(door: Door):
    aino = door.small.aino.object_id

    assert (await see(door, "/teams/waiting", aino)).status == 403
    assert "/teams/waiting" not in (await see(door, "/teams/today", aino)).text
    small = door.small
    small.write(lambda tx: people.set_supervisors(tx, make.a_unit().id, [aino]))
    assert "/teams/waiting" in (await see(door, "/teams/today", aino)).text


# The same on a professional's own appointment.


async def test_an_open_question_stands_on_her_appointment_until_it_is_answered(
    door: Door,
):
    small = door.small
    booked = await a_collision(small)
    aino, day = small.aino.object_id, make.at(24).date().isoformat()
    views = [
        *(f"/teams/{view}?day={day}" for view in ("today", "week", "list")),
        f"/teams/appointment/{booked.reference}",
    ]
    what = text("en", "waiting.kind.overlapped")
    sign = text("en", "waiting.yours", what=what)

    (asked,) = small.read(conflicts.open_for, make.AINO)
    for view in views[:-1]:
        shown = (await see(door, view, aino)).text
        assert sign in shown, view
        # In the week's narrow columns the whole event leads to its own page, and there on.
        leads = f'href="/teams/question/{asked.id}"' in shown
        assert leads != view.startswith("/teams/week"), view
    question = text("en", "cards.conflict.overlapped")
    assert question in (await see(door, views[-1], aino)).text

    small.write(answers.keep, asked, small.now)
    for view in views:
        shown = (await see(door, view, aino)).text
        assert sign not in shown, view
        assert question not in shown, view


async def test_what_was_moved_in_outlook_is_said_once(door: Door):
    small = door.small
    booked = small.book(24)
    await small.settle_down()
    (event,) = small.graph.ours(BOX)
    small.graph.change(BOX, event.id, when=make.span(26))
    small.pull()
    await small.settle_down()

    path = f"/teams/appointment/{booked.reference}"
    shown = (await see(door, path, small.aino.object_id)).text

    assert unescape(shown).count(f">{text('en', 'cards.conflict.moved')}<") == 1
    assert text("en", "cards.problem.asked") not in shown


@pytest.mark.parametrize("removed", [False, True])
async def test_where_an_appointment_stands_now_is_said_in_the_list_and_on_its_page(
    door: Door, *, removed: bool
):
    small = door.small
    booked = small.book(24)
    await small.settle_down()
    await copied(small, booked)
    if removed:
        await deleted(small, booked)
    bo = make.bo().name
    copied_, handed = (
        text("en", f"waiting.kind.{each}", colleague=bo).replace("'", "&#39;")
        for each in ("copied", "handed")
    )
    true, false = (handed, copied_) if removed else (copied_, handed)

    page = f"/teams/appointment/{booked.reference}"
    shown = (await see(door, "/teams/waiting", SUPERVISOR)).text
    assert true in shown
    assert false not in shown
    said = (await see(door, page, SUPERVISOR)).text
    for how, is_so in (("moved", removed), ("copied", not removed)):
        who = {"giver": small.aino.name, "taker": bo, "n": 0}
        words = text("en", f"handovers.what.{how}", **who)
        assert (words in unescape(said)) == is_so
    week = f"/teams/week?day={make.at(24).date()}"
    hers = (await see(door, week, small.aino.object_id)).text
    assert text("en", "waiting.theirs", what=true) in hers


async def test_what_is_over_is_waited_for_no_more(door: Door):
    booked = await a_collision(door.small)
    door.small.clock.set(booked.span.end)
    what = text("en", "waiting.kind.overlapped")

    assert text("en", "waiting.none") in (await see(door, "/teams/waiting")).text
    path = f"/teams/appointment/{booked.reference}"
    assert what not in (await see(door, path)).text


async def test_what_is_over_hides_nothing_that_waits(
    door: Door, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(waiting, "LISTED_MAX", 1)
    first = await a_collision(door.small)
    await a_collision(door.small, 26)
    later = await a_collision(door.small, 28)
    door.small.clock.set(make.span(26).end)

    shown = (await see(door, "/teams/waiting")).text

    assert later.reference in shown
    assert first.reference not in shown


async def test_who_is_not_in_vuoro_is_led_to_her_own_people(door: Door):
    for path in ("/teams/tab", "/teams/today"):
        page = await see(door, path, "stranger")

        assert text("en", "tab.not_allowed.whom") in unescape(page.text), path
        assert door.small.policy.contact_email not in page.text, path


# Whether there is anything new.


async def test_the_stand_changes_with_what_is_shown_and_is_no_look(door: Door):
    small, aino = door.small, door.small.aino.object_id
    booked = small.book(24)

    async def stand(who: str) -> str:
        answer = await see(door, "/teams/stand", who)
        assert answer.status == 200
        return answer.text

    known = {who: await stand(who) for who in (aino, SUPERVISOR)}
    looks = len(small.read(log.entries, None, 100))
    assert await stand(aino) == known[aino]
    assert len(small.read(log.entries, None, 100)) == looks
    page = await see(door, f"/teams/today?day={make.at(24).date()}", aino)
    assert f'data-stand="{known[aino]}"' in page.text

    for step in ("written and told", "cancelled", "a quarter later"):
        if step == "cancelled":
            small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
        elif step == "a quarter later":
            small.clock.advance(minutes=15)
        else:
            await small.settle_down()
        for who, before in known.items():
            assert await stand(who) != before, (step, who)
            known[who] = await stand(who)
    assert (await see(door, "/teams/stand", "stranger")).status == 403
    assert (await door.get("/teams/stand")).status == 401


async def test_a_supervisor_sees_what_is_left_of_who_has_left(door: Door):
    small, booked = door.small, door.small.book(24)
    group, aino = "group", small.aino.object_id
    for members in ([Member(aino, "Aino", enabled=True)], []):
        small.write(leaving.learn, group, members, small.now)
        small.write(leaving.conclude, small.policy, small.now)

    page = await see(door, "/teams/waiting")
    hers = await see(door, "/teams/today", aino)

    assert text("en", "waiting.left.title") in page.text
    assert f"/teams/appointment/{booked.reference}" in page.text
    assert "Maija" not in page.text
    assert hers.status == 403
    moved = await press(
        door,
        f"/teams/appointment/{booked.reference}/cancel",
        SUPERVISOR,
        version=str(booked.version),
    )
    assert moved.status == 200
    later = await see(door, "/teams/waiting")
    assert text("en", "waiting.left.title") not in later.text
