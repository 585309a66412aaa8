"""How much one application may ask of one mailbox at a time, and in ten minutes.

And of all mailboxes together, where the switch says how much.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from dev_tenant.graph.answers import Failure
from dev_tenant.tenant import Tenant

AT_ONCE = 4
IN_WINDOW = 10_000
WINDOW_SECONDS = 600.0
APP_SECONDS = 10.0  #: The window of the switch `requests_per_app`.


@dataclass
class Throttle:
    tenant: Tenant
    running: dict[tuple[str, str], int] = field(default_factory=dict)
    asked: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)  #: the peak of each mailbox
    refused: int = 0
    of_app: dict[str, deque[float]] = field(default_factory=dict)

    def admit(self, app: str) -> None:
        """Let a request of the application in, whatever it is about, or 429."""
        limit = self.tenant.switches.get("requests_per_app")
        if limit is None:
            return
        now = self.tenant.clock.real().timestamp()
        recent = self.of_app.setdefault(app, deque())
        while recent and recent[0] < now - APP_SECONDS:
            recent.popleft()
        if len(recent) < int(limit):
            recent.append(now)
            return
        self.tenant.faults.strike("requests_per_app")
        wait = recent[0] + APP_SECONDS - now if recent else APP_SECONDS
        raise self.refusal("Application is over its request limit.", wait)

    @contextmanager
    def slot(self, app: str, mailbox: str) -> Iterator[None]:
        """A place at the mailbox, or 429."""
        key = (app, mailbox)
        now = self.tenant.clock.real().timestamp()
        recent = self.asked.setdefault(key, deque())
        while recent and recent[0] < now - WINDOW_SECONDS:
            recent.popleft()
        limit = int(self.tenant.switches.get("requests_per_window", IN_WINDOW))
        if len(recent) >= limit:
            self.tenant.faults.strike("requests_per_window")
            wait = recent[0] + WINDOW_SECONDS - now
            raise self.refusal("Application is over its RequestRate limit.", wait)
        if self.running.get(key, 0) >= AT_ONCE:
            raise self.refusal("Application is over its MailboxConcurrency limit.", 1.0)
        recent.append(now)
        self.running[key] = self.running.get(key, 0) + 1
        self.most[mailbox] = max(self.most.get(mailbox, 0), self.running[key])
        try:
            yield
        finally:
            self.running[key] -= 1

    def refusal(self, why: str, wait: float) -> Failure:
        self.refused += 1
        style = self.tenant.switches.get("retry_after_style", "whole")
        self.tenant.faults.strike("retry_after_style", times=style != "whole")
        headers = {
            "whole": {"Retry-After": str(max(1, round(wait)))},
            "fraction": {"Retry-After": f"{wait + 0.128:.3f}"},
            "missing": {},
        }[str(style)]
        return Failure(429, "TooManyRequests", why, headers)
