"""Where Graph sends its notices: is it genuine, promise, 202.

Anybody may post here, so what is not Graph's costs one read and never the place of
whoever writes: a client books beside a flood of forged notices. The handshake echoes the token as plain text; what is no notice of
ours is answered like any other, so that nobody learns which it was.
"""

import json
import logging
from collections.abc import Sequence

from aiohttp import web

from graph_sync.subscriptions import NOTICES_MAX, Notice, how_many, read_notices
from teams_app.actions import notices
from teams_app.errands import World
from teams_app.web.site import SITE

log = logging.getLogger("vuoro.hooks")

_TOKEN_MAX = 2048


def routes() -> list[web.RouteDef]:
    return [web.post("/hooks/graph", notified)]


async def notified(request: web.Request) -> web.Response:
    """Answer the handshake, or take notices and lifecycle notices alike."""
    token = request.query.get("validationToken")
    if token is not None:
        return web.Response(text=token[:_TOKEN_MAX], content_type="text/plain")
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if (count := how_many(body)) > NOTICES_MAX:
        # Not the first so many: who knows which of them are genuine.
        raise web.HTTPRequestEntityTooLarge(NOTICES_MAX, count)
    found = read_notices(body)
    if found:
        await _take(request.app[SITE].world, found)
    return web.Response(status=202)


async def _take(world: World, found: Sequence[Notice]) -> None:
    real = await world.database.read(notices.sift, found)
    forged = len(found) - len(real)
    pulls = 0
    if real:
        taken = await world.database.write(notices.take, real, world.now())
        pulls, forged = taken.pulls, forged + taken.forged
    log.info("notices", extra={"pulls": pulls, "forged": forged})
