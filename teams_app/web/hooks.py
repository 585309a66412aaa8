"""Where Graph sends its notices: is it genuine, promise, 202.

Nothing is read here. The handshake echoes the token as plain text; what is no notice of
ours is answered like any other, so that nobody learns which it was.
"""

import json
import logging

from aiohttp import web

from graph_sync.subscriptions import read_notices
from teams_app.actions import notices
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
    site = request.app[SITE]
    found = read_notices(body)
    if found:
        taken = await site.world.database.write(notices.take, found, site.world.now())
        log.info("notices", extra={"pulls": taken.pulls, "forged": taken.forged})
    return web.Response(status=202)
