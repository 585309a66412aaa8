"""A person's hands in Outlook: plain Graph requests, past everything of ours."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from booking.spans import Span
from graph_sync.microsoft import GRAPH_SCOPE, Credential


class Outlook:
    def __init__(self, base_url: str, tokens: Credential) -> None:
        self._base = base_url
        self._tokens = tokens
        self._http = httpx.AsyncClient(trust_env=False, timeout=30)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        token = (await self._tokens.get_token(GRAPH_SCOPE)).token
        answer = await self._http.request(
            method,
            self._base + path,
            json=body,
            headers={
                "Authorization": f"Bearer {token}",
                "Prefer": 'IdType="ImmutableId", outlook.timezone="UTC"',
            },
        )
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else {}

    async def create(self, mailbox: str, span: Span, **fields: Any) -> str:
        body = {"subject": "Palaveri", **times(span), **fields}
        made = await self.ask("POST", f"/users/{mailbox}/events", body)
        return str(made["id"])

    async def change(self, mailbox: str, event_id: str, **fields: Any) -> None:
        await self.ask("PATCH", f"/users/{mailbox}/events/{event_id}", fields)

    async def remove(self, mailbox: str, event_id: str) -> None:
        await self.ask("DELETE", f"/users/{mailbox}/events/{event_id}")

    async def occurrences(
        self, mailbox: str, master: str, span: Span
    ) -> list[dict[str, Any]]:
        path = (
            f"/users/{mailbox}/events/{master}/instances"
            f"?startDateTime={_iso(span.start)}&endDateTime={_iso(span.end)}&$top=100"
        )
        found: list[dict[str, Any]] = (await self.ask("GET", path))["value"]
        return found


UTC = ZoneInfo("UTC")


def times(span: Span, zone: ZoneInfo = UTC) -> dict[str, Any]:
    return {"start": at(span.start, zone), "end": at(span.end, zone)}


def at(moment: datetime, zone: ZoneInfo = UTC) -> dict[str, str]:
    text = moment.astimezone(zone).replace(tzinfo=None).isoformat()
    return {"dateTime": text, "timeZone": zone.key}


def all_day(first: str, after_last: str) -> dict[str, Any]:
    return {
        "isAllDay": True,
        "start": {"dateTime": f"{first}T00:00:00", "timeZone": "Europe/Helsinki"},
        "end": {"dateTime": f"{after_last}T00:00:00", "timeZone": "Europe/Helsinki"},
    }


def weekly(span: Span, count: int, zone: ZoneInfo = UTC) -> dict[str, Any]:
    """Give the recurrence of a series that keeps its hour in this zone."""
    first = span.start.astimezone(zone)
    day = first.strftime("%A").lower()
    return {
        "recurrence": {
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": [day]},
            "range": {
                "type": "numbered",
                "startDate": first.date().isoformat(),
                "numberOfOccurrences": count,
                "recurrenceTimeZone": zone.key,
            },
        }
    }


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
