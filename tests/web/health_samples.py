"""The health page in its states: all well, and everything wrong at once."""

from dataclasses import replace
from datetime import timedelta

from booking.differences import Difference, Kind
from booking.health import CalendarFacts, DeadJob, Facts, Noticed, judge
from booking.model import ProfessionalId, Words
from booking.reach import Unreached, Way, Why
from booking.spans import HELSINKI
from booking.views.health import HealthPage, page
from tests import make

NOW = make.NOW


def calendar(number: int, **changes: object) -> CalendarFacts:
    plain = CalendarFacts(
        ProfessionalId(number),
        f"Aino-Maria Virtanen-Korpela {number}",
        synced=NOW - timedelta(minutes=1),
        heard=NOW - timedelta(minutes=9),
        subscribed_until=NOW + timedelta(days=4),
        checked=NOW - timedelta(hours=7),
        differing=0,
    )
    return make.replace(plain, **changes)


FINE = Facts(
    now=NOW,
    calendars=tuple(calendar(n) for n in range(1, 6)),
    swept=NOW,
    jobs={"open": 3, "leased": 0, "done": 912, "dead": 0},
)
LONG_AGO = NOW - timedelta(hours=3)
WRONG = Facts(
    now=NOW,
    calendars=(
        calendar(1),
        calendar(2, failing_since=LONG_AGO, error="Forbidden"),
        calendar(3, failing_since=LONG_AGO, error="Gone"),
        calendar(4, failing_since=LONG_AGO, error="Emptied"),
        calendar(5, failing_since=LONG_AGO, error="given_up"),
        calendar(6, failing_since=LONG_AGO, error="Believed"),
        calendar(7, synced=None, heard=None, subscribed_until=None),
        calendar(8, synced=LONG_AGO, throttled=31.4),
        calendar(9, waiting=4, refused=2, unjoined=1, differing=3),
        calendar(10, waiting=2, retrying=2, retrying_since=NOW - timedelta(minutes=9)),
        calendar(11, waiting=1, retrying=1, retrying_since=LONG_AGO),
    ),
    dead=(
        DeadJob(12, "calendar", "K7Q2FM", "refused:ErrorInvalidRequest", LONG_AGO),
        DeadJob(13, "tell", "M4X9RT", "no_channel", LONG_AGO),
        DeadJob(14, "pull", "professional:5", "Unavailable", LONG_AGO),
        DeadJob(15, "something_new", "", "TimeoutError", LONG_AGO),
    ),
    swept=LONG_AGO,
    ahead=-421,
    unsent=7,
    unsent_since=LONG_AGO,
    confirming=2,
    confirming_since=LONG_AGO,
    delayed=3,
    delayed_since=LONG_AGO,
    credential_ends=NOW + timedelta(days=3),
    unheard=2,
    unheard_in=(
        Words(
            "Itäkadun työllisyyspalvelut",
            "Sysselsättningstjänsterna på Östra gatan",
            "East Street employment services",
        ),
        Words(
            "Lännentien työllisyyspalvelut",
            "Sysselsättningstjänsterna på Västra vägen",
            "West Road employment services",
        ),
    ),
    unreached=(
        Unreached("o1", "Aino-Maria Virtanen", LONG_AGO, Why.BLOCKED, Way.FEED),
        Unreached("o2", "Elias Korpela", LONG_AGO, Why.REMOVED, Way.MAIL),
        Unreached("o3", "Kerttu Salmi", LONG_AGO, Why.MISSING, Way.MAIL),
        Unreached("o4", "Oona Laine", LONG_AGO, Why.UNKNOWN),
        Unreached("o5", "Veikko Aho", LONG_AGO, Why.MISSING, Way.NONE),
    ),
)
WRONG = make.replace(
    WRONG,
    differences=(
        Noticed("Kerttu Salmi", Difference(Kind.EMPTIED), NOW - timedelta(hours=7)),
        Noticed(
            "Oona Laine",
            Difference(Kind.DAMAGED, NOW, "M4X9RT", lacks=("online", "body")),
            NOW - timedelta(hours=7),
            NOW - timedelta(hours=6),
        ),
        Noticed("Veikko Aho", Difference(Kind.UNSEEN, NOW), NOW - timedelta(hours=7)),
    ),
)
SHUT_OUT = make.replace(
    FINE,
    calendars=tuple(
        calendar(n, failing_since=LONG_AGO, error="TokenRefused") for n in range(1, 4)
    ),
)
POLLING = make.replace(FINE, notices=False, credential_unknown=True)


def drawn(facts: Facts, language: str = "fi", done: str = "") -> HealthPage:
    return page(language, judge(facts), HELSINKI, "/teams/health", done)


HEALTH = {
    "tab-health": ("tab/health.html", drawn(FINE)),
    "tab-health-wrong": ("tab/health.html", drawn(WRONG, done="retry")),
    "tab-health-shut-out": ("tab/health.html", drawn(SHUT_OUT, done="too_late")),
    "tab-health-polling": ("tab/health.html", drawn(POLLING)),
    "tab-health-new": (
        "tab/health.html",
        drawn(
            replace(
                FINE,
                calendars=tuple(
                    calendar(n, checked=None, differing=None) for n in range(1, 4)
                ),
            )
        ),
    ),
    "tab-health-none": ("tab/health.html", drawn(Facts(NOW, swept=NOW))),
}
