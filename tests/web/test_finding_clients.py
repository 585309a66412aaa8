"""Who has come before is found in the form, and her particulars are filled in.

From a list of appointments an appointment is found, by its client's name or reference.
"""

import pytest

from booking.appointments import Actor
from booking.model import Language, Slot
from booking.wording import plural, text
from teams_app.actions import offers
from teams_app.actions.booking import Details, cancel
from teams_app.store import log, people
from tests import make
from tests.support.small_world import SUPERVISOR
from tests.web.conftest import BOTH_ENGINES, Answer, Door

pytestmark = pytest.mark.asyncio(loop_scope="session")

HERS = Details(
    "Maija Virtanen", Language.FI, "maija@client.example", "+358401234567", {}
)
HIS = Details("Matti Virtanen", Language.SV, "matti@client.example", None, {})


async def fill(door: Door, reference: str) -> Answer:
    return await door.get(f"/teams/book?of={reference}", headers=door.staff())


async def find(door: Door, whom: str) -> Answer:
    return await door.ask(
        "POST", "/teams/book/clients", headers=door.staff(), data={"whom": whom}
    )


@BOTH_ENGINES
async def test_by_her_name_and_filled_in(door: Door):
    first = door.small.book(24, details=HERS)
    door.small.book(48, details=HERS)

    found = await find(door, "virta")

    assert found.text.count("<b>Maija Virtanen</b>") == 1
    assert "… 567" in found.text
    assert "+358401234567" not in found.text
    assert f"/teams/book?of={first.reference}" in found.text
    filled = await fill(door, first.reference)
    for value in ("Maija Virtanen", "maija@client.example", "+358401234567"):
        assert f'value="{value}"' in filled.text
    assert 'value="fi" checked' in filled.text


@BOTH_ENGINES
async def test_who_has_cancelled_is_found_to_be_booked_anew(door: Door):
    gone = door.small.book(24, details=HERS)
    door.small.write(cancel, gone.id, by=Actor.CLIENT, now=door.small.now)

    found = await find(door, "virta")

    assert "<b>Maija Virtanen</b>" in found.text
    filled = await fill(door, gone.reference)
    assert 'value="Maija Virtanen"' in filled.text


async def test_nobody_elses_client_is_found_or_filled_in(door: Door):
    his = door.small.book(slot=Slot(make.BO, make.at(24)), details=HIS)

    found = await find(door, "virtanen")

    assert "Matti" not in found.text
    assert text("fi", "tab.book.find.none", whom="virtanen") in found.text
    for shown in (await find(door, his.reference), await fill(door, his.reference)):
        assert shown.status == 200
        assert "Matti" not in shown.text
        assert "matti@" not in shown.text


@pytest.mark.parametrize("whom", ["", " ", "\0", "<b>x", "😀" * 40, "y" * 500])
async def test_whatever_is_looked_for_is_only_said_back(door: Door, whom: str):
    shown = await find(door, whom)

    assert shown.status == 200
    assert "<b>x" not in shown.text
    assert "y" * 121 not in shown.text


async def test_looking_is_logged_and_so_is_whoever_is_shown(door: Door):
    small, booked = door.small, door.small.book(24, details=HERS)
    known = len(small.read(log.entries, None, 99))

    await find(door, "virtanen")
    await fill(door, booked.reference)

    told = small.read(log.entries, None, 99)
    told = told[: len(told) - known]
    assert sorted((each.what, each.subject) for each in told) == [
        ("search", "clients"),
        ("view", f"appointment:{booked.id}"),
        ("view", f"appointments:{booked.id}"),
    ]


async def look(door: Door, who: str, **fields: str) -> Answer:
    headers = door.staff(oid=who) | {"Accept-Language": "en"}
    return await door.ask("POST", "/teams/list", headers=headers, data=fields)


@pytest.mark.parametrize(
    ("view", "who", "back"),
    [
        ("/teams/list", make.a_professional().object_id, "/teams/list"),
        ("/teams/team?view=list", SUPERVISOR, "/teams/team?view=list"),
    ],
)
@pytest.mark.parametrize("by", ["virta", "{reference}"])
async def test_from_a_list_an_appointment_is_found_and_the_look_is_logged(
    door: Door, view: str, who: str, back: str, by: str
):
    small, booked = door.small, door.small.book(24, details=HERS)
    path = f"/teams/appointment/{booked.reference}"
    shown = (await door.get(view, headers=door.staff(oid=who))).text
    assert 'hx-post="/teams/list"' in shown
    known = len(small.read(log.entries, None, 99))

    found = await look(door, who, whom=by.format(reference=booked.reference))

    assert "Maija Virtanen" in found.text
    assert f'href="{path}"' in found.text
    assert f'<p class="back"><a href="{back}"' in found.text
    told = small.read(log.entries, None, 99)
    told = told[: len(told) - known]
    one = f"appointment{'' if by != 'virta' else 's'}:{booked.id}"
    assert {(each.what, each.subject) for each in told} == {
        ("search", "clients"),
        ("view", one),
    }


async def test_from_a_list_nobody_elses_client_is_found(door: Door):
    his = door.small.book(slot=Slot(make.BO, make.at(24)), details=HIS)
    aino = make.a_professional().object_id

    for whom in ("virtanen", his.reference):
        found = await look(door, aino, whom=whom)
        assert text("en", "tab.not_found", whom=whom) in found.text
        assert "Matti" not in found.text

    hers = await look(door, SUPERVISOR, whom="matti")
    assert "Matti Virtanen" in hers.text
    assert (await look(door, SUPERVISOR, whom="")).status == 200


async def test_from_a_list_an_open_offer_is_found_too(door: Door):
    small, aino = door.small, make.a_professional().object_id
    offer = small.offer(24, 26, name="Liisa Laine")
    bo = small.read(people.professional, make.BO)
    small.offer(name="Liisa Laine", professional=bo, request="his")

    found = await look(door, aino, whom="liisa")

    assert plural("en", "tab.offers", 1) in found.text
    assert f'name="offer" value="{offer.id}"' in found.text
    assert text("en", "tab.not_found", whom="liisa") not in found.text
    told = small.read(log.entries, None, 99)
    assert ("view", f"offer:{offer.id}") in {(e.what, e.subject) for e in told}

    small.write(offers.call_off, offer, small.now)
    gone = await look(door, aino, whom="liisa")
    assert text("en", "tab.not_found", whom="liisa") in gone.text
