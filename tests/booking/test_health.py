"""How things are judged: each red line has its cause, and its words."""

import re
from datetime import timedelta

import pytest

from booking.health import (
    LISTED_FOR,
    CalendarFacts,
    Compared,
    Facts,
    Level,
    compared,
    judge,
)
from booking.model import ProfessionalId
from booking.spans import HELSINKI
from booking.views import health as views
from booking.views.health import CalendarRow
from booking.views.health_report import report
from booking.wording import LANGUAGES, text
from booking.wording.dates import when_short
from tests import make
from tests.web.health_samples import (
    FINE,
    LONG_AGO,
    NOW,
    POLLING,
    SHUT_OUT,
    WRONG,
    calendar,
)

SOON = timedelta(minutes=1)


def names(facts: Facts, level: Level | None = None) -> list[str]:
    judged = judge(facts)
    signs = [*judged.signs, *(s for one in judged.calendars for s in one.signs)]
    return [each.name for each in signs if level in {None, each.level}]


def of_one(**changes) -> list[str]:
    return names(make.replace(FINE, calendars=(calendar(1, **changes),)))


def of_all(**changes) -> list[str]:
    return names(make.replace(FINE, **changes))


def test_when_all_is_well_nothing_is_said():
    assert names(FINE) == []
    assert judge(FINE).level is Level.OK


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"failing_since": LONG_AGO, "error": "Forbidden"}, "forbidden"),
        ({"failing_since": LONG_AGO, "error": "Gone"}, "gone"),
        ({"failing_since": LONG_AGO, "error": "Emptied"}, "emptied"),
        ({"failing_since": LONG_AGO, "error": "given_up"}, "failing"),
        ({"failing_since": LONG_AGO, "error": "Believed"}, "believed"),
        ({"synced": None}, "never_read"),
        ({"synced": LONG_AGO}, "stale"),
        ({"subscribed_until": None}, "unsubscribed"),
        ({"subscribed_until": NOW}, "unsubscribed"),
        ({"refused": 1}, "unwritten"),
        ({"retrying": 1, "retrying_since": NOW - timedelta(minutes=5)}, "retrying"),
        ({"retrying": 1, "retrying_since": LONG_AGO}, "retried_long"),
        ({"unjoined": 1}, "unjoined"),
        ({"differing": 1}, "differing"),
    ],
)
def test_what_is_wrong_with_a_calendar_is_named(changes, name):
    assert of_one(**changes) == [name]


def test_a_calendar_is_stale_by_its_own_interval():
    half_an_hour = {"synced": NOW - timedelta(minutes=30)}

    assert of_one(**half_an_hour, every=timedelta(minutes=5)) == ["stale"]
    assert of_one(**half_an_hour, every=timedelta(minutes=30)) == []


def test_writes_on_their_way_are_not_wrong():
    assert of_one(waiting=40) == []


def test_of_what_is_only_tried_once_more_nothing_is_said():
    just_now = NOW - timedelta(seconds=59)

    assert of_one(retrying=1, retrying_since=just_now) == []
    assert of_all(confirming=1, confirming_since=just_now) == []
    assert of_all(delayed=1, delayed_since=just_now - SOON) == []


def test_a_write_tried_again_is_amber_for_an_hour_and_says_until_when():
    begun = NOW - timedelta(minutes=59)
    one = calendar(1, retrying=2, retrying_since=begun)
    (soon,) = judge(make.replace(FINE, calendars=(one,))).calendars[0].signs
    later = make.replace(FINE, calendars=(one,), now=NOW + timedelta(minutes=1))
    late = judge(later).calendars[0].signs

    assert (soon.name, soon.level) == ("retrying", Level.WARN)
    said = views.line("en", soon, HELSINKI)
    assert "Nothing to do yet" in said.do
    until = when_short("en", begun + timedelta(hours=1), HELSINKI)
    assert said.do.endswith(f"normal until {until}.")
    assert [(each.name, each.level) for each in late] == [("retried_long", Level.BAD)]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"swept": None}, "worker_silent"),
        ({"swept": NOW - timedelta(minutes=6)}, "worker_silent"),
        ({"dead": WRONG.dead}, "dead"),
        ({"unsent": 1, "unsent_since": LONG_AGO}, "unsent"),
        ({"confirming": 1, "confirming_since": NOW - SOON}, "confirming"),
        ({"confirming": 1, "confirming_since": LONG_AGO}, "confirming_long"),
        ({"delayed": 1, "delayed_since": NOW - 2 * SOON}, "delayed"),
        ({"ahead": 120}, "clock_ahead"),
        ({"ahead": -125}, "clock_behind"),
        ({"credential_unknown": True}, "credential_unknown"),
        ({"credential_ends": NOW + timedelta(days=29)}, "credential_ends"),
        ({"credential_ends": NOW + timedelta(days=2)}, "credential_ends"),
        ({"credential_ends": NOW}, "credential_over"),
    ],
)
def test_what_concerns_everything_is_named(changes, name):
    assert of_all(**changes) == [name]


CLOSED = {"failing_since": LONG_AGO, "error": "Forbidden"}
NO_TOKEN = {"failing_since": LONG_AGO, "error": "TokenRefused"}


@pytest.mark.parametrize(
    ("calendars", "said"),
    [
        ([CLOSED, CLOSED], ["shut_out", "not_let_in", "not_let_in"]),
        ([NO_TOKEN, {}], ["shut_out", "not_let_in"]),
        ([NO_TOKEN, CLOSED], ["shut_out", "not_let_in", "not_let_in"]),
        ([NO_TOKEN], ["shut_out", "not_let_in"]),
        ([CLOSED, {}], ["forbidden"]),
        ([CLOSED], ["forbidden"]),
    ],
)
def test_that_microsoft_lets_us_in_nowhere_is_said_once_with_its_cause(calendars, said):
    found = tuple(calendar(n, **each) for n, each in enumerate(calendars, 1))

    assert of_all(calendars=found) == said


def test_a_message_that_is_just_due_is_not_late():
    assert of_all(unsent=40, unsent_since=NOW - timedelta(minutes=14)) == []


def test_a_clock_that_is_hardly_off_is_not_wrong():
    assert of_all(ahead=119) == of_all(ahead=-119) == of_all(ahead=0) == []


def test_a_credential_turns_amber_and_then_red():
    levels = [
        judge(make.replace(FINE, credential_ends=NOW + timedelta(days=days))).level
        for days in (31, 29, 6, -1)
    ]

    assert levels == [Level.OK, Level.WARN, Level.BAD, Level.BAD]


def test_polling_alone_says_how_old_things_may_be_and_misses_no_subscription():
    one = calendar(1, subscribed_until=None, every=timedelta(minutes=1))
    facts = make.replace(POLLING, calendars=(one,), credential_unknown=False)
    judged = judge(facts)

    assert [(s.name, s.level, s.values) for s in judged.signs] == [
        ("polling_only", Level.OK, {"minutes": 2})
    ]
    assert judged.calendars[0].signs == ()


def test_the_worst_come_first():
    judged = judge(WRONG)
    order = [Level.BAD, Level.WARN, Level.OK]
    places = [order.index(each.level) for each in judged.calendars]

    assert places == sorted(places)
    assert judged.count(Level.BAD) == 7


@pytest.mark.parametrize("facts", [WRONG, SHUT_OUT])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_red_or_amber_line_says_what_to_do(language, facts):
    judged = judge(facts)
    signs = [*judged.signs, *(s for one in judged.calendars for s in one.signs)]

    for sign in signs:
        said = views.line(language, sign, HELSINKI)
        assert said.said
        assert said.do, sign.name
        assert "{" not in said.said + said.do


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_has_every_line_once(language):
    lines = list(report(language, judge(WRONG), HELSINKI))
    signs = judge(WRONG).signs
    of_calendars = [s for one in judge(WRONG).calendars for s in one.signs]

    marked = [line for line in lines if not line.startswith(" ")]
    assert len(marked) == 2 + len(signs) + len(of_calendars)
    assert sum("K7Q2FM" in line for line in lines) == 1


#: One calendar of which every figure is another one.
COUNTED = calendar(
    1,
    name="Åsa Berg",
    synced=NOW - timedelta(minutes=3),
    heard=NOW - timedelta(minutes=17),
    subscribed_until=NOW + timedelta(days=2),
    every=timedelta(minutes=4),
    waiting=9,
    retrying=3,
    retrying_since=NOW - timedelta(minutes=5),
    refused=4,
    throttled=31.4,
    checked=NOW - timedelta(hours=7),
    differing=6,
)


def test_the_page_gives_every_figure_of_a_calendar():
    facts = make.replace(FINE, calendars=(COUNTED,))

    (row,) = views.page("fi", judge(facts), HELSINKI, "/").rows

    assert row == CalendarRow(
        name="Åsa Berg",
        level=Level.BAD,
        synced=NOW - timedelta(minutes=3),
        heard=NOW - timedelta(minutes=17),
        subscribed=NOW + timedelta(days=2),
        waiting=9,
        failing=7,
        checked=NOW - timedelta(hours=7),
        stale_minutes=5,
    )


def test_the_report_gives_every_figure_of_a_calendar_in_columns():
    never = calendar(2, name="Bo", synced=None, heard=None, subscribed_until=None)
    never = make.replace(never, checked=None, differing=None)
    facts = make.replace(FINE, calendars=(COUNTED, never))

    table = list(report("en", judge(facts), HELSINKI))[-3:]

    head, counted, bare = ([*re.split("  +", each.strip())] for each in table)
    assert dict(zip(head, counted, strict=True)) == {
        "Whose": "Åsa Berg",
        "State": "wrong",
        "Read": "09:57",
        "Notice": "09:43",
        "Subscr. ends": "25 Nov 10:00",
        "Waiting": "9",
        "Failing": "7",
        "Throttled": "32 s",
        "Compared": "03:00",
        "Differing": "6",
    }
    assert bare == ["Bo", "look", *"---00-", "not yet", "-"]
    assert len({len(each) for each in table}) == 1, "the columns stand in line"


def test_without_calendars_there_is_no_table():
    lines = list(report("en", judge(make.replace(FINE, calendars=())), HELSINKI))

    assert not [each for each in lines if each.startswith("  Whose")]


def test_of_very_many_calendars_the_worst_are_shown():
    many = tuple(calendar(n) for n in range(1, 500))
    ill = CalendarFacts(ProfessionalId(999), "Zoé")
    drawn = views.page(
        "fi", judge(make.replace(FINE, calendars=(*many, ill))), HELSINKI, "/"
    )

    assert drawn.rows[0].name == "Zoé"
    assert (len(drawn.rows), drawn.more) == (views.ROWS_MAX, 300)


# What was never compared has no differences, and is not praised for it.

NEW = calendar(1, checked=None, differing=None)


@pytest.mark.parametrize(
    ("calendars", "said"),
    [
        ((), Compared.NOT_YET),
        ((NEW,), Compared.NOT_YET),
        ((NEW, calendar(2)), Compared.NONE),
        ((calendar(1, checked=NOW - LISTED_FOR),), Compared.NOT_LATELY),
    ],
)
def test_nothing_is_said_to_be_found_only_where_something_was_compared(calendars, said):
    facts = make.replace(FINE, calendars=calendars)

    assert compared(facts) is said
    assert views.page("fi", judge(facts), HELSINKI, "/").compared is said


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_report_say_how_many_were_never_compared(language):
    judged = judge(make.replace(FINE, calendars=(NEW, calendar(2))))
    said = text(language, "health.sign.uncompared", n=1)

    assert judged.level is Level.OK
    assert [
        each.said for each in views.page(language, judged, HELSINKI, "/").lines
    ] == [said]
    assert any(said in each for each in report(language, judged, HELSINKI))
    assert judge(FINE).signs == ()
