"""The log in the tab: its search, its file, and what is wrong with either."""

import csv
from io import StringIO

import pytest

from booking import wording
from booking.wording import text
from teams_app.actions import auditing
from teams_app.store import directory, log, people
from teams_app.store.directory import Known
from teams_app.web.tab.admin import journal
from tests import make
from tests.support.small_world import SmallWorld
from tests.web.conftest import Answer, Door

READER = "00000000-0000-4000-8000-0000000000ee"
STAFF = "/teams/admin/professionals"
LOG, FILE = "/teams/admin/log", "/teams/admin/log/export"


async def see(door: Door, path: str, **more: object) -> Answer:
    claims = {"oid": READER, "roles": ["Vuoro.Audit"]} | more
    return await door.get(
        path, headers=door.staff(**claims) | {"Accept-Language": "en"}
    )


def read_by(small: SmallWorld) -> int:
    lines = small.read(log.entries, None, 100)
    return len([each for each in lines if each.who == f"staff:{READER}"])


async def test_an_auditor_sees_who_did_what_with_names_and_references(door: Door):
    booked = door.small.book(24)
    await door.get("/teams/today?day=2026-11-24", headers=door.staff())

    page = await see(door, f"{LOG}?reference={booked.reference}")

    assert page.status == 200
    assert "Aino Aalto" in page.text
    assert booked.reference in page.text
    assert text("en", "admin.log.what.book") in page.text
    assert "Maija" not in page.text


async def test_the_first_page_is_the_search_and_reads_nothing(door: Door):
    door.small.book(24)

    page = await see(door, "/teams/today")

    assert text("en", "admin.log.title") in page.text
    assert "<tbody>" not in page.text
    assert read_by(door.small) == 0


async def test_the_way_there_is_shown_to_auditors_alone(door: Door):
    admin = await door.get("/teams/health", headers=door.staff(roles=["Vuoro.Admin"]))
    aino = await door.get("/teams/today", headers=door.staff())
    both = await door.get("/teams/today", headers=door.staff(roles=["Vuoro.Audit"]))

    assert LOG not in admin.text
    assert LOG not in aino.text
    assert LOG in both.text


@pytest.mark.parametrize("path", [LOG, FILE])
@pytest.mark.parametrize(
    ("query", "field", "key"),
    [
        ("first=2026-11-20&last=2026-11-19", "last", "before_first"),
        ("first=tomorrow", "first", "not_date"),
        ("last=9999-12-31", "last", "not_date"),
        ("first=0001-01-01", "first", "not_date"),
        ("reference=NOSUCH", "reference", "unknown_reference"),
    ],
)
async def test_what_is_wrong_with_a_search_is_said_in_its_place(
    door: Door, path: str, query: str, field: str, key: str
):
    page = await see(door, f"{path}?{query}&who=Aino")

    label = text("en", f"admin.log.{field}")
    assert page.status == 422
    assert text("en", f"error.field.{key}", label=label) in page.text
    assert f'id="e-{field}"' in page.text
    assert 'value="Aino"' in page.text
    assert read_by(door.small) == 0


@pytest.mark.parametrize(
    "query", ["before=x", "before=" + "9" * 40, "who=%00", "what=" + "x" * 900, "a=b"]
)
async def test_what_no_form_sends_breaks_nothing(door: Door, query: str):
    assert (await see(door, f"{LOG}?{query}")).status == 200


async def test_the_file_has_the_lines_and_no_formula(door: Door):
    small, booked = door.small, door.small.book(24)
    small.write(people.save_professional, make.a_professional(name="=cmd()"))
    await door.get("/teams/today?day=2026-11-24", headers=door.staff())

    page = await see(door, FILE)

    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in page.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(page.text.lstrip("\ufeff")), delimiter=";"))
    (view,) = [each for each in rows if each["what"] == "view"]
    assert view["name"] == "'=cmd()"
    assert view["references"] == booked.reference
    assert view["at"].startswith("2026-11-23 10:00")
    assert small.read(log.entries, "log", 1)[0].what == "export"


async def test_too_much_for_a_file_is_said_and_nothing_is_given(
    door: Door, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(auditing, "EXPORT_MAX", 0)
    door.small.book(24)

    page = await see(door, FILE)

    assert page.status == 422
    assert "text/html" in page.headers["Content-Type"]
    assert "<tbody>" not in page.text
    assert read_by(door.small) == 0


async def test_a_page_leads_to_the_older_ones(door: Door):
    def many(tx):
        for number in range(auditing.PAGE + 1):
            log.record(
                tx,
                at=make.NOW,
                who="system",
                what="view",
                subject=f"job:{number}",
                source="x",
            )

    door.small.write(many)
    page = await see(door, LOG)
    older = page.text.split('class="button" href="')[-1].split('"')[0]
    last = await see(door, older.replace("&amp;", "&"))

    assert "job:0" not in page.text
    assert text("en", "admin.log.older") in page.text
    assert text("en", "admin.log.older") not in last.text


@pytest.mark.parametrize("role", ["Vuoro.Admin", "Vuoro.Audit"])
async def test_who_has_left_has_none_of_the_roles_her_token_still_names(
    door: Door, role: str
):
    small = door.small
    small.policy = make.replace(small.policy, admins=frozenset({READER}))
    small.write(directory.save, Known(READER, "Somebody", left=small.now))

    for oid in (READER, READER.upper()):
        for path in (LOG, FILE, "/teams/health", STAFF, "/teams/today", "/teams/stand"):
            page = await see(door, path, oid=oid, roles=[role])
            assert page.status == 403, path
    assert read_by(small) == 0


async def test_a_reader_is_the_same_however_entra_writes_her_id(door: Door):
    await see(door, LOG, oid=READER.upper())

    assert read_by(door.small) == 1


def test_whatever_has_a_word_in_the_log_can_be_looked_for():
    begin, known = "admin.log.what.", wording.catalogue("en")._catalog
    named = {str(each).removeprefix(begin) for each in known if begin in str(each)}

    assert "outcome_no_show" in named
    assert named - {"any"} == set(journal._WHATS)
