"""*Why not then?* in the booking form: her own calendar, and never a text of Outlook's."""

import pytest

from booking.calendar import Busy, ShowAs
from teams_app.store import calendars
from tests import make
from tests.support.small_world import MAIJA
from tests.web.conftest import BOTH_ENGINES, Door

FORM = "/teams/why?service=guidance&modality=remote&why_day={}&why_time={}"
BOX = make.a_professional().mailbox


async def asked(door: Door, day: str, clock: str, **claims: object) -> str:
    answer = await door.get(FORM.format(day, clock), headers=door.staff(**claims))
    assert answer.status == 200
    return answer.text


@BOTH_ENGINES
async def test_an_entry_in_outlook_is_named_as_busy_and_by_no_text(door: Door):
    small = door.small
    small.graph.add(BOX, make.span(24), subject="Lääkäri")
    small.pull()
    await small.settle_down()

    said = await asked(door, "2026-11-24", "10:15")

    assert "Outlookissa on merkintä ”Varattu”: klo 10.00–10.45." in said
    assert "Lääkäri" not in said


async def test_another_appointment_is_named_by_its_time_alone(door: Door):
    door.small.book(24)
    said = await asked(door, "2026-11-24", "10:00")

    assert "Sinulla on varattu aika: klo 10.00–10.45." in said
    assert MAIJA.name not in said


async def test_somebody_elses_calendar_is_not_looked_at(door: Door):
    row = Busy("E1", make.span(24), ShowAs.BUSY)
    door.small.write(calendars.put_busy, make.BO, row)

    assert "on vapaa" in await asked(door, "2026-11-24", "10:00")
    bos = await asked(door, "2026-11-24", "10:00", oid=make.bo().object_id)
    assert "10.00" in bos
    assert "on vapaa" not in bos


async def test_what_hides_it_from_clients_alone_is_told_so(door: Door):
    said = await asked(door, "2026-11-24", "10:05")

    assert "Voit itse varata ajan ti 24.11. klo 10.05." in said
    assert "15 minuutin välein" in said


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("", ""),
        ("2026-11-24", ""),
        ("2026-11-24", "25:00"),
        ("2026-11-24", "10:00+02:00"),
        ("9999-12-31", "23:59"),
        ("0001-01-01", "00:00"),
        ("%00", "10:00"),
    ],
)
async def test_what_is_no_time_is_said_to_be_none(door: Door, day: str, clock: str):
    assert "Anna päivä ja kellonaika" in await asked(door, day, clock)


async def test_a_calendar_never_read_is_said_to_be_so(door: Door):
    known = door.small.read(calendars.state, make.AINO)
    fresh = calendars.CalendarState(make.AINO, rev=known.rev)
    door.small.write(calendars.save_state, fresh)

    assert "ei voi juuri nyt lukea" in await asked(door, "2026-11-24", "10:00")


async def test_the_form_has_the_question(door: Door):
    form = await door.get("/teams/book", headers=door.staff())

    assert "Miksi jokin aika puuttuu?" in form.text
    assert 'hx-get="/teams/why"' in form.text
