"""The locks that put writers in a line, held until the transaction ends.

On PostgreSQL these are advisory locks; on SQLite a writing transaction is alone
already, so there is nothing to take.
"""

import sqlalchemy as sa

MIGRATION = 7101
CLAIM = 7102
PROFESSIONAL = 7103
EDITING = 7113
DECIDING = 7118


def advisory(connection: sa.Connection, kind: int, id_: int = 0) -> None:
    if connection.dialect.name == "sqlite":
        return
    connection.execute(
        sa.text("SELECT pg_advisory_xact_lock(:kind, CAST(:id AS integer))"),
        {"kind": kind, "id": id_ % 2**31},
    )
