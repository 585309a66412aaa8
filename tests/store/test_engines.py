"""What an error of the database says, and what it keeps to itself."""

import json
import logging
import sys
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from teams_app.logs import JsonLines
from teams_app.store import appointments
from teams_app.store.database import Database, Tx
from tests import make

SECRET = "Salainen vastaus"


def too_long(tx: Tx) -> None:
    """Break a rule of the table; PostgreSQL then quotes the whole row."""
    answers = {"why": SECRET}
    long = make.booked(span=make.span(24, minutes=3000), answers=answers)
    appointments.save(tx, long)


def twice(tx: Tx) -> None:
    """Break a key; PostgreSQL then quotes what is in it."""
    for number in (1, 2):
        time = make.span(24 * number)
        one = make.booked(number, span=time, link=SECRET, answers={"why": SECRET})
        appointments.save(tx, one)


def no_number(tx: Tx) -> None:
    """Give a value that is none; PostgreSQL then quotes it in the first line."""
    tx.execute(sa.text("SELECT CAST(:it AS INTEGER)"), {"it": SECRET})
    if tx.sqlite:
        raise ZeroDivisionError


def logged() -> str:
    record = logging.LogRecord(
        "vuoro", logging.ERROR, __file__, 1, "it failed", (), sys.exc_info()
    )
    return JsonLines().format(record)


@pytest.mark.parametrize("work", [too_long, twice, no_number])
def test_an_error_in_the_log_quotes_nothing_of_a_row(
    database: Database, work: Callable[[Tx], None]
):
    try:
        database.write_here(work)
    except (sa.exc.DBAPIError, ZeroDivisionError):
        line = logged()
    else:
        pytest.fail("the database took it")

    assert SECRET not in line
    assert json.loads(line)["error"]


def test_an_error_still_says_which_rule_was_broken(database: Database):
    with pytest.raises(sa.exc.IntegrityError) as caught:
        database.write_here(too_long)

    assert "long" in str(caught.value)
    assert "INSERT INTO appointments" in str(caught.value)
    assert caught.value.__cause__ is not None
    assert "long" in str(caught.value.__cause__)
