"""What it costs to follow many calendars, against the least that Graph must be asked.

`python -m benchmarks.sync [mailboxes] [events]`. The application and the tenant each run
as a process of their own. First every calendar is read and watched for the first time;
then one event changes in each, all at once; then one calendar after the other, slowly, to
see how soon a time is gone once its notice has come. The plain floor asks the same tenant
for the same calendars with nothing but an HTTP client and a JSON reader.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from benchmarks.slot_search import Target
from benchmarks.sync_sides import Sides, both
from graph_sync.microsoft.requests import DELTA_PAGE

MAILBOXES, EVENTS = 100, 150
#: Calendars changed one after the other, and the seconds between two.
SLOWLY, PAUSE = 150, 0.2
#: Calendars the plain floor reads.
PLAIN = 100
#: What a mailbox says of itself, and no other request can answer: her hours, her zone and
#: her automatic replies; and whether Teams meetings are allowed in her calendar.
OF_ITSELF = ("GET mailboxSettings", "GET calendar")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured. Seconds, bytes, and requests of Graph (parts of batches)."""

    mailboxes: int
    events: int
    asked_first: dict[str, int]
    asked_change: dict[str, int]
    wall_first: float
    cpu_first: float  #: Of the application, in all.
    cpu_change: float
    cpu_plain: float  #: Of one calendar read with nothing but HTTP and JSON.
    peak: int
    wait_p50: float  #: From a notice until its time is gone, one change at a time.
    wait_p95: float
    rush_p50: float  #: The same when all changed at once.
    rush_p95: float

    @property
    def floor_first(self) -> int:
        """One delta read a page, and one subscription: what a calendar takes."""
        pages = -(-self.events // DELTA_PAGE)
        return self.mailboxes * (pages + 1)

    @property
    def floor_of_itself(self) -> int:
        return self.mailboxes * len(OF_ITSELF)

    @property
    def asked_of_itself(self) -> int:
        return sum(self.asked_first.get(name, 0) for name in OF_ITSELF)

    @property
    def asked_of_calendar(self) -> int:
        """Everything else, so that nothing can hide."""
        return asked(self.asked_first) - self.asked_of_itself

    @property
    def cpu_mailbox(self) -> float:
        return self.cpu_first / self.mailboxes

    @property
    def cpu_event(self) -> float:
        return self.cpu_mailbox / self.events


async def plain(sides: Sides, now: datetime) -> float:
    """Give the CPU of reading one calendar with nothing but HTTP and JSON."""
    told = sides.told
    form = {
        "grant_type": "client_credentials",
        "client_id": told["client_id"],
        "client_secret": told["client_secret"],
        "scope": "https://graph.microsoft.com/.default",
    }
    url = f"{told['entra_plain_url']}/{told['tenant_id']}/oauth2/v2.0/token"
    async with sides.session.post(url, data=form) as answer:
        token = (await answer.json())["access_token"]
    headers = {
        "Authorization": f"Bearer {token}",
        "Prefer": f"odata.maxpagesize={DELTA_PAGE}",
    }
    window = {
        "startDateTime": f"{now:%Y-%m-%dT00:00:00Z}",
        "endDateTime": f"{now + timedelta(days=90):%Y-%m-%dT00:00:00Z}",
    }
    some = told["people"][:PLAIN]
    before = time.process_time()
    for id_ in some:
        url = f"{told['graph_url']}/users/{id_}/calendarView/delta"
        async with sides.session.get(url, params=window, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            orjson.loads(await answer.read())
    return (time.process_time() - before) / len(some)


def at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


async def measure(mailboxes: int = MAILBOXES, events: int = EVENTS) -> Figures:
    now = datetime.now(UTC)
    # On free days to come, where nothing stands.
    rush, slow = (
        (now + timedelta(days=days)).replace(hour=3, minute=0, second=0, microsecond=0)
        for days in (2, 3)
    )
    async with both(mailboxes, events) as sides:
        started = time.perf_counter()
        first = await sides.rested(mailboxes)
        wall = time.perf_counter() - started
        asked_first = await sides.counts()

        await sides.ask(f"watch?start={rush:%Y-%m-%dT%H:%M:%S}%2B00:00")
        await sides.order(f"change 0 {mailboxes} {rush.isoformat()}")
        rushed = await sides.gone(mailboxes)
        changed = await sides.rested(mailboxes)
        asked_change = await sides.counts()
        asked_change.subtract(asked_first)

        await sides.ask(f"watch?start={slow:%Y-%m-%dT%H:%M:%S}%2B00:00")
        some = min(SLOWLY, mailboxes)
        for number in range(some):
            await sides.order(f"change {number} {number + 1} {slow.isoformat()}")
            await asyncio.sleep(PAUSE)
        waited = await sides.gone(some)
        last = await sides.rested(mailboxes)
        cpu_plain = await plain(sides, now)
    return Figures(
        mailboxes=mailboxes,
        events=events,
        asked_first=dict(asked_first),
        asked_change=dict(+asked_change),
        wall_first=wall,
        cpu_first=first["cpu"] - sides.cpu,
        cpu_change=changed["cpu"] - first["cpu"],
        cpu_plain=cpu_plain,
        peak=last["peak"],
        wait_p50=at(waited, 0.5),
        wait_p95=at(waited, 0.95),
        rush_p50=at(rushed, 0.5),
        rush_p95=at(rushed, 0.95),
    )


def asked(counts: dict[str, int]) -> int:
    """Sum requests: each has a method; what stands alone is an answer's status."""
    return sum(n for name, n in counts.items() if " " in name and "$batch" not in name)


def table(one: Figures) -> str:
    n = one.mailboxes
    floor = one.floor_first / n
    rows = [
        ("first sync, requests a mailbox", f"{asked(one.asked_first) / n:.2f}"),
        (f"  calendar, floor {floor:.0f}", f"{one.asked_of_calendar / n:.2f}"),
        (
            f"  what it says of itself, floor {len(OF_ITSELF)}",
            f"{one.asked_of_itself / n:.2f}",
        ),
        (
            "  all against the calendar's floor",
            f"{asked(one.asked_first) / n / floor:.2f}",
        ),
        ("  of which", json.dumps(one.asked_first)),
        ("first sync, seconds", f"{one.wall_first:.1f}"),
        ("first sync, CPU ms a mailbox", f"{one.cpu_mailbox * 1e3:.1f}"),
        ("first sync, CPU us an event", f"{one.cpu_event * 1e6:.0f}"),
        ("plain read, CPU ms a mailbox", f"{one.cpu_plain * 1e3:.1f}"),
        ("one change, requests a mailbox", f"{asked(one.asked_change) / n:.2f}"),
        ("  of which", json.dumps(one.asked_change)),
        ("one change, CPU ms a mailbox", f"{one.cpu_change / n * 1e3:.1f}"),
        ("peak memory, MB", f"{one.peak / 1e6:.0f}"),
        ("notice to slot gone, p50 ms", f"{one.wait_p50 * 1e3:.0f}"),
        ("notice to slot gone, p95 ms", f"{one.wait_p95 * 1e3:.0f}"),
        ("  all changed at once, p50 s", f"{one.rush_p50:.2f}"),
        ("  all changed at once, p95 s", f"{one.rush_p95:.2f}"),
    ]
    return "\n".join(f"{name:<36}{value}" for name, value in rows)


def targets(one: Figures) -> list[Target]:
    n = one.mailboxes
    return [
        Target(
            f"first sync of {n:,}, calendar: requests against the floor",
            one.asked_of_calendar / one.floor_first,
            1.1,
        ),
        Target(
            f"first sync of {n:,}, what a mailbox says of itself: against the floor",
            one.asked_of_itself / one.floor_of_itself,
            1.1,
        ),
        Target(
            "one change: requests against the floor", asked(one.asked_change) / n, 1.1
        ),
        Target("peak memory of the application, MB", one.peak / 1e6, 400),
        Target("from notice to slot gone, p95 seconds", one.wait_p95, 1.0),
    ]


def run(mailboxes: int = MAILBOXES) -> tuple[Figures, list[Target]]:
    found = asyncio.run(measure(mailboxes))
    return found, targets(found)


if __name__ == "__main__":
    measured = asyncio.run(measure(*map(int, sys.argv[1:])))
    print(table(measured), end="\n\n")
    print("\n".join(map(str, targets(measured))))
