"""What somebody has had before her lately: found by her and the hour, however long the log."""

import re

import sqlalchemy as sa

from teams_app.store import log
from teams_app.store.database import Database, Tx
from tests import make

WHO = "staff:aino"


def look(tx: Tx, hours: float, subject: str) -> None:
    log.record(
        tx, at=make.at(hours), who=WHO, what="view", subject=subject, source="tab"
    )


def test_what_stands_in_the_log_of_a_time_to_come_was_not_seen_yet(database: Database):
    """A clock that was ahead for a while would hide every look until then."""
    for hours, subject in ((23.5, "appointment:1"), (400, "appointments:2,3")):
        database.write_here(look, hours, subject)

    seen = database.read_here(log.seen, WHO, "tab", make.at(23), make.at(24))

    assert seen == ({"appointment:1"}, set())


def test_the_hour_of_one_person_is_looked_up(database: Database):
    def plan(tx: Tx) -> str:
        asked = []

        def note(_connection, _cursor, statement, parameters, *_more) -> None:
            asked.append((statement, parameters))

        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            log.seen(tx, WHO, "tab", make.at(23), make.at(24))
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)
        ((statement, parameters),) = asked
        if not tx.sqlite:  # Of so few rows it would rather read them all.
            tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            tx.connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        lead = "EXPLAIN QUERY PLAN" if tx.sqlite else "EXPLAIN"
        told = tx.connection.exec_driver_sql(f"{lead} {statement}", parameters)
        return "\n".join(" ".join(map(str, each)) for each in told)

    said = database.write_here(plan)

    condition = said.partition("access_log_of_person")[2].partition("Filter:")[0]
    assert re.search(r"\bwho ?=", condition), said
    assert re.search(r"\bat ?>", condition), said


def test_what_somebody_else_saw_or_she_elsewhere_is_not_before_her(database: Database):
    def write(tx: Tx, who: str, what: str, source: str) -> None:
        subject = f"appointment:{who}:{what}:{source}"
        log.record(
            tx, at=make.at(23.5), who=who, what=what, subject=subject, source=source
        )

    for who in (WHO, "staff:bo"):
        for what in ("view", "book"):
            for source in ("tab", "panel", "bot"):
                database.write_here(write, who, what, source)

    seen, _ = database.read_here(log.seen, WHO, "panel", make.at(23), make.at(24))

    assert seen == {f"appointment:{WHO}:view:panel"}
