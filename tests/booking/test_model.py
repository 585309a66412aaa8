"""The nouns: what follows from them by themselves."""

from datetime import timedelta

import pytest

from booking.model import (
    CANCELLED,
    IN_CALENDAR,
    OCCUPYING,
    REFERENCE_ALPHABET,
    Channel,
    Language,
    Modality,
    Status,
    Words,
)
from tests.make import a_client, a_service, booked, span


def test_a_text_is_given_in_the_language_asked_for():
    words = Words("aika", "tid", "time")

    assert [words.in_(language) for language in Language] == ["aika", "tid", "time"]


def test_a_client_is_reached_by_mail_first():
    assert a_client().channels == (Channel.MAIL, Channel.SMS)
    assert a_client(email=None).channels == (Channel.SMS,)
    assert a_client(email=None, phone=None).channels == ()


def test_buffers_are_those_of_the_modality_or_none():
    service = a_service(buffers={Modality.IN_PERSON: (5, 10)})

    minutes = timedelta(minutes=1)
    assert service.buffer(Modality.IN_PERSON) == (5 * minutes, 10 * minutes)
    assert service.buffer(Modality.PHONE) == (0 * minutes, 0 * minutes)


def test_an_appointment_is_guarded_with_its_buffers():
    one = booked(before=timedelta(minutes=5), after=timedelta(minutes=10))

    assert one.guarded.contains(span())
    assert one.guarded.length == span().length + timedelta(minutes=15)


@pytest.mark.parametrize("status", Status)
def test_what_is_cancelled_takes_no_time_and_has_no_event(status):
    one = booked(status=status)

    assert one.occupies == (status in OCCUPYING)
    assert one.in_calendar == (status in IN_CALENDAR)
    if status in CANCELLED:
        assert not one.occupies
        assert not one.in_calendar


def test_no_letter_of_a_reference_can_be_taken_for_another():
    assert len(set(REFERENCE_ALPHABET)) == 32
    assert not set("01OI") & set(REFERENCE_ALPHABET)
