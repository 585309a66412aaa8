"""The side panel through HTTP: which meeting, whose, and what may be done there."""

import base64
import re
from html import unescape

import pytest

from booking.meetings import thread_of
from booking.model import Appointment
from booking.wording import text
from teams_app.store import log, people
from tests import make
from tests.support.small_world import SUPERVISOR, dump
from tests.web.client import only, slot
from tests.web.conftest import BOTH_ENGINES, EXTRA, Answer, Door
from tests.web.test_record import AINO, BO, STRANGER, heads, written
from tests.web.test_tab import QUESTION

HERE = "/teams/panel/meeting"


def thread(door: Door, booked: Appointment) -> str:
    found = thread_of(door.small.link(booked).join_url)
    assert found is not None
    return found


async def opened(
    door: Door, said: str, who: str = AINO, path: str = HERE, language: str = "en"
) -> Answer:
    beside = {"Vuoro-Meeting": said}
    return await door.get(path, headers=heads(door, who, language) | beside)


async def standing(door: Door, hours: float = 24, **more) -> Appointment:
    booked = door.small.book(hours, **more)
    await door.small.settle_down()
    return booked


@BOTH_ENGINES
async def test_beside_her_meeting_stands_what_she_needs_in_it(door: Door):
    booked = await standing(door)
    other = await standing(door, 48)
    await written(door, booked)

    answer = await opened(door, thread(door, booked))

    shown = answer.text
    assert answer.status == 200
    for part in ("Maija Meri", "Calls on Monday", other.reference):
        assert part in shown
    assert f"/teams/book?after={booked.reference}" in shown
    assert text("en", "tab.view.week") not in shown
    (last, *_) = door.small.read(log.entries, f"appointment:{booked.id}", 1)
    assert (last.who, last.what, last.source) == (f"staff:{AINO}", "view", "panel")


async def test_answers_stand_first_then_notes(door: Door):
    small = door.small
    service = make.replace(small.service, questions=(QUESTION,))
    small.write(people.save_service, service)
    booked = await standing(door)
    await written(door, booked)

    shown = (await opened(door, thread(door, booked))).text

    places = [shown.index(f'id="{each}"') for each in ("intake", "notes", "others")]
    assert places == sorted(places)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_another_meeting_and_somebody_elses_look_the_same_and_say_nothing(
    door: Door, language: str
):
    booked = await standing(door)
    said = thread(door, booked)
    unknown = "19:meeting_unknown@thread.v2"
    before = door.small.read(dump)

    found = [
        await opened(door, each, who, language=language)
        for each, who in ((unknown, AINO), ("none", AINO), ("", AINO), (said, BO))
    ]

    assert {each.status for each in found} == {404}
    plain = {re.sub(r'data-stand="[^"]*"', "", each.text) for each in found[:2]}
    assert len(plain) == 1
    for each in found:
        assert text(language, "panel.elsewhere.title") in unescape(each.text)
        assert "Maija" not in each.text
        assert booked.reference not in each.text
    assert door.small.read(dump) == before


@pytest.mark.parametrize(
    "said",
    [
        "%00",
        "%F0%9F%98%80",
        "19:meeting_%27@thread.v2",
        "A" * 3000,
        base64.b64encode(b"0#19:meeting_x#0").decode(),
        "19%253ameeting_E1%2540thread.v2",
    ],
)
async def test_what_is_no_meeting_is_404(door: Door, said: str):
    await standing(door)

    assert (await opened(door, said)).status == 404


async def test_without_a_token_or_a_place_here_there_is_nothing(door: Door):
    booked = await standing(door)
    said = thread(door, booked)

    bare = await door.get(HERE, headers={"Vuoro-Meeting": said})
    stranger = await opened(door, said, STRANGER)

    assert (bare.status, stranger.status) == (401, 403)
    assert "Maija" not in bare.text + stranger.text


async def test_the_meetings_own_id_leads_there_too_and_a_supervisor_in(door: Door):
    booked = await standing(door)
    wrapped = base64.b64encode(f"0#{thread(door, booked)}#0".encode()).decode()

    answer = await opened(door, wrapped, SUPERVISOR)

    assert answer.status == 200
    assert "Aino Aalto" in answer.text
    assert "/teams/book?after=" not in answer.text


async def test_the_next_time_is_booked_on_the_spot(door: Door):
    booked = await standing(door)
    said = thread(door, booked)

    form = await opened(door, said, path=f"/teams/book?after={booked.reference}")

    for value in ("Maija Meri", "maija@client.example"):
        assert f'value="{value}"' in form.text
    assert re.search(r'name="language" value="fi"[^>]* checked', form.text)
    assert re.search(r'value="remote"[^>]* checked', form.text)
    assert HERE in form.text
    request = re.search(r'name="request" value="([^"]+)"', form.text)
    assert request is not None
    made = await door.ask(
        "POST",
        "/teams/book",
        data={
            "service": "guidance",
            "modality": "remote",
            "name": "Maija Meri",
            "language": "fi",
            "email": "maija@client.example",
            "slot": slot(48),
            "act": "book",
            "request": request.group(1),
        },
        headers=heads(door) | {"Vuoro-Meeting": said},
    )
    assert text("en", "tab.done.booked") in made.text
    after = await opened(door, said)
    assert text("en", "others.coming") in after.text


async def test_a_form_after_somebody_elses_appointment_is_an_empty_one(door: Door):
    booked = await standing(door)

    for reference in (booked.reference, "ZZZZZZ", "", "%00"):
        path = f"/teams/book?after={reference}"
        answer = await door.get(path, headers=heads(door, BO))
        assert answer.status == 200
        assert "Maija" not in answer.text
    assert only(door.small) == door.small.appointment(booked.id)


async def test_the_shell_and_what_adds_it_say_nothing_about_anybody(door: Door):
    await standing(door)

    for path in ("/teams/panel?locale=sv-se", "/teams/configure?locale=sv-se"):
        shell = await door.get(path)
        assert shell.status == 200
        assert "Maija" not in shell.text
        assert '<html lang="sv"' in shell.text
        assert shell.headers["Cache-Control"] == "no-store"
        policy = shell.headers["Content-Security-Policy"]
        assert "frame-ancestors https://*.cloud.microsoft https://teams" in policy
        assert EXTRA in policy


async def test_an_error_beside_a_meeting_leads_back_to_it(door: Door):
    answer = await opened(door, "none", path="/teams/nowhere")

    assert answer.status == 404
    assert HERE in answer.text


async def test_how_it_went_is_said_beside_the_meeting(door: Door):
    booked = await standing(door, 2)
    meeting = thread(door, booked)
    before = await opened(door, meeting)
    door.small.clock.advance(hours=3)
    asked = await opened(door, meeting)
    ways = f"/teams/appointment/{booked.reference}/outcome"

    done = await door.ask(
        "POST",
        ways,
        data={"outcome": "late", "version": str(booked.version)},
        headers=heads(door, AINO, "en") | {"Vuoro-Meeting": meeting},
    )

    assert ways not in before.text
    assert ways in asked.text
    assert done.status == 200
    assert text("en", "panel.whole") in done.text  # the panel still, not the page
    assert text("en", "outcomes.way.late") in done.text
    assert door.small.appointment(booked.id).status.value == "late"
