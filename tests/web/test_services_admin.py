"""Services set up in the tab: added, copied, changed, paused, retired; and previewed."""

from dataclasses import replace
from typing import Any

import pytest

from booking.appointments import Actor
from booking.links import LinkKind
from booking.model import BookedBy, Language, Modality, Question, QuestionKind, Words
from booking.wording import text
from teams_app import organisation
from teams_app.actions import booking, service_sheets, staffing
from teams_app.actions.service_sheets import NEW, Sheet, State
from teams_app.store import calendars, log, people, services
from tests import make
from tests.support.small_world import MAIJA, SmallWorld
from tests.web.client import FORM, choose, hidden, slot
from tests.web.conftest import BOTH_ENGINES, Answer, Door
from tests.web.test_staff_admin import the_file

HERE = "/teams/admin/services"
ONE = f"{HERE}/guidance"
AINO, BO = make.a_professional().object_id, make.bo().object_id
TOPIC = Question(
    "aihe", QuestionKind.SHORT, Words("Mistä puhutaan?", "", "What about?")
)


def admin(door: Door) -> dict[str, str]:
    return door.staff(roles=["Vuoro.Admin"]) | {"Accept-Language": "en"}


async def see(door: Door, path: str = HERE) -> Answer:
    return await door.get(path, headers=admin(door))


def sheet(small: SmallWorld, key: str = "guidance", copied: str = "") -> Sheet:
    found: Sheet = small.read(service_sheets.of, key, copied)
    return found


async def post(
    door: Door, which: str = "guidance", path: str = "", **changes: Any
) -> Answer:
    """Send the form of a service as it stands, but for some fields."""
    found = sheet(door.small, which, str(changes.get("copied", "")))
    fields = found.written | {"seen": [found.seen]}
    fields |= {
        name: given if isinstance(given, list) else [given]
        for name, given in changes.items()
    }
    sent = [(name, each) for name, given in fields.items() for each in given]
    at = f"{HERE}/{which}{path}"
    return await door.ask("POST", at, headers=admin(door), data=sent)


async def ask(door: Door, **fields: str) -> Answer:
    """Send the form of the questions."""
    sent = {"seen": sheet(door.small).seen, "act": "save"} | fields
    at = f"{ONE}/questions"
    return await door.ask("POST", at, headers=admin(door), data=sent)


def questions(small: SmallWorld, *asked: Question) -> None:
    service = replace(small.service, questions=asked)
    small.write(services.save_service, service)


async def test_every_service_is_listed_with_what_it_lacks(door: Door):
    small = door.small
    plain = make.a_service(key="walk", name=Words("Kävely", "", ""), retired=True)
    small.write(services.save_service, replace(plain, open=False))

    page = await see(door)

    assert f"{ONE}" in page.text
    assert f"{HERE}/{NEW}?copy=guidance" in page.text
    assert text("en", "admin.lacks.sv") in page.text
    assert text("en", "admin.services.nobody") in page.text
    assert "1 retired service" in page.text


@BOTH_ENGINES
async def test_what_is_changed_is_so_at_once_and_is_in_the_log(door: Door):
    small = door.small

    page = await post(
        door,
        name_fi="Uraohjaus",
        summary_sv="",
        minutes="60",
        modalities=["phone", "remote"],
        usual="phone",
        before_phone="5",
        after_phone="10",
        languages=["fi"],
        lead="1",
        lead_unit="days",
        horizon="14",
        reminders="48 3",
        givers=[BO],
    )

    service = small.service
    assert text("en", "admin.services.done.saved", name=service.name.en) in page.text
    assert service.name.fi == "Uraohjaus"
    assert (service.minutes, service.lead_minutes, service.horizon_days) == (
        60,
        1440,
        14,
    )
    assert service.modalities == (Modality.PHONE, Modality.REMOTE)
    assert service.buffers == {Modality.PHONE: (5, 10)}
    assert service.languages == (Language.FI,)
    assert service.reminder_hours == (48, 3)
    assert small.read(services.givers, service.id) == {make.BO}
    (line,) = small.read(log.entries, f"service:{service.id}", 9)
    assert (line.what, line.who) == ("set_up", f"staff:{AINO}")
    assert service in small.world.services().values()
    shown = await door.get("/b?lang=fi")
    assert "Uraohjaus" in shown.text
    assert "60 minuuttia" in shown.text
    index = small.world.index()
    assert [id_ for id_ in index.professionals if index.given(id_)] == [make.BO]


async def test_who_gives_it_no_more_may_be_told_at_once_by_every_index(door: Door):
    """Each replica hears of it by the versions of those it concerns."""
    before = door.small.read(calendars.versions)

    await post(door, minutes="50", givers=[BO])

    after = door.small.read(calendars.versions)
    assert after[make.AINO] > before.get(make.AINO, 0)
    assert after[make.BO] > before.get(make.BO, 0)


async def test_a_service_is_added_and_can_be_booked_once_it_is_opened(door: Door):
    small = door.small
    written = sheet(small).written

    page = await post(door, NEW, **(written | {"name_fi": ["Työkyvyn tuki"]}))

    assert page.status == 200
    assert text("en", "admin.service.not_yet") in page.text
    added = sheet(small, "tyokyvyn-tuki")
    assert added.state is State.PAUSED
    assert added.givers == {AINO, BO}
    assert (await door.get("/b/tyokyvyn-tuki")).status == 404

    await post(door, "tyokyvyn-tuki", act="open")

    assert (await door.get("/b/tyokyvyn-tuki")).status == 200
    assert "Työkyvyn tuki" in (await door.get("/b?lang=fi")).text


async def test_a_copy_has_everything_of_the_other_and_is_its_own(door: Door):
    small = door.small
    questions(small, TOPIC, replace(TOPIC, key="old", asked=False))
    form = await see(door, f"{HERE}/{NEW}?copy=guidance")
    assert 'name="copied" value="guidance"' in form.text
    assert "Guidance (fi)" in form.text

    page = await post(door, NEW, copied="guidance", name_fi="Kopio")

    copy = sheet(small, "kopio")
    assert page.status == 200
    assert copy.service == replace(
        small.service,
        id=copy.service.id,
        key="kopio",
        name=replace(small.service.name, fi="Kopio"),
        questions=(TOPIC,),
        open=False,
    )
    assert copy.givers == {AINO, BO}


@pytest.mark.parametrize("key", ["x", "%00", "9" * 3000, "guidance%27--", "_old"])
async def test_what_is_no_service_is_not_there(door: Door, key: str):
    for path in ("", "/questions"):
        assert (await see(door, f"{HERE}/{key}{path}")).status in {403, 404}
    for path in ("", "/questions", "/preview"):
        at = f"{HERE}/{key}{path}"
        page = await door.ask("POST", at, headers=admin(door), data={})
        assert page.status in {403, 404}


async def test_a_new_one_has_no_questions_before_it_is_there(door: Door):
    assert (await see(door, f"{HERE}/{NEW}/questions")).status == 403


async def test_what_is_wrong_is_said_in_its_place_and_nothing_is_lost(door: Door):
    before = sheet(door.small)

    page = await post(
        door, minutes="7", reminders="often", name_en="Kept", givers=["stranger", BO]
    )

    assert page.status == 422
    for field in ("minutes", "reminders", "givers"):
        assert f'id="e-{field}"' in page.text
    assert 'value="Kept"' in page.text
    assert 'value="often"' in page.text
    assert sheet(door.small) == before


async def test_an_address_that_is_taken_is_refused(door: Door):
    written = sheet(door.small).written

    page = await post(door, NEW, **(written | {"key": ["guidance"]}))

    assert page.status == 422
    assert 'id="e-key"' in page.text


async def test_an_old_copy_of_a_form_changes_nothing(door: Door):
    old = sheet(door.small).seen
    await post(door, minutes="50")
    before = sheet(door.small)

    answers = [
        await post(door, minutes="55", seen=old),
        await post(door, act="retired", seen=old),
        await ask(door, seen=old, row="0", label_0_fi="Mitä?", kind_0="short"),
    ]

    assert [each.status for each in answers] == [409] * 3
    assert all(text("en", "admin.staff.outdated") in each.text for each in answers)
    assert sheet(door.small) == before


async def test_what_was_typed_of_a_new_one_is_kept_when_another_comes_first(
    door: Door,
):
    typed = sheet(door.small).written | {"name_fi": ["Toinen"]}
    old = sheet(door.small, NEW).seen
    await post(door, NEW, **(typed | {"name_fi": ["Ensin"]}))

    page = await post(door, NEW, **typed, seen=old)
    fresh = sheet(door.small, NEW).seen

    assert page.status == 409
    assert 'value="Toinen"' in page.text
    assert f'value="{fresh}"' in page.text
    assert (await post(door, NEW, **typed, seen=fresh)).status == 200
    assert [each.key for each in door.small.read(people.services)] == [
        "guidance",
        "ensin",
        "toinen",
    ]


# Pausing, retiring.


@pytest.mark.parametrize("state", ["paused", "retired"])
async def test_what_is_paused_or_retired_is_offered_no_more_and_keeps_appointments(
    door: Door, state: str
):
    small = door.small
    booked = small.book(24)
    await small.settle_down()

    page = await post(door, act=state)

    assert text("en", f"admin.services.state.{state}") in page.text
    assert (await door.get("/b/guidance")).status == 404
    assert "Guidance" not in (await door.get("/b")).text
    form = await door.get("/teams/book", headers=door.staff())
    assert "Guidance" not in form.text
    assert small.appointment(booked.id) == booked
    times = await door.get(door.path(booked, "/move?day=2026-11-24"))
    assert f"{slot(26)}" in times.text
    path = door.path(booked, f"/move/check?slot={slot(26)}")
    await door.ask("POST", path, data=hidden(await door.get(path)))
    assert small.appointment(booked.id).span == make.span(26)


async def test_who_has_cancelled_is_not_led_to_a_service_that_is_paused(door: Door):
    small = door.small
    booked = small.book(24)
    await post(door, act="paused")
    small.write(booking.cancel, booked.id, by=Actor.CLIENT, now=small.now)
    await small.settle_down()

    page = await door.get(door.path(booked))

    assert text("fi", "page.appointment.again") not in page.text
    assert text("fi", "messages.closed_new.more") in small.graph.mails[-1].text
    small.clock.advance(minutes=1)
    seen = f"/teams/appointment/{booked.reference}"
    assert text("fi", "messages.closed_new.more") in (await see(door, seen)).text
    await post(door, act="open")
    assert (
        text("fi", "messages.cancelled_by_client.more")
        not in (await see(door, seen)).text
    )


async def test_what_was_offered_may_still_be_chosen_while_it_is_paused(door: Door):
    offer = door.small.offer(24, 26)
    path = f"/o/{door.small.links.token(LinkKind.OFFER, offer.link, 0)}"
    await post(door, act="paused")

    page = await door.get(path)
    fields = {"form_token": page.token, "slot": slot(26)}
    held = await door.ask("POST", path, data=fields)

    assert held.status == 303


async def test_a_retired_service_is_given_by_nobody_new_and_can_be_taken_back(
    door: Door,
):
    small = door.small
    await post(door, act="retired")

    form = await see(door, f"/teams/admin/professionals/{AINO}")
    assert "Guidance" not in form.text
    hers = small.read(staffing.of, AINO)
    small.write(
        staffing.save, replace(hers, services=frozenset()), hers.seen, "x", small.now
    )
    assert small.read(services.givers, small.service.id) == {make.AINO, make.BO}

    await post(door, act="paused")
    assert sheet(small).state is State.PAUSED
    await post(door, act="open")
    assert sheet(small).state is State.OPEN
    whats = [each.what for each in small.read(log.entries, "service:1", 9)]
    assert sorted(whats) == ["service_open", "service_paused", "service_retired"]


async def test_an_appointment_keeps_length_pause_and_way_when_its_service_changes(
    door: Door,
):
    small = door.small
    booked = small.book(24)
    await small.settle_down()

    await post(door, minutes="120", modalities=["phone"], usual="phone", reminders="1")

    assert small.appointment(booked.id) == booked
    promised = [job.key for job in small.owed("remind") if job.open]
    times = await door.get(door.path(booked, "/move?day=2026-11-24"))
    assert slot(26) in times.text
    assert "45" in times.text
    assert all(key.endswith(("24h", "2h")) for key in promised)


# Questions.


async def test_questions_are_saved_in_order_with_keys_of_their_own(door: Door):
    page = await ask(
        door,
        row="1",
        label_1_fi="Mikä on tilanteesi?",
        kind_1="one_of",
        choices_1_fi="Töissä\nTyötön",
        choices_1_sv="På jobb\nArbetslös",
        required_1="yes",
    )

    assert page.status == 200
    assert text("en", "admin.questions.done") in page.text
    (found,) = door.small.service.questions
    assert found.key == "mika-on-tilanteesi"
    assert found.choices == (
        ("toissa", Words("Töissä", "På jobb", "")),
        ("tyoton", Words("Työtön", "Arbetslös", "")),
    )
    assert found.required


async def test_a_row_is_added_and_nothing_is_saved_yet(door: Door):
    page = await ask(door, act="add", row="0", label_0_fi="Kesken", kind_0="short")

    assert page.status == 200
    assert 'value="Kesken"' in page.text
    assert 'name="label_1_fi"' in page.text
    assert door.small.service.questions == ()


async def test_what_is_wrong_with_a_question_is_said_in_its_place(door: Door):
    page = await ask(
        door, row="0", label_0_fi="Valitse", kind_0="one_of", hint_0_fi="Ohje"
    )

    assert page.status == 422
    assert 'id="e-choices_0_fi"' in page.text
    assert 'value="Ohje"' in page.text
    assert door.small.service.questions == ()


async def test_an_answer_is_shown_beside_the_question_that_was_asked(door: Door):
    small = door.small
    questions(small, TOPIC)
    details = replace(MAIJA, answers={"aihe": "Työpaikasta"})
    booked = small.book(24, details=details)

    await ask(door, row="0", key_0="aihe", label_0_fi="Mitä toivot?", kind_0="short")

    page = await see(door, f"/teams/appointment/{booked.reference}")
    assert "What about?" in page.text
    assert "Työpaikasta" in page.text
    assert [each.asked for each in small.service.questions] == [True, False]


async def test_who_fills_in_the_form_while_questions_change_is_asked_the_new_ones(
    door: Door,
):
    small = door.small
    questions(small, TOPIC)
    path = await choose(door)
    form = await door.get(path)
    await ask(
        door,
        row="0",
        key_0="aihe",
        label_0_fi="Mitä toivot?",
        kind_0="short",
        required_0="yes",
    )

    sent = FORM | {"form_token": form.token, "q_aihe": "Työpaikasta"}
    page = await door.ask("POST", path, data=sent)

    assert page.status == 422
    assert "Mitä toivot?" in page.text
    assert FORM["name"] in page.text


# The file.


async def test_the_file_does_not_undo_what_was_changed_in_the_tab(door: Door):
    small = door.small
    await post(door, minutes="60", givers=[BO])
    before = sheet(small)
    file = the_file("F", "a@x.example", "b@x.example")

    done = small.write(organisation.put, file, small.now)

    assert small.service.name.fi in done.kept
    assert sheet(small) == before

    small.write(organisation.put, file, small.now, over=True)

    assert small.service.minutes == 45
    assert sheet(small).givers == {AINO, BO}


async def test_the_file_keeps_what_it_asks_no_longer_for_the_answers(door: Door):
    small = door.small
    questions(small, TOPIC)
    file = the_file("F", "a@x.example")

    small.write(organisation.put, file, small.now)
    once = small.service
    small.write(organisation.put, file, small.now)

    assert once.asking == ()
    assert once.questions == (replace(TOPIC, asked=False),)
    assert small.service == once


async def test_it_is_only_booked_by_invitation_where_that_is_said(door: Door):
    await post(door, booked_by="invited")

    assert door.small.service.booked_by is BookedBy.INVITED
    assert (await door.get("/b/guidance")).status == 404
    assert door.small.read(people.services)[0].open


async def test_skills_asked_for_are_set_and_who_lacks_them_is_named(door: Door):
    small = door.small

    await post(door, skills="Velkaneuvonta,  viittomakieli , velkaneuvonta")
    page = await see(door, ONE)

    assert small.service.skills == ("Velkaneuvonta", "viittomakieli")
    lacks = text(
        "en", "admin.service.givers.lacks", skills=", ".join(small.service.skills)
    )
    assert page.text.count(lacks) == 2
    assert text("en", "admin.service.nobody") in page.text
    assert text("en", "admin.services.nobody") in (await see(door)).text


async def test_too_long_a_skill_is_said_in_its_place(door: Door):
    page = await post(door, skills="x" * 61)

    assert page.status == 422
    label = text("en", "admin.service.skills")
    assert text("en", "error.field.not_skills", label=label, limit=60) in page.text
    assert "x" * 61 in page.text
    assert door.small.service.skills == ()
