"""Whatever people do to other events in Outlook, free time and questions follow.

Each act by Graph as Outlook would ask it and by hand in the tenant's small Outlook, on
the last working day before the clocks change and on the first after. What must follow is
worked out from a plain reading of the calendar, not from what we keep of it.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from booking.availability import Search
from booking.model import Appointment, Modality, Slot
from booking.spans import HELSINKI, Span
from booking.views.cards import ConflictKind
from dev_tenant import server
from graph_sync.microsoft import Microsoft, TokenSource
from teams_app.actions import pulls
from teams_app.store import conflicts
from tests import make
from tests.graph_sync.outlook import Outlook, all_day, at, times, weekly
from tests.support import waiting
from tests.support.small_world import SmallWorld
from tests.support.wired import AINO, wired

#: A Thursday; on the Sunday the clocks go back.
NOW = datetime(2026, 10, 22, 6, 0, tzinfo=UTC)
DAYS = {
    "before the clocks change": datetime(2026, 10, 23, 10, 0, tzinfo=HELSINKI),
    "after": datetime(2026, 10, 26, 10, 0, tzinfo=HELSINKI),
}
WEEK = timedelta(weeks=1)
TAKES_TIME = {"busy", "oof", "tentative", "unknown"}


class Hands(ABC):
    """A way to act in her calendar. Fields are named as Graph names them."""

    @abstractmethod
    async def add(self, when: Span, **fields: Any) -> str: ...

    @abstractmethod
    async def change(self, id_: str, when: Span | None = None, **fields: Any) -> None:
        """Change an event, a day of a series, or a whole series."""

    @abstractmethod
    async def remove(self, id_: str) -> None: ...

    @abstractmethod
    async def days(self, series: str) -> list[str]:
        """Give the ids of a series' days, in order."""


@dataclass
class ByGraph(Hands):
    outlook: Outlook
    calendar: str = ""  #: Not her primary one.

    async def add(self, when: Span, **fields: Any) -> str:
        where = f"/calendars/{self.calendar}" if self.calendar else ""
        body = {"subject": "Palaveri", **times(when, HELSINKI), **fields}
        made = await self.outlook.ask("POST", f"/users/{AINO}{where}/events", body)
        return str(made["id"])

    async def change(self, id_: str, when: Span | None = None, **fields: Any) -> None:
        if when is not None:
            fields |= times(when, HELSINKI)
        await self.outlook.change(AINO, id_, **fields)

    async def remove(self, id_: str) -> None:
        await self.outlook.remove(AINO, id_)

    async def days(self, series: str) -> list[str]:
        ahead = Span(NOW, NOW + timedelta(days=40))
        found = await self.outlook.occurrences(AINO, series, ahead)
        return [str(each["id"]) for each in found]


@dataclass
class ByHand(Hands):
    """The small Outlook of the demo."""

    http: httpx.AsyncClient
    base: str

    async def _act(self, act: str, **said: Any) -> dict[str, Any]:
        url = f"{self.base}/_tenant/outlook/{act}"
        answer = await self.http.post(url, json={"user": AINO, **said})
        assert answer.is_success, (act, answer.text)
        done: dict[str, Any] = answer.json()
        return done

    async def add(self, when: Span, **fields: Any) -> str:
        said = {"subject": "Palaveri", **_by_hand(fields), **_hours(when)}
        return str((await self._act("create", **said))["id"])

    async def change(self, id_: str, when: Span | None = None, **fields: Any) -> None:
        if when is not None:
            await self._act("move", id=id_, **_hours(when))
        if fields:
            await self._act("change", id=id_, **_by_hand(fields))

    async def remove(self, id_: str) -> None:
        await self._act("delete", id=id_)

    async def days(self, series: str) -> list[str]:
        asked = {"user": AINO, "from": NOW.isoformat()}
        asked["to"] = (NOW + timedelta(days=40)).isoformat()
        url = f"{self.base}/_tenant/outlook/events"
        found = (await self.http.get(url, params=asked)).json()["value"]
        return [each["id"] for each in found if each["id"].startswith(f"{series}@")]


def _hours(when: Span) -> dict[str, str]:
    return {"start": when.start.isoformat(), "end": when.end.isoformat()}


def _by_hand(fields: dict[str, Any]) -> dict[str, Any]:
    said = dict(fields)
    if "showAs" in said:
        said["show_as"] = said.pop("showAs")
    if "sensitivity" in said:
        said["private"] = said.pop("sensitivity") == "private"
    if "isAllDay" in said:
        said["all_day"] = said.pop("isAllDay")
        first, after = (said[name]["dateTime"][:10] for name in ("start", "end"))
        said |= {"start": first, "end": f"{after}T00:00"}
    return said


@dataclass
class Case:
    """An appointment in her real calendar, and somebody's hands beside it."""

    small: SmallWorld
    hands: Hands
    outlook: Outlook
    at: datetime
    booked: Appointment
    before: list[datetime] = field(default_factory=list)

    def span(self, start: int, end: int) -> Span:
        """Give a time in minutes from the beginning of the appointment."""
        return Span(
            self.at + timedelta(minutes=start), self.at + timedelta(minutes=end)
        )

    @property
    def beside(self) -> Span:
        return self.span(-60, -15)

    @property
    def over(self) -> Span:
        return self.span(15, 60)

    async def hear(self) -> None:
        self.small.write(pulls.owe, [make.AINO], self.small.now)
        await self.small.settle_down()

    def offered(self) -> list[datetime]:
        """Give the starts offered on the day itself and a week later."""
        search = Search(self.small.service, Modality.REMOTE, self.small.now)
        found = self.small.world.index().free(search, 4000)
        days = {self.at.date(), (self.at + WEEK).date()}
        starts = [slot.start for slot in found]
        return [s for s in starts if s.astimezone(HELSINKI).date() in days]

    async def lying(self) -> list[Span]:
        """Read what takes time in her calendar now, but for our own event."""
        asked = (
            f"/users/{AINO}/calendarView?startDateTime={NOW:%Y-%m-%dT%H:%M:%SZ}"
            f"&endDateTime={NOW + timedelta(days=40):%Y-%m-%dT%H:%M:%SZ}&$top=200"
        )
        found = (await self.outlook.ask("GET", asked))["value"]
        return [
            _span(each)
            for each in found
            if each["showAs"] in TAKES_TIME
            and self.booked.reference not in each["subject"]
        ]

    async def follows(self) -> None:
        """See that free time and questions are what the calendar says."""
        lying = await self.lying()
        length = self.small.service.length
        assert self.offered() == [
            start
            for start in self.before
            if not any(each.overlaps(Span(start, start + length)) for each in lying)
        ]
        asked = self.small.read(conflicts.open_for, make.AINO)
        collides = any(each.overlaps(self.booked.span) for each in lying)
        kinds = [each.kind for each in asked]
        assert kinds == [ConflictKind.OVERLAPPED] * collides


def _span(raw: dict[str, Any]) -> Span:
    start, end = (
        datetime.fromisoformat(raw[name]["dateTime"][:19]) for name in ("start", "end")
    )
    zone = HELSINKI if raw["isAllDay"] else UTC
    return Span(*(each.replace(tzinfo=zone).astimezone(UTC) for each in (start, end)))


@pytest_asyncio.fixture(loop_scope="session", params=list(DAYS))
async def case(
    request: pytest.FixtureRequest,
    running: server.Running,
    tokens: TokenSource,
    sqlite_url: str,
) -> AsyncIterator[Case]:
    graph = Microsoft(running.graph_url, tokens, waiting.world())
    outlook = Outlook(running.graph_url, tokens)
    at = DAYS[request.param].astimezone(UTC)
    async with wired(sqlite_url, graph) as small:
        small.clock.set(NOW)
        small.pull(anew=True)
        await small.settle_down()
        booked = small.book(slot=Slot(make.AINO, at))
        await small.settle_down()
        made = Case(small, ByGraph(outlook), outlook, at, booked)
        made.before = made.offered()
        yield made
    await outlook.aclose()


# The acts. What was there before is heard before it is changed.


async def created_beside(case: Case) -> None:
    await case.hands.add(case.beside)


async def created_over_it(case: Case) -> None:
    await case.hands.add(case.over)


async def moved_over_it(case: Case) -> None:
    id_ = await case.hands.add(case.beside)
    await case.hear()
    await case.hands.change(id_, case.over)


async def moved_away(case: Case) -> None:
    id_ = await case.hands.add(case.over)
    await case.hear()
    await case.hands.change(id_, case.beside)


async def extended(case: Case) -> None:
    id_ = await case.hands.add(case.beside)
    await case.hear()
    await case.hands.change(id_, case.span(-60, 15))


async def shortened(case: Case) -> None:
    id_ = await case.hands.add(case.span(-60, 15))
    await case.hear()
    await case.hands.change(id_, case.beside)


async def deleted(case: Case) -> None:
    id_ = await case.hands.add(case.over)
    await case.hear()
    await case.hands.remove(id_)


async def made_free(case: Case) -> None:
    id_ = await case.hands.add(case.over)
    await case.hear()
    await case.hands.change(id_, showAs="free")


async def made_tentative(case: Case) -> None:
    id_ = await case.hands.add(case.over, showAs="free")
    await case.hear()
    await case.hands.change(id_, showAs="tentative")


async def made_out_of_office(case: Case) -> None:
    id_ = await case.hands.add(case.beside, showAs="free")
    await case.hear()
    await case.hands.change(id_, showAs="oof")


async def made_private(case: Case) -> None:
    id_ = await case.hands.add(case.over)
    await case.hear()
    await case.hands.change(id_, sensitivity="private")


async def made_all_day(case: Case) -> None:
    id_ = await case.hands.add(case.beside)
    await case.hear()
    day = case.at.astimezone(HELSINKI).date()
    after = day + timedelta(days=1)
    await case.hands.change(id_, **all_day(day.isoformat(), after.isoformat()))


async def turned_into_a_series(case: Case) -> None:
    id_ = await case.hands.add(case.beside)
    await case.hear()
    await case.hands.change(id_, **weekly(case.beside, 3, HELSINKI))


async def _series(case: Case, when: Span) -> str:
    id_ = await case.hands.add(when, **weekly(when, 3, HELSINKI))
    await case.hear()
    return id_


async def one_day_of_a_series_moved_over_it(case: Case) -> None:
    days = await case.hands.days(await _series(case, case.beside))
    await case.hands.change(days[0], case.over)


async def one_day_of_a_series_moved_next_week(case: Case) -> None:
    days = await case.hands.days(await _series(case, case.beside))
    later = case.over.start + WEEK
    await case.hands.change(days[1], Span(later, later + case.over.length))


async def one_day_of_a_series_deleted(case: Case) -> None:
    days = await case.hands.days(await _series(case, case.over))
    await case.hands.remove(days[0])


async def a_whole_series_moved_over_it(case: Case) -> None:
    id_ = await _series(case, case.beside)
    await case.hands.change(id_, case.over)


async def a_whole_series_made_free(case: Case) -> None:
    id_ = await _series(case, case.over)
    await case.hands.change(id_, showAs="free")


async def a_whole_series_deleted(case: Case) -> None:
    id_ = await _series(case, case.over)
    await case.hands.remove(id_)


Act = Callable[[Case], Awaitable[None]]
ACTS: tuple[Act, ...] = (
    created_beside,
    created_over_it,
    moved_over_it,
    moved_away,
    extended,
    shortened,
    deleted,
    made_free,
    made_tentative,
    made_out_of_office,
    made_private,
    made_all_day,
    turned_into_a_series,
    one_day_of_a_series_moved_over_it,
    one_day_of_a_series_moved_next_week,
    one_day_of_a_series_deleted,
    a_whole_series_moved_over_it,
    a_whole_series_made_free,
    a_whole_series_deleted,
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
@pytest.mark.parametrize("way", ["graph", "hand"])
async def test_free_time_and_questions_follow(
    case: Case, act: Act, way: str, running: server.Running
):
    async with httpx.AsyncClient(trust_env=False) as http:
        if way == "hand":
            case.hands = ByHand(http, running.base_url)

        await act(case)
        await case.hear()

        await case.follows()


async def test_her_other_calendars_are_her_own_matter(case: Case):
    """docs/decisions/one-calendar.md"""
    name = {"name": f"Muut {case.at:%d.%m.}"}
    made = await case.outlook.ask("POST", f"/users/{AINO}/calendars", name)
    case.hands = ByGraph(case.outlook, str(made["id"]))

    await created_over_it(case)
    await case.hear()

    assert case.offered() == case.before
    assert case.small.read(conflicts.open_for, make.AINO) == []


@pytest.mark.parametrize("status", ["scheduled", "alwaysEnabled"])
async def test_while_automatic_replies_are_scheduled_she_is_away(
    case: Case, status: str, running: server.Running
):
    """Replies that are always on say no more than that answers take a while."""
    settings = next(
        box.settings
        for user, box in running.tenant.mailboxes.items()
        if running.tenant.users[user].mail == AINO
    )
    before = dict(settings)
    away = case.span(60, 24 * 60)
    # Her own doing: we may only read these.
    settings["automaticRepliesSetting"] = {
        "status": status,
        "scheduledStartDateTime": at(away.start),
        "scheduledEndDateTime": at(away.end),
    }

    case.small.pull(anew=True)
    await case.small.settle_down()

    settings.update(before)
    length = case.small.service.length
    closed = [away] if status == "scheduled" else []
    assert case.offered() == [
        start
        for start in case.before
        if not any(each.overlaps(Span(start, start + length)) for each in closed)
    ]
    assert case.small.appointment(case.booked.id).span == case.booked.span


def test_the_plain_reading_counts_the_hours_of_a_day():
    first, after = ({"dateTime": f"2026-10-{day}T00:00:00"} for day in (25, 26))

    assert _span({"isAllDay": True, "start": first, "end": after}).length == timedelta(
        hours=25
    )
