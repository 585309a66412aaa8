"""Reading the log: found by who, what, reference and day; and read by nobody unseen."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.appointments import Actor
from teams_app.actions import access, auditing
from teams_app.actions.access import Claims, Look, Person
from teams_app.actions.auditing import Line, Query, TooMany, UnknownReference
from teams_app.store import absences, log, people, tables
from teams_app.store.database import Tx
from tests import make
from tests.support.small_world import POLICY, TENANT, SmallWorld

AINO, BO = make.a_professional(), make.bo()
READER = "staff:00000000-0000-4000-8000-000000000055"
LOOK = Look(make.NOW, "tab")
WEEK = Query(make.NOW - timedelta(days=6), make.NOW + timedelta(days=1))


def found(small: SmallWorld, **asked: object) -> list[Line]:
    query = make.replace(WEEK, **asked)
    lines = small.write(auditing.search, READER, query, LOOK)
    assert isinstance(lines, list), lines
    return lines


def seen(small: SmallWorld, who: str, *ids: int, **changes: object) -> None:
    subject = f"appointments:{','.join(map(str, ids))}"
    said = {"at": make.NOW, "who": f"staff:{who}", "what": "view", "source": "tab"}
    small.write(log.record, **(said | {"subject": subject} | changes))


def test_by_reference_every_line_about_it_is_found_lists_and_offers_too(
    small: SmallWorld,
):
    offer = small.offer(24, 26)
    mine, other = small.book(48, by=Actor.PROFESSIONAL), small.book(50)
    seen(small, BO.object_id, mine.id)
    seen(small, BO.object_id, other.id, mine.id, 7)
    seen(small, BO.object_id, mine.id * 10 + 1, mine.id + 100)
    seen(small, BO.object_id, subject=f"offer:{offer.id}")
    seen(small, BO.object_id, subject=f"notes:{mine.id}")
    seen(small, BO.object_id, subject=f"notes:{mine.id * 10 + 1}")

    lines = found(small, reference=mine.reference.lower())

    whats = [(each.entry.what, each.entry.subject) for each in lines]
    assert ("view", f"appointments:{mine.id}") in whats
    assert ("view", f"appointments:{other.id},{mine.id},7") in whats
    assert ("book", f"appointment:{mine.id}") in whats
    assert ("view", f"notes:{mine.id}") in whats
    assert all(str(mine.id) in subject for _, subject in whats)
    assert not any(f"{mine.id * 10 + 1}" in subject for _, subject in whats)
    (both,) = [each for each in lines if len(each.references) > 1]
    assert both.references == (mine.reference, other.reference)


def test_an_appointment_from_an_offer_has_the_offers_lines_too(small: SmallWorld):
    offer = small.offer(24)
    booked = small.book(24, offer=offer.id, client=offer.client)
    seen(small, AINO.object_id, subject=f"offer:{offer.id}")

    lines = found(small, reference=booked.reference)

    assert f"offer:{offer.id}" in {each.entry.subject for each in lines}


@pytest.mark.parametrize("who", ["Bo Berg", "berg", BO.object_id, BO.object_id.upper()])
def test_a_person_is_found_by_name_or_object_id(small: SmallWorld, who: str):
    seen(small, BO.object_id, 1)
    seen(small, AINO.object_id, 1)

    lines = found(small, who=who)

    assert {each.who for each in lines} == {"Bo Berg"}


def test_days_and_what_was_done_limit_it(small: SmallWorld):
    old = make.NOW - timedelta(days=30)
    seen(small, BO.object_id, 1, at=old)
    seen(small, BO.object_id, 1, what="search", subject="clients")
    seen(small, BO.object_id, 1)

    assert [each.entry.what for each in found(small, who="bo", what="search")] == [
        "search"
    ]
    assert len(found(small, who="bo")) == 2
    assert len(found(small, who="bo", since=old, until=old + timedelta(hours=1))) == 1


def test_it_is_read_a_page_at_a_time(small: SmallWorld):
    for number in range(auditing.PAGE + 5):
        seen(small, BO.object_id, number + 1)

    first = found(small, who="bo")
    rest = found(small, who="bo", before=first[auditing.PAGE - 1].id)

    assert (len(first), len(rest)) == (auditing.PAGE + 1, 5)
    assert first[auditing.PAGE].id == rest[0].id


def test_every_reading_stands_in_it_and_of_whom(small: SmallWorld):
    booked = small.book()
    found(small)
    found(small, reference=booked.reference)
    small.write(auditing.export, READER, WEEK, LOOK)

    mine = [each for each in found(small) if each.entry.who == READER]

    assert [(each.entry.what, each.entry.subject) for each in mine] == [
        ("export", "log"),
        ("view", f"log:appointment:{booked.id}"),
        ("view", "log"),
    ]
    of_hers = found(small, reference=booked.reference)
    assert f"log:appointment:{booked.id}" in {each.entry.subject for each in of_hers}


@pytest.mark.parametrize("reference", ["AAAAAA", "x", "'; --", "\x00", "9" * 3000])
def test_an_unknown_reference_is_said_and_reads_nothing(
    small: SmallWorld, reference: str
):
    query = make.replace(WEEK, reference=reference)

    assert small.write(auditing.search, READER, query, LOOK) == UnknownReference()
    assert READER not in {each.entry.who for each in found(small)}


def test_a_file_is_whole_or_none(small: SmallWorld, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(auditing, "EXPORT_MAX", 2)
    for _ in range(3):
        seen(small, BO.object_id, 1)
    bos = make.replace(WEEK, who="bo")

    assert small.write(auditing.export, READER, bos, LOOK) == TooMany()
    assert "export" not in {each.entry.what for each in found(small)}


def test_the_right_to_it_is_one_of_its_own(small: SmallWorld):
    admin = Claims(TENANT, AINO.object_id, roles=frozenset({access.ADMIN}))
    policy = make.replace(POLICY, admins=frozenset({AINO.object_id}))

    assert small.read(access.is_admin, admin, policy)
    assert not access.is_auditor(admin)
    assert access.is_auditor(make.replace(admin, roles=frozenset({access.AUDIT})))


def job_of(tx: Tx, appointment: int) -> int:
    jobs = tables.jobs
    hers = (jobs.c.kind == "tell") & (jobs.c.appointment_id == appointment)
    return tx.execute(sa.select(jobs.c.id).where(hers)).scalar_one()


def test_what_a_line_is_about_has_its_name(small: SmallWorld):
    offer, booked = small.offer(24, 26), small.book(48)
    away = small.write(absences.add, make.BO, make.span(72))
    job = small.read(job_of, booked.id)
    unit = small.read(people.units)[0]
    for subject in (
        f"offer:{offer.id}",
        f"absence:{away.id}",
        f"job:{job}",
        f"unit:{unit.id}",
        f"staff:{BO.object_id}",
        "unit:999999",
    ):
        seen(small, BO.object_id, subject=subject)

    lines = {each.entry.subject: each for each in found(small, who="bo berg")}

    assert lines[f"offer:{offer.id}"].thing == AINO.name
    assert lines[f"absence:{away.id}"].thing == BO.name
    assert lines[f"job:{job}"].job == "tell"
    assert lines[f"job:{job}"].references == (booked.reference,)
    assert lines[f"unit:{unit.id}"].thing == unit.name
    assert lines[f"staff:{BO.object_id}"].thing == BO.name
    assert lines["unit:999999"].thing is None


def test_looking_on_leaves_a_line_for_what_is_new_alone(small: SmallWorld):
    first, second = small.book(24), small.book(26)
    who = Person(BO.object_id, None, frozenset())
    again = Look(make.NOW + timedelta(minutes=30), "tab", again=True)
    small.write(access.listed, who, [first.id], LOOK)

    small.write(access.listed, who, [first.id, second.id], again)
    small.write(access.listed, who, [first.id], make.replace(again, source="panel"))
    small.write(access.listed, who, [first.id], make.replace(again, at=make.at(1.001)))

    lines = [(e.entry.subject, e.entry.source) for e in found(small, who="bo berg")]
    assert lines == [
        (f"appointments:{first.id}", "tab"),
        (f"appointments:{first.id}", "panel"),
        (f"appointments:{second.id}", "tab"),
        (f"appointments:{first.id}", "tab"),
    ]
