"""A database with a few people in it, on each engine in turn."""

from collections.abc import Iterator

import pytest

from teams_app.store import people
from teams_app.store.database import Database, Tx
from tests import make


def furnish(tx: Tx) -> None:
    """Save the unit, the professionals, the service and the client of `make`."""
    people.save_unit(tx, make.a_unit())
    people.save_professional(tx, make.a_professional())
    people.save_professional(tx, make.bo())
    service = people.save_service(tx, make.a_service())
    people.set_service_professionals(tx, service.id, [make.AINO, make.BO])
    client = make.a_client()
    people.add_client(
        tx, client.name, client.language, client.email, client.phone, make.NOW
    )


@pytest.fixture
def postgres_url(postgres_fresh_url: str) -> str:
    """Give a database whose schema these tests may change."""
    return postgres_fresh_url


@pytest.fixture
def empty_database(database_url: str) -> Iterator[Database]:
    opened = Database.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def database(empty_database: Database) -> Database:
    empty_database.write_here(furnish)
    return empty_database
