"""What every step of an appointment owes the world."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from booking import appointments as life
from booking.appointments import (
    Actor,
    Announce,
    AskOutcome,
    Change,
    CheckAgain,
    KeepCalendar,
    KeepCards,
    News,
    RemindClient,
    RemindProfessional,
    SayArrived,
    Tell,
    TellClient,
    consequences,
)
from booking.model import ClientId, Language, Modality, Slot, Status
from tests.make import AINO, BO, NOW, a_client, a_service, at, booked, held, span

SERVICE = a_service(buffers={Modality.REMOTE: (5, 10)})
CLIENT = a_client(language=Language.SV)


def change(before, after, by=Actor.CLIENT, tell=Tell.YES, now=NOW):
    return Change(before, after, by, now, "test", tell)


def owed(before, after, **how):
    """Give what a change owes besides cards and reminders."""
    found = consequences(change(before, after, **how), SERVICE)
    beside = (KeepCards, RemindClient, RemindProfessional, AskOutcome)
    return [one for one in found if not isinstance(one, beside)]


def test_a_hold_owes_nothing_to_anybody():
    assert owed(None, held()) == []


def test_a_booking_owes_an_event_a_message_and_a_card():
    before, after = held(), booked(version=2)

    assert owed(before, after) == [
        KeepCalendar(after.id, AINO),
        TellClient(after.id, 2, News.BOOKED),
        Announce(after.id, AINO, 2, News.BOOKED),
    ]


def test_a_professional_is_not_told_of_her_own_click():
    found = owed(held(), booked(version=2), by=Actor.PROFESSIONAL)

    assert not [one for one in found if isinstance(one, Announce)]


def test_a_client_is_not_told_when_somebody_decides_first():
    found = owed(booked(), booked(span=span(30)), tell=Tell.NO)

    assert not [one for one in found if isinstance(one, TellClient)]


def test_a_hand_over_owes_both_calendars_and_both_colleagues():
    after = booked(professional=BO, version=2)

    assert owed(booked(), after, by=Actor.SUPERVISOR) == [
        KeepCalendar(after.id, AINO),
        KeepCalendar(after.id, BO),
        TellClient(after.id, 2, News.HANDED_OVER),
        Announce(after.id, BO, 2, News.HANDED_OVER),
        Announce(after.id, AINO, 2, News.HANDED_OVER),
    ]


def test_a_hand_over_is_announced_to_both_also_by_a_professionals_own_click():
    after = booked(professional=BO, version=2)

    assert owed(booked(), after, by=Actor.PROFESSIONAL)[3:] == [
        Announce(after.id, BO, 2, News.HANDED_OVER),
        Announce(after.id, AINO, 2, News.HANDED_OVER),
    ]


def test_a_hand_over_to_another_time_is_news_of_the_time():
    after = booked(professional=BO, span=span(30), version=2)

    assert TellClient(after.id, 2, News.MOVED) in owed(booked(), after)


def test_a_change_of_modality_owes_the_event_only():
    after = booked(modality=Modality.PHONE)

    assert owed(booked(), after) == [KeepCalendar(after.id, AINO)]


def test_a_change_of_what_outlook_does_not_show_owes_no_write():
    assert owed(booked(), booked(answers={"goal": "work"}, generation=3)) == []
    assert owed(booked(), booked(status=Status.NO_SHOW)) == []


def test_that_she_has_come_owes_her_professional_a_card_and_nobody_a_message():
    before, after = booked(), booked(status=Status.ARRIVED, version=3)
    at = after.span
    card = SayArrived(after.id, AINO, at.start, at.end)

    assert owed(before, after, by=Actor.RECEPTION) == [card]
    assert owed(before, after, by=Actor.PROFESSIONAL) == []
    assert owed(after, replace(after, version=4), by=Actor.RECEPTION) == []
    assert owed(after, before, by=Actor.RECEPTION) == []


def test_we_are_confirming_owes_another_look_and_nothing_else():
    waiting = held(confirming=True, client=CLIENT.id, version=2)

    assert owed(held(), waiting) == [CheckAgain(waiting.id, 2)]
    assert owed(waiting, replace(waiting, version=3)) == []


def test_a_time_taken_back_is_told_to_the_client_alone():
    waiting = held(confirming=True, client=CLIENT.id, version=2)
    ended = replace(waiting, status=Status.CANCELLED_BY_US, confirming=False, version=3)

    assert owed(waiting, ended, by=Actor.SYSTEM) == [
        TellClient(ended.id, 3, News.TAKEN_BACK)
    ]


def test_a_hold_let_go_is_nobodys_news():
    assert owed(held(), held(status=Status.CANCELLED_BY_CLIENT)) == []


def test_reminders_are_those_still_ahead():
    tomorrow = booked(span=span(24))
    soon = booked(span=span(1.5))

    def reminders(after, now=NOW):
        found = consequences(change(held(), after, now=now), SERVICE)
        return [
            (one.due, getattr(one, "hours", None))
            for one in found
            if isinstance(one, RemindClient | RemindProfessional)
        ]

    quarter = timedelta(minutes=15)
    assert reminders(tomorrow) == [(at(22), 2), (at(24) - quarter, None)]
    assert reminders(tomorrow, at(-0.01)) == [
        *((at(0), 24), (at(22), 2), (at(24) - quarter, None))
    ]
    assert reminders(soon) == [(at(1.5) - quarter, None)]
    assert reminders(booked(span=span(0.2))) == []


@given(st.lists(st.integers(1, 72), unique=True, max_size=5))
def test_no_reminder_is_still_sent_when_the_next_one_is_near(hours):
    start = at(100)
    service = replace(SERVICE, reminder_hours=tuple(hours))
    owed = consequences(change(held(), booked(span=span(100))), service)
    found = [one for one in owed if isinstance(one, RemindClient)]

    assert [one.hours for one in found] == sorted(hours, reverse=True)
    assert all(one.due < one.expires < start for one in found)
    for one, following in pairwise(found):
        between = following.due - one.due
        assert one.expires <= following.due - min(timedelta(hours=1), between / 2)


def test_what_staff_do_once_it_has_begun_is_told_by_no_message():
    begun = booked(span=span(-0.5))
    ended = life.cancel(begun, Actor.PROFESSIONAL, NOW)
    later = life.move(begun, Slot(AINO, at(30)), NOW, Actor.PROFESSIONAL)

    def told(after):
        found = consequences(change(begun, after, Actor.PROFESSIONAL), SERVICE)
        return [one.news for one in found if isinstance(one, TellClient)]

    assert told(ended) == []
    assert told(later) == [News.MOVED]


def test_who_was_left_without_an_answer_is_owed_one_however_late():
    waiting = held(span=span(-0.5), confirming=True, client=ClientId(1))
    ended = life.cancel(waiting, Actor.SYSTEM, NOW)
    found = consequences(change(waiting, ended, Actor.SYSTEM), SERVICE)

    assert TellClient(ended.id, ended.version, News.TAKEN_BACK) in found
