"""What holds of every sentence, whatever is written and whenever."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from hypothesis import example, given
from hypothesis import strategies as st

from booking.model import Language
from booking.saying import Command, Unclear, Verb, When, Why, understand
from booking.saying.words import phrases
from booking.spans import HELSINKI, instant, wall
from booking.wording import dates

BOOK = {Language.FI: "varaa", Language.SV: "boka", Language.EN: "book"}
#: Round the nights that matter: clock changes, the turn of the year, a leap day.
NIGHTS = [(2027, 3, 28), (2027, 10, 31), (2026, 12, 31), (2027, 1, 1), (2028, 2, 28)]
TIMED = {Verb.BOOK, Verb.OFFER, Verb.FREE}

languages = st.sampled_from(Language)
moments = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001
    st.builds(
        lambda night, minutes: datetime(*night) + timedelta(minutes=minutes),  # noqa: DTZ001
        st.sampled_from(NIGHTS),
        st.integers(-1500, 1500),
    ),
).map(lambda when: when.replace(tzinfo=UTC, second=0, microsecond=0))


@cache
def vocabulary() -> list[str]:
    known = {" ".join(each) for one in Language for each in phrases(one)}
    return sorted(known)


words = st.one_of(
    st.sampled_from(vocabulary()),
    st.integers(0, 70).map(str),
    st.builds("{}.{}".format, st.integers(0, 33), st.integers(0, 60)),
    st.builds("{}.{}.".format, st.integers(0, 33), st.integers(0, 13)),
    st.builds("klo {}.{:02}".format, st.integers(0, 25), st.integers(0, 61)),
    st.sampled_from(["-", ".", "/", "ei", "Maija", "K7Q2FM", "2026", "2pm", "2.30pm"]),
)
sentences = st.one_of(
    st.text(max_size=80), st.lists(words, min_size=1, max_size=7).map(" ".join)
)


@given(sentences, languages, moments)
@example("٣.٣.", Language.FI, datetime(2026, 1, 1, tzinfo=UTC))
@example("½ ² klo ²", Language.SV, datetime(2026, 1, 1, tzinfo=UTC))
@example("varaa 0.0. viikko 0 klo 99999", Language.FI, datetime(2026, 1, 1, tzinfo=UTC))
def test_any_text_is_understood_asked_about_or_unknown(
    said: str, language: Language, now: datetime
):
    found = understand(said, language, now, HELSINKI)

    if isinstance(found, Unclear):
        assert len(found.readings) <= 6
        assert len(set(found.readings)) == len(found.readings)
        assert found.readings or found.why in {Why.WHOM, Why.NO_SUCH_DAY}
        assert all(Command.read(each.written) == each for each in found.readings)
    elif found is not None:
        assert Command.read(found.written) == found


def is_over(when: When, now: datetime) -> bool:
    if when.clock is not None:
        return instant(when.first, when.clock, HELSINKI) <= now
    return when.last < wall(now, HELSINKI).date()


@given(sentences, languages, moments)
def test_nothing_that_has_been_is_taken_silently(
    said: str, language: Language, now: datetime
):
    found = understand(said, language, now, HELSINKI)

    taken = [found] if isinstance(found, Command) else []
    asked = found.readings if isinstance(found, Unclear) else ()
    taken += [each for each in asked if each.verb in TIMED]
    assert not [each for each in taken if each.when and is_over(each.when, now)]


ahead = st.integers(0, 363).map(lambda days: timedelta(days=days))


def shown(language: Language, day: date, clock: time) -> list[str]:
    """Write the day in each way that we write days."""
    when = instant(day, clock, HELSINKI)
    return [
        dates.day_short(language, day),
        dates.day_long(language, day),
        dates.day_heading(language, day),
        dates.when_short(language, when),
        dates.when_long(language, when),
        dates.when_range(language, when, when + timedelta(minutes=45)),
    ]


@given(languages, moments, ahead)
def test_a_date_that_we_write_is_understood_as_that_date(
    language: Language, now: datetime, later: timedelta
):
    day = wall(now, HELSINKI).date() + later

    for said in shown(language, day, time(10))[:3]:
        found = understand(said, language, now, HELSINKI)
        assert found == Command(Verb.DAY, When.on(day)), said


@given(languages, languages, moments, ahead)
def test_whoever_reads_it_is_at_least_asked_about_that_date(
    written: Language, reader: Language, now: datetime, later: timedelta
):
    day = wall(now, HELSINKI).date() + later

    for said in shown(written, day, time(10))[:3]:
        found = understand(said, reader, now, HELSINKI)
        asked = found.readings if isinstance(found, Unclear) else [found]
        assert Command(Verb.DAY, When.on(day)) in asked, said


@given(
    languages,
    languages,
    moments,
    ahead,
    st.builds(time, st.integers(7, 22), st.integers(0, 59)),
)
def test_a_time_that_we_write_is_wished_for_as_that_time(
    written: Language, reader: Language, now: datetime, later: timedelta, clock: time
):
    day = wall(now, HELSINKI).date() + timedelta(days=1) + later

    for said in shown(written, day, clock)[3:]:
        found = understand(f"{BOOK[written]} {said}", reader, now, HELSINKI)
        assert found == Command(Verb.BOOK, When.on(day, clock)), said
