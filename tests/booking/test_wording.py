"""How words are put together."""

import pytest

from booking.wording import listed, text


@pytest.mark.parametrize(
    ("language", "two", "three"),
    [
        ("fi", "A ja B", "A, B ja C"),
        ("sv", "A och B", "A, B och C"),
        ("en", "A and B", "A, B and C"),
    ],
)
def test_the_last_of_several_is_joined_by_the_languages_and(language, two, three):
    assert listed(language, ["A"]) == "A"
    assert listed(language, ["A", "B"]) == two
    assert listed(language, ["A", "B", "C"]) == three


@pytest.mark.parametrize(
    ("language", "if_"), [("fi", "jos olet"), ("sv", "om du är"), ("en", "if you are")]
)
def test_what_waits_for_a_calendar_is_promised_only_to_who_is_free(language, if_):
    assert if_ in text(language, "desk.bar.confirming")
