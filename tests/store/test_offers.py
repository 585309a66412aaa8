"""Offers are kept whole, and change by one version at a time."""

from dataclasses import replace

import pytest

from booking.model import AppointmentId, OfferStatus
from teams_app.store import offers
from teams_app.store.database import Stale
from tests import make


def test_an_offer_comes_back_whole(database):
    given = make.an_offer(3, free_choice=True, slots=(), generation=2)

    database.write_here(offers.save, given)

    assert database.read_here(offers.load, given.id) == given
    assert database.read_here(offers.by_link, given.link) == given
    assert database.read_here(offers.find, make.an_offer(9).id) is None
    with pytest.raises(KeyError):
        database.read_here(offers.load, make.an_offer(9).id)


def test_an_offer_taken_is_found_by_what_came_of_it(database):
    open_ = make.an_offer(1)
    taken = replace(
        open_, status=OfferStatus.TAKEN, appointment=AppointmentId(8), version=2
    )
    database.write_here(offers.save, open_)
    database.write_here(offers.save, make.an_offer(2))
    database.write_here(offers.save, taken)

    assert database.read_here(offers.of_appointment, AppointmentId(8)) == taken
    assert database.read_here(offers.of_appointment, AppointmentId(9)) is None


def test_two_who_take_one_offer_are_told_apart(database):
    database.write_here(offers.save, make.an_offer(1))
    taken = make.an_offer(1, status=OfferStatus.TAKEN, version=2)
    database.write_here(offers.save, taken)

    with pytest.raises(Stale):
        database.write_here(offers.save, taken)
    with pytest.raises(Stale):
        database.write_here(offers.save, make.an_offer(1))
