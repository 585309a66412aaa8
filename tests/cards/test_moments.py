"""Days in the words of the cards, and the days that examples are written with."""

from datetime import UTC, date, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from booking.model import Language
from booking.saying import Command, Verb, When, understand
from booking.spans import HELSINKI
from booking.wording.dates import date_short, day_name, day_short
from cards.moments import example

WORDS = {Language.FI: "vapaat", Language.SV: "lediga", Language.EN: "free"}


@given(st.sampled_from(Language), st.dates(date(2025, 1, 1), date(2035, 1, 1)))
def test_an_example_is_understood_as_the_day_ahead_that_it_names(
    language: Language, today: date
) -> None:
    day = example(today)
    now = datetime.combine(today, time(9), UTC)

    for said in (day_name(language, day), date_short(language, day)):
        found = understand(said, language, now, HELSINKI)
        assert found == Command(Verb.DAY, When.on(day)), said
    said = f"{WORDS[language]} {day_short(language, day)}"
    found = understand(said, language, now, HELSINKI)
    assert found == Command(Verb.FREE, When.on(day)), said
    assert today < day
    assert day.weekday() < 5
