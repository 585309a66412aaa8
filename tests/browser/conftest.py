"""The stage of the browser's tests: the real application beside the real tenant."""

import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser

from teams_app.story.stage import Stage, staged
from tests.support import postgres

#: A Monday, half past eight in Helsinki: the whole week is ahead.
OPENS = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    """Give a demo of this run's own, started once: tests share it, and their clients
    and times are their own. Asked for after the browser, without which it is no use.
    """
    del browser
    with tempfile.TemporaryDirectory(dir=postgres.roomy()) as folder:
        async with staged(Path(folder), "", OPENS) as made:
            yield made
