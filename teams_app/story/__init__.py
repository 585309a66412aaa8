"""The main job, played end to end through the surfaces that people and Microsoft use.

A fresh demo, a tenant in a box beside it; every step goes over HTTP as Teams, Outlook,
a client's browser without script or Graph itself would. Nothing here knows the inside of
the application, nor the tenant's code.
"""

import asyncio
import json
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from teams_app.demo import CannotStart
from teams_app.story import (
    afterwards,
    asking,
    away,
    beside,
    choosing,
    ending,
    event,
    floor,
    living,
    panel,
    polling,
    public,
    tab,
    team,
)
from teams_app.story.script import Book, Unmet
from teams_app.story.stage import Stage, staged
from teams_app.story.tenant import Json


async def run(har: Path | None, database: str) -> int:
    """Play everything; gives the exit status. `har`: where all traffic is written.

    When something failed, the application's log is put beside the traffic.
    """
    # Told to end, it takes the processes it has started along, as with Ctrl-C.
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, signal.raise_signal, signal.SIGINT)
    book = Book()
    with tempfile.TemporaryDirectory(prefix="vuoro-story-") as folder:
        try:
            async with staged(Path(folder), database) as stage:
                await _play(book, stage)
                if har is not None:
                    _write(har, await stage.tenant.get("/_tenant/traffic.har"))
        except (CannotStart, Unmet) as why:
            sys.stderr.write(f"The demo for the story did not come up: {why}\n")
            book.failed += 1
        if book.failed and har is not None:
            _keep_log(har, Path(folder, "data", "app.log"))
    sys.stdout.write(f"\n{book.passed} passed, {book.failed} failed\n")
    return 1 if book.failed else 0


def _keep_log(har: Path, log: Path) -> None:
    if log.exists():
        har.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(log, har.with_suffix(".log"))


async def _play(book: Book, stage: Stage) -> None:
    """Play beside each other what may be; what moves the clock or counts, alone.

    Each lane has professionals of its own, so that none takes another's times.
    """
    await book.play(
        [
            *asking.stories(stage),
            *tab.stories(stage),
            *panel.stories(stage),
            *beside.stories(stage),
        ],
        [*choosing.stories(stage), *living.stories(stage)],
        [*event.stories(stage), *public.stories(stage)],
    )
    await book.play(floor.stories(stage))
    await book.play(team.stories(stage))
    await book.play(away.stories(stage))
    await book.play(afterwards.stories(stage))
    await book.play(polling.stories(stage))
    await book.play(ending.stories(stage))


def _write(where: Path, traffic: Json) -> None:
    """Write down everything that went over the wire between tenant and application."""
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text(json.dumps(traffic, ensure_ascii=False))
