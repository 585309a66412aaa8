"""The log in the tab: its search, its file, and what is wrong with either."""

import csv
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import StringIO

import pytest

from booking import wording
from booking.model import Language
from booking.spans import Span
from booking.wording import text
from teams_app.actions import auditing
from teams_app.store import absences, directory, log, people, persons
from teams_app.store.directory import Known
from teams_app.web.tab.admin import journal
from tests import make
from tests.support.counting import beginnings, counted
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


# What a line says, to somebody who looks after data protection.

ADMIN = "00000000-0000-4000-8000-0000000000ad"


async def lines_of(door: Door, query: str = "", language: str = "en") -> list[str]:
    """Give the lines of the log as they are read: cells, side by side."""
    headers = door.staff(oid=READER, roles=["Vuoro.Audit"], name="Rauha Lukija")
    page = await door.get(
        f"{LOG}?{query}", headers=headers | {"Accept-Language": language}
    )
    assert page.status == 200
    body = unescape(page.text).partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        " | ".join(
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)[1:]
        )
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


async def test_an_admin_and_an_auditor_stand_in_the_log_by_name(door: Door):
    claims = door.staff(oid=ADMIN, roles=["Vuoro.Admin"], name="Anna Ylläpitäjä")
    await door.ask(
        "POST", "/teams/health", headers=claims, data={"act": "check", "id": "0"}
    )
    await lines_of(door)

    said = await lines_of(door, "first=2026-11-20")

    assert "Anna Ylläpitäjä | Calendars compared | Calendars | The health page" in said
    assert any(each.startswith("Rauha Lukija | Viewed") for each in said)
    assert not any(ADMIN in each or READER in each for each in said)
    found = await lines_of(door, "who=ylläp")
    assert len(found) == 1
    page = await see(door, FILE, name="Rauha Lukija")
    assert f"staff:{ADMIN};Anna Ylläpitäjä;" in page.text


async def test_who_is_refused_is_not_kept_by_name(door: Door):
    refused = door.staff(oid=ADMIN, name="Anna Ylläpitäjä")
    for path in (LOG, "/teams/health", "/teams/today"):
        assert (await door.get(path, headers=refused)).status == 403

    assert door.small.read(persons.names) == {}


async def test_to_know_her_name_costs_no_transaction_of_its_own(door: Door):
    """Of a supervisor it is looked for at each view; of a professional never."""

    async def begun(who: str, name: str) -> int:
        said = door.staff(oid=who, name=name, roles=["Vuoro.Supervisor"])
        path = f"/teams/question/{10**6}"  # There is none: nothing is shown or logged.
        await door.get(path, headers=said)
        with beginnings() as found:
            assert (await door.get(path, headers=said)).status == 403
        return len(found)

    of_professional = await begun(make.a_professional().object_id, "Aino Aalto")

    assert await begun(ADMIN, "Anna Ylläpitäjä") == of_professional
    assert door.small.read(persons.names) == {ADMIN: "Anna Ylläpitäjä"}


async def test_a_line_names_the_unit_service_and_people_it_is_about(door: Door):
    small = door.small
    aino, bo = make.a_professional(), make.bo()
    unit, service = small.read(people.units)[0], small.read(people.services)[0]
    offer = small.offer(24, 26)
    away = small.write(
        absences.add, bo.id, Span(make.NOW, make.NOW + timedelta(days=1))
    )
    for what, subject, source in (
        ("set_up", f"unit:{unit.id}", "tab"),
        ("add", f"service:{service.id}", "tab"),
        ("add", f"professional:{bo.id}", "entra"),
        ("withdraw", f"offer:{offer.id}", "v2"),
        ("away", f"absence:{away.id}", "bot"),
        ("left", f"staff:{aino.object_id}", "entra"),
        ("hand_over", "appointment:999999", f"professional:{aino.id}>{bo.id}"),
        ("running_late", "appointment:999999", "minutes:10"),
        ("set_up", "retention:3", "tab:answers=30,cards=-"),
        ("set_up", "rules:4", "tab:self_booking=no"),
        ("trial_ended", "channel:sms", "tab:refused:429"),
        ("answer", "appointment:999999", "bot:put_back"),
        ("ask_desk", "appointment:999999", "channel:absence"),
        ("forgotten", "clients", "retention:2"),
        ("message_language", "appointment:999999", "link:sv"),
        ("set_up", "unit:777777", "tab"),
    ):
        small.write(
            log.record,
            at=make.NOW,
            who="system",
            what=what,
            subject=subject,
            source=source,
        )

    said = await lines_of(door)

    named = unit.name.in_(Language.EN)
    assert f"Vuoro itself | Changed settings | Unit {named} | Tab in Teams" in said
    called = service.name.in_(Language.EN)
    assert f"Vuoro itself | Added | Service {called} | Tab in Teams" in said
    assert "Vuoro itself | Added | Professional Bo Berg | Group in Entra" in said
    withdrew = text("en", "admin.log.what.withdraw")
    offered = text("en", "admin.log.about.offer")
    about = f"{offered} Aino Aalto, "
    assert any(f"Vuoro itself | {withdrew} | {about}" in each for each in said), said
    assert any(each.endswith("| Absence Bo Berg | Bot in Teams") for each in said), said
    assert any(each.endswith("| Person Aino Aalto | Group in Entra") for each in said)
    assert any("Aino Aalto → Bo Berg" in each for each in said)
    assert any("10 min late" in each for each in said)
    label = text("en", "tenant.kept.answers")
    assert any(f"{label}: 30" in each and "no limit" in each for each in said)
    assert any(f"{text('en', 'tenant.rule.self_booking')}: no" in each for each in said)
    assert any("was refused (429)" in each for each in said)
    assert any("the time is put back" in each for each in said)
    assert any("because of an absence" in each for each in said)
    assert any("2 clients" in each for each in said)
    asked = text("en", "admin.log.what.message_language")
    assert any(f"{asked} Swedish | " in each for each in said), said
    assert any("Unit 777777" in each for each in said)  # It is no more.


async def test_a_move_says_from_when_to_when_and_an_offer_when_it_was_made(door: Door):
    small = door.small
    booked, offer = small.book(24), small.offer(26, 28)
    small.clock.advance(minutes=1)
    small.move(booked, 48)

    said = await lines_of(door, "first=2026-11-20")

    (moved,) = [each for each in said if " → " in each]
    was, is_ = "Tue 24 Nov 2026 10:00", "Wed 25 Nov 2026 10:00"
    assert f"{was} → {is_}" in moved, moved
    offered = text("en", "admin.log.about.offer")
    assert any(f"{offered} Aino Aalto, " in each for each in said), said
    assert offer.id
    assert small.read(log.times, f"appointment:{booked.id}", "move", "client") == 1


async def test_the_file_names_in_words_who_is_no_member_of_the_staff(door: Door):
    door.small.book(24)

    page = await see(door, FILE)

    lines = csv.DictReader(StringIO(page.text.lstrip("\ufeff")), delimiter=";")
    (name,) = {each["name"] for each in lines if each["who"] == "client"}
    assert name == text("en", "admin.log.who.client")


async def test_where_a_change_was_made_is_told_by_who_made_it(door: Door):
    small = door.small
    for who, source in (
        ("client", "v3"),
        ("system", "v4"),
        ("outlook", "v5"),
        (f"staff:{make.bo().object_id}", "v6"),
        ("admin", "v7"),
        ("client", "link"),
        ("system", "hold"),
        ("system", "retention"),
        ("admin", "remove"),
    ):
        small.write(
            log.record,
            at=make.NOW,
            who=who,
            what="cancel",
            subject="appointment:999999",
            source=source,
        )
    for language in ("fi", "sv", "en"):
        said = [
            each.rpartition(" | ")[2] for each in await lines_of(door, "", language)
        ]
        words = ("remove", "retention", "hold", "link", "command")
        words += ("teams", "outlook", "system", "link")
        expected = [text(language, f"admin.log.source.{each}") for each in words]
        assert [each for each in said if each in expected][-9:] == expected, language


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "su 23.11.2025 10.18.07"),
        ("sv", "sö 23.11.2025 10.18.07"),
        ("en", "Sun 23 Nov 2025 10:18:07"),
    ],
)
async def test_of_a_log_that_is_never_lost_the_year_and_the_second_are_said(
    door: Door, language: str, said: str
):
    door.small.write(
        log.record,
        at=datetime(2025, 11, 23, 8, 18, 7, tzinfo=UTC),
        who="system",
        what="cancel",
        subject="appointment:999999",
        source="v1",
    )

    headers = door.staff(oid=READER, roles=["Vuoro.Audit"])
    page = await door.get(
        f"{LOG}?first=2025-11-01", headers=headers | {"Accept-Language": language}
    )

    assert f">{said}</time>" in page.text


async def test_the_words_of_a_line_stand_in_the_file_beside_what_is_kept(door: Door):
    unit = door.small.read(people.units)[0]
    door.small.write(
        log.record,
        at=make.NOW,
        who="system",
        what="set_up",
        subject=f"unit:{unit.id}",
        source="tab",
    )

    page = await see(door, FILE)

    (line,) = list(csv.DictReader(StringIO(page.text.lstrip("\ufeff")), delimiter=";"))
    assert (line["what"], line["subject"], line["source"]) == (
        "set_up",
        f"unit:{unit.id}",
        "tab",
    )
    assert line["what_in_words"] == "Changed settings"
    assert line["about_in_words"] == f"Unit {unit.name.in_(Language.EN)}"
    assert line["source_in_words"] == "Tab in Teams"


async def test_more_lines_cost_no_more_statements(door: Door):
    asked = []
    for number in range(2):
        for each in range(1 + 10 * number):
            made = door.small.offer(24, 26)
            for subject in (f"offer:{made.id}", f"job:{each + 1}", f"unit:{each}"):
                door.small.write(
                    log.record,
                    at=make.NOW,
                    who=f"staff:{each}",
                    what="view",
                    subject=subject,
                    source="tab",
                )
        await lines_of(door)
        with counted() as statements:
            await lines_of(door)
        asked.append(len(statements))

    assert asked[0] == asked[1]
