"""Which meeting an address leads into, and which one a window says it stands beside."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.meetings import thread_in, thread_of

THREAD = "19:meeting_NzIyNjM4OTMtYTEwNS00@thread.v2"
JOIN = (
    "https://teams.microsoft.com/l/meetup-join/"
    "19%3ameeting_NzIyNjM4OTMtYTEwNS00%40thread.v2/0?context=%7b%22Tid%22%3a%22t%22%7d"
)


def wrapped(inside: str) -> str:
    return base64.b64encode(inside.encode()).decode()


def test_the_thread_stands_in_the_address_to_join():
    assert thread_of(JOIN) == THREAD
    assert thread_of(JOIN.replace("%3a", "%3A").replace("%40", "@")) == THREAD


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "https://teams.microsoft.com/meet/123456?p=abc",
        "https://teams.microsoft.com/l/meetup-join/19%3aabc%40thread.tacv2/0",
        f"https://elsewhere.example/?context={THREAD}",
    ],
)
def test_an_address_without_a_meetings_thread_names_none(url: str | None):
    assert thread_of(url) is None


def test_the_chats_id_is_the_thread_and_the_meetings_wraps_it():
    assert thread_in(THREAD) == THREAD
    assert thread_in(wrapped(f"0#{THREAD}#0")) == THREAD


@pytest.mark.parametrize(
    "said",
    [
        "",
        "none",
        THREAD + "x",
        f"{THREAD} or 1=1",
        "%",
        THREAD.replace("meeting_", "meeting_%"),
        wrapped(THREAD),
        wrapped(f"1#{THREAD}#0"),
        wrapped("0#19:meeting_\xe4@thread.v2#0"),
        f"19:meeting_{'x' * 400}@thread.v2",
        "A" * 100_000,
    ],
)
def test_what_is_no_meeting_is_none(said: str):
    assert thread_in(said) is None


@given(st.text())
def test_nothing_that_is_said_breaks_it(said: str):
    assert thread_in(said) is None or thread_in(said) == said
