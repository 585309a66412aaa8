"""Whether the application lives, whether it is ready, and figures for who collects them.

`/health` and `/ready` are for whatever watches processes. The figures are given only to who brings the token of the settings.
"""

import asyncio
import hmac
import logging

from aiohttp import web

from teams_app.store import health as rows
from teams_app.store import jobs
from teams_app.web import metrics
from teams_app.web.site import SITE
from teams_app.web.tab.health import watched
from teams_app.web.watching import WATCH

log = logging.getLogger("vuoro.web")

#: How long the database may take to say that it is there.
_PATIENCE_SECONDS = 2.0


def routes() -> list[web.RouteDef]:
    return [
        web.get("/health", health),
        web.get("/ready", ready),
        web.get("/metrics", figures),
    ]


async def health(request: web.Request) -> web.Response:
    """Say that the process answers, with counts of jobs and nothing about anybody."""
    counts = await request.app[SITE].world.database.read(jobs.figures)
    return web.json_response({"status": "ok", "jobs": counts})


async def ready(request: web.Request) -> web.Response:
    """Say whether requests may be sent here: the database answers."""
    database = request.app[SITE].world.database
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await database.read(rows.due_at, "sweep")
    except Exception:
        log.exception("not ready")
        return web.json_response(
            {"ready": False, "lacks": "database"},
            status=503,
            headers={"Retry-After": "5"},
        )
    return web.json_response({"ready": True})


async def figures(request: web.Request) -> web.Response:
    """Give the figures. Where no token is set there is no such page."""
    expected = request.app[WATCH].metrics_token
    if not expected:
        raise web.HTTPNotFound
    scheme, _, brought = request.headers.get("Authorization", "").partition(" ")
    # A header may hold bytes that are no text; aiohttp keeps them like this.
    given = brought.encode(errors="surrogateescape")
    same = hmac.compare_digest(given, expected.encode())
    if scheme.lower() != "bearer" or not same:
        raise web.HTTPUnauthorized(
            text="{}",
            content_type="application/json",
            headers={"WWW-Authenticate": "Bearer"},
        )
    found = await watched(request)
    body = metrics.exposition(found)
    return web.Response(body=body, headers={"Content-Type": metrics.CONTENT_TYPE})
