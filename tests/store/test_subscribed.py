"""Whose calendar a subscription tells of, and by which secret."""

from teams_app.store import calendars, subscribed
from teams_app.store.calendars import CalendarState
from teams_app.store.subscribed import Subscribed
from tests import make
from tests.store.conftest import furnish


def test_subscriptions_of_ours_are_found_by_name_and_no_others(database):
    database.write_here(furnish)
    with_secret = CalendarState(
        make.AINO, subscription_id="S1", subscription_secret="s3"
    )
    database.write_here(calendars.save_state, with_secret)
    without = CalendarState(make.BO, subscription_id="S2")
    database.write_here(calendars.save_state, without)

    found = database.read_here(subscribed.held, {"S1", "S2", "S3", ""})

    mailbox = make.a_professional().mailbox
    assert found == {"S1": Subscribed(make.AINO, mailbox, "s3")}
    assert database.read_here(subscribed.held, set()) == {}
