"""Many keys go to the database as one value, and its indices are used all the same."""

import pytest
import sqlalchemy as sa

from booking.model import ClientId, Language, ProfessionalId
from booking.spans import Span
from teams_app.store import appointments, log, people, tables, teams
from teams_app.store.among import one_of
from teams_app.store.appointments import Whose
from teams_app.store.database import Database, Tx
from teams_app.store.rows import ahead, rows, unchanged
from tests import make
from tests.support.counting import counted

CHOSEN = sa.select(tables.appointments.c.id).where(
    one_of(tables.appointments.c.professional_id, "whose"),
    tables.appointments.c.guard_start < 2**40,
)


@pytest.mark.parametrize(
    ("whose", "found"),
    [
        ([], []),
        ([1], [1]),
        ({2, 1}, [1, 2]),
        ((2, 2, 7), [2]),
        (range(1, 9000), [1, 2]),
    ],
)
def test_those_are_found_whose_key_is_among_them(database: Database, whose, found):
    for id_, professional in ((1, make.AINO), (2, make.BO)):
        one = make.booked(id_, professional=professional)
        database.write_here(appointments.save, one)

    def read(tx: Tx) -> list[int]:
        return sorted(tx.execute(CHOSEN, {"whose": whose}).scalars())

    assert database.read_here(read) == found


def test_rows_are_found_by_text_and_by_several_columns_side_by_side(
    database: Database,
):
    for subject, source in (("a", "v1"), ("a", "v2"), ('b"', "v1"), ("c", "v9")):
        database.write_here(
            log.record,
            at=make.NOW,
            who="x",
            what="y",
            subject=subject,
            source=source,
        )
    wanted = {"subject": ["a", 'b"', "c"], "source": ["v2", "v1", "v1"]}

    def read(tx: Tx) -> list[tuple[str, str]]:
        with unchanged(tx), counted() as asked:
            ahead(tx, tables.access_log, "id", **wanted)
            assert len(asked) == 1
            every = zip(*wanted.values(), strict=True)
            found = [
                rows(tx, tables.access_log, "id", subject=subject, source=source)
                for subject, source in every
            ]
            assert len(asked) == 1, "what was read ahead is not asked for again"
        return [(each.subject, each.source) for some in found for each in some]

    assert database.write_here(read) == [("a", "v2"), ('b"', "v1")]


def test_of_nobody_nothing_is_asked_for(database: Database):
    nobody: list[ProfessionalId] = []
    within = Span(make.at(0), make.at(24))

    assert database.read_here(appointments.between, nobody, within) == []
    assert database.read_here(appointments.visits, Whose(nobody), within) == (
        [],
        [],
        [],
    )
    assert database.read_here(teams.asked, []) == {}


def test_the_database_is_told_to_look_into_the_index(database: Database):
    def plan(tx: Tx) -> str:
        made = CHOSEN.compile(tx.connection.engine)
        lead = "EXPLAIN QUERY PLAN" if tx.sqlite else "EXPLAIN"
        keys = "[1,2]" if tx.sqlite else [1, 2]
        values = made.params | {"whose": keys}
        given = [values[each] for each in made.positiontup or ()] or values
        if not tx.sqlite:  # Of so few rows it would rather read them all.
            tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        told = tx.connection.exec_driver_sql(
            f"{lead} {made}", tuple(given) if tx.sqlite else given
        )
        return "\n".join(" ".join(map(str, each)) for each in told)

    said = database.write_here(plan)

    assert "appointments_of_professional" in said, said
    assert "SCAN appointments" not in said, said


def test_who_comes_is_given_with_how_often_beside_each_other(database: Database):
    other = database.write_here(
        people.add_client, 'Å "quoted"', Language.SV, None, "040 1", make.NOW
    )
    for id_, client in ((1, ClientId(1)), (2, other.id), (3, ClientId(1))):
        one = make.booked(id_, span=make.span(24 + id_), client=client)
        database.write_here(appointments.save, one)
    within = Span(make.at(0), make.at(72))

    found = database.read_here(appointments.visits, Whose([make.AINO]), within)

    known = database.read_here(people.client, ClientId(1))
    beside = sorted(zip(*found, strict=True))
    assert beside == [(1, known.name, 2), (other.id, 'Å "quoted"', 1)]
    before = Span(make.at(-72), make.at(0))
    assert database.read_here(appointments.visits, Whose([make.AINO]), before) == (
        [],
        [],
        [],
    )
