"""Wiring: what `serve` and `work` start, and how they end.

The only place that chooses. Everything below gets what it needs as arguments.
"""

import asyncio
import logging
import signal
from pathlib import Path

from aiohttp import web

from teams_app import sample
from teams_app.main.app import App
from teams_app.settings import BadSettings, Settings

__all__ = ["App", "serve", "work"]

log = logging.getLogger("vuoro")


async def work(settings: Settings) -> None:
    """Only work, beside replicas that serve. One process alone may have SQLite."""
    app = App(settings)
    await app.open()
    try:
        if app.database.embedded:
            raise BadSettings(
                ["VUORO_DATABASE_URL: work needs PostgreSQL, serve does not"]
            )
        running = asyncio.create_task(app.worker.run())
        heard = asyncio.create_task(app.keep_decisions())
        asked = asyncio.create_task(_asked_to_end())
        await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        heard.cancel()
        app.worker.stop()
        await running
    finally:
        await app.close()


async def serve(settings: Settings) -> None:
    """Serve and work until SIGINT or SIGTERM."""
    app = App(settings)
    await app.open()
    if settings.demo_sample:
        await sample.load(app.database, Path(settings.demo_sample), app.clock.now())
        await app.reload()
    runner = web.AppRunner(app.pages(), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        log.info("ready", extra={"port": settings.port})
        await _asked_to_end()
    finally:
        await runner.cleanup()
        await app.close()


async def _asked_to_end() -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    await ended.wait()
