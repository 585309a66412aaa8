"""Requests the tenant makes itself: notifications, bot activities.

One session for all of them, each written into the journal. An unreachable address is
an answer with status 0, never an exception: the tenant goes on living.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from dev_tenant.journal import Exchange, stopwatch
from dev_tenant.tenant import Tenant


@dataclass(frozen=True)
class Reply:
    status: int  #: 0: nobody answered in time
    headers: Mapping[str, str]
    text: str

    @property
    def ok(self) -> bool:
        return self.status // 100 == 2  # noqa: PLR2004 - the class of success


class Outgoing:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._session: aiohttp.ClientSession | None = None
        tenant.closers.append(self.close)

    async def send(
        self,
        method: str,
        url: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30,  # noqa: ASYNC109 - of the whole exchange
        comment: str = "",
    ) -> Reply:
        """Ask; `body` is text, or anything else to be sent as JSON."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        sent = {"Content-Type": "text/plain"} if isinstance(body, str) else {}
        if body is not None and not isinstance(body, str):
            body, sent = json.dumps(body), {"Content-Type": "application/json"}
        sent |= dict(headers or {})
        started, watch = self._tenant.clock.real(), stopwatch()
        reply = await self._ask(method, url, body, sent, timeout)
        made = Exchange(
            started=started,
            seconds=stopwatch() - watch,
            outgoing=True,
            method=method,
            url=url,
            request_headers=sent,
            request_body=body or "",
            status=reply.status,
            response_headers=reply.headers,
            response_body=reply.text,
            comment=comment,
        )
        self._tenant.journal.add(made)
        return reply

    async def _ask(
        self,
        method: str,
        url: str,
        body: str | None,
        headers: Mapping[str, str],
        seconds: float,
    ) -> Reply:
        assert self._session is not None
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=seconds),
                allow_redirects=False,
            ) as response:
                text = await response.text()
                return Reply(response.status, dict(response.headers), text)
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            return Reply(0, {}, f"{type(failure).__name__}: {failure}")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
