"""The tenant a story is played in: its clock, its faults, what reached whom.

Only its HTTP is known here. Times of the small Outlook are Helsinki wall clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from booking.spans import HELSINKI
from teams_app.story.script import Unmet, until

Json = dict[str, Any]

_OK = 400


@dataclass(frozen=True, slots=True)
class Message:
    """A mail or an SMS as it reached somebody."""

    kind: str
    subject: str
    text: str
    links: tuple[str, ...]
    at: datetime

    @property
    def said(self) -> str:
        return f"{self.subject}\n{self.text}"

    @property
    def link(self) -> str:
        """Give the one link of ours in it."""
        ours = [each for each in self.links if not each.startswith("tel:")]
        if not ours:
            raise Unmet("a message with a link", self.said)
        return ours[0]


@dataclass(frozen=True, slots=True)
class Tenant:
    """HTTP to the tenant's control and to its faces."""

    session: aiohttp.ClientSession
    base: str

    async def get(self, path: str, **query: str) -> Json:
        url = self.base + path
        async with self.session.get(url, params=query) as answer:
            return await _json(answer, path)

    async def post(self, path: str, body: Json) -> Json:
        async with self.session.post(self.base + path, json=body) as answer:
            return await _json(answer, path)

    # Time

    async def now(self) -> datetime:
        said = await self.get("/_tenant/clock")
        return datetime.fromisoformat(said["now"])

    async def move_to(self, moment: datetime) -> None:
        """Move the clock; the application follows within a second."""
        await self.post("/_tenant/clock", {"now": moment.isoformat()})

    # Unpleasantness

    async def fault(self, **rule: Any) -> None:
        """Make chosen requests fail or linger; see the tenant's own page on it."""
        await self.post("/_tenant/faults", rule)

    async def faults(self) -> list[Json]:
        found: list[Json] = (await self.get("/_tenant/faults"))["rules"]
        return found

    async def switch(self, **switches: Any) -> None:
        await self.post("/_tenant/switches", switches)

    # What people outside got

    async def messages(self, to: str) -> list[Message]:
        """Give all that reached an address or number, oldest first."""
        found = await self.get("/inbox/api/messages", to=to)
        return [
            Message(
                each["kind"],
                each["subject"],
                each["text"],
                tuple(_address(link) for link in each["links"]),
                datetime.fromisoformat(each["at"]),
            )
            for each in found["value"]
        ]

    async def message(self, expected: str, to: str, *, after: int = 0) -> Message:
        """Wait for the next message to somebody who has had `after` of them."""

        async def look() -> Message | None:
            had = await self.messages(to)
            return had[after] if len(had) > after else None

        return await until(f"{expected} to {to}", look)

    # Everything that went over the wire

    async def traffic(self) -> list[Json]:
        har = await self.get("/_tenant/traffic.har")
        entries: list[Json] = har["log"]["entries"]
        return entries


def _address(link: Any) -> str:
    return str(link.get("href") or link.get("url")) if isinstance(link, dict) else link


async def _json(answer: aiohttp.ClientResponse, path: str) -> Json:
    if answer.status >= _OK and answer.status != 422:  # noqa: PLR2004
        raise Unmet(f"{path} to be answered", f"{answer.status} {await answer.text()}")
    if answer.status == 204:  # noqa: PLR2004
        return {}
    found: Json = await answer.json(content_type=None)
    return found


@dataclass(frozen=True, slots=True)
class Event:
    """An event as Outlook shows it."""

    id: str
    subject: str
    start: datetime
    end: datetime
    json: Json

    @property
    def join(self) -> str:
        return str(self.json["join"])

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return self.start < end and self.end > start


@dataclass(frozen=True, slots=True)
class Outlook:
    """One person's calendar."""

    tenant: Tenant
    user: str

    async def events(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> list[Event]:
        """Give what stands in it; without times, four weeks from yesterday."""
        query = {"user": self.user}
        if start is not None:
            query["from"] = start.isoformat()
        if end is not None:
            query["to"] = end.isoformat()
        found = await self.tenant.get("/_tenant/outlook/events", **query)
        return [_event(each) for each in found["value"]]

    async def ours(self, reference: str) -> Event | None:
        """Find the event of an appointment by its reference; None: there is none."""
        found = await self.all_ours(reference)
        return found[0] if found else None

    async def all_ours(self, reference: str) -> list[Event]:
        now = await self.tenant.now()
        ahead = await self.events(now - timedelta(days=1), now + timedelta(days=45))
        return [each for each in ahead if reference in each.subject]

    async def has(self, reference: str) -> Event:
        """Wait for the event of an appointment."""
        return await until(
            f"an event with {reference} in Outlook", lambda: self.ours(reference)
        )

    async def put(self, start: datetime, end: datetime, **fields: Any) -> Event:
        """Put an event of one's own into the calendar."""
        said = {"subject": "Oma asia", "start": _wall(start), "end": _wall(end)}
        return await self._act("create", **(said | fields))

    async def drag(self, event: Event, start: datetime) -> Event:
        return await self._act("move", id=event.id, start=_wall(start))

    async def delete(self, event: Event) -> None:
        await self.tenant.post(
            "/_tenant/outlook/delete", {"user": self.user, "id": event.id}
        )

    async def _act(self, act: str, **body: Any) -> Event:
        asked = {"user": self.user, **body}
        return _event(await self.tenant.post(f"/_tenant/outlook/{act}", asked))


def _event(told: Json) -> Event:
    start, end = _read(told["start"]), _read(told["end"])
    return Event(told["id"], told["subject"], start, end, told)


def _read(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=HELSINKI)


def _wall(moment: datetime) -> str:
    local = moment.astimezone(HELSINKI)
    return local.replace(tzinfo=None).isoformat(timespec="minutes")
