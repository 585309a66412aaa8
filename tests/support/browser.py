"""The system's Chromium, driven by Playwright, and what its pages complained about.

Playwright's asynchronous interface is used throughout: the application and the
tenant run in the same event loop as the test (there is one loop for the whole run),
and the synchronous interface would stop them.
"""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    async_playwright,
)

#: The first one is built without windows: the same engine for half of the time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)

#: What must fit is tried in a narrow font and in a wide one, whatever the machine's own
#: is: `tools/prepare` installs both.
FONTS = ("Liberation Sans", "DejaVu Sans")

QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-quic",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    # Nothing has a name but this machine, so no page can reach the world.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def program() -> str | None:
    """Find a Chromium that the system installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def started(executable: str) -> AsyncIterator[Browser]:
    # Chromium refuses its own sandbox to root, and only root goes without it.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=QUIET + sandbox
        )
        try:
            yield browser
        finally:
            await browser.close()


class Complaints:
    """What a page's console, its scripts, its policy and its network complained of.

    A test that provokes a complaint on purpose forgives it by a pattern; whatever is
    left at the end fails the test.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._forgiven: list[re.Pattern[str]] = []

    def forgive(self, pattern: str) -> None:
        self._forgiven.append(re.compile(pattern))

    @property
    def left(self) -> list[str]:
        return [
            complaint
            for complaint in self.seen
            if not any(pattern.search(complaint) for pattern in self._forgiven)
        ]

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))
        page.on("requestfailed", self._request_failed)

    def _console(self, message: ConsoleMessage) -> None:
        # A broken content security policy is reported here too, as an error.
        if message.type in {"error", "warning"}:
            where = message.location.get("url", "")
            self.seen.append(f"{message.type}: {message.text} ({where})")

    def _request_failed(self, request: Request) -> None:
        # A request abandoned by a navigation is no fault of the page.
        if request.failure != "net::ERR_ABORTED":
            self.seen.append(f"request: {request.url} {request.failure}")


class Windows:
    """Opens pages, each in a profile of its own, and closes them all at the end."""

    def __init__(self, browser: Browser, complaints: Complaints) -> None:
        self._browser = browser
        self._complaints = complaints
        self._contexts: list[BrowserContext] = []

    async def open(self, **options: Any) -> Page:
        """Open an empty page; `options` are those of Playwright's `new_context`."""
        context = await self._browser.new_context(
            **{"locale": "fi-FI", "timezone_id": "Europe/Helsinki"} | options
        )
        context.set_default_timeout(30_000)
        context.on("page", self._complaints.watch)
        self._contexts.append(context)
        return await context.new_page()

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()
