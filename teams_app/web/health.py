"""Whether the application answers, for whatever watches it."""

from aiohttp import web

from teams_app.store import jobs
from teams_app.web.site import SITE


def routes() -> list[web.RouteDef]:
    return [web.get("/health", health)]


async def health(request: web.Request) -> web.Response:
    """Say so, with counts of jobs and nothing about anybody."""
    site = request.app[SITE]
    figures = await site.world.database.read(jobs.figures)
    return web.json_response({"status": "ok", "jobs": figures})
