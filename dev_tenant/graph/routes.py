"""Where Graph is found: everything under `/v1.0`."""

from collections.abc import Iterable
from typing import Final

from aiohttp import web

from dev_tenant.config import Config
from dev_tenant.graph.blows import blows
from dev_tenant.graph.http import Graph
from dev_tenant.graph.notify import LIFECYCLE
from dev_tenant.tenant import Tenant

GRAPH: Final = web.AppKey("graph", Graph)


def routes(tenant: Tenant, config: Config) -> Iterable[web.RouteDef]:
    graph = Graph(tenant, config.latency)
    tenant.blows |= blows(tenant, graph.notifier)

    async def lifecycle(request: web.Request) -> web.Response:
        """`{"event": name}` to one subscription; `expire` ends its life silently."""
        body = await request.json()
        one = tenant.subscriptions.get(request.match_info["id"])
        if one is None:
            return web.json_response({"error": "no such subscription"}, status=404)
        what = str(body.get("event"))
        if what == "expire":
            one.expires = min(tenant.clock.real(), tenant.clock.now())
        elif what in LIFECYCLE:
            graph.notifier.lifecycle(one, what)
        else:
            return web.json_response({"error": "no such event"}, status=400)
        return web.Response(status=202)

    async def expire(_: web.Request) -> web.Response:
        """All delta tokens given out so far are forgotten."""
        tenant.blows["forget_delta"]()
        return web.Response(status=204)

    async def limits(_: web.Request) -> web.Response:
        """How many requests each mailbox had at once at most, and how many got 429."""
        throttle = graph.throttle
        return web.json_response({"peak": throttle.most, "refused": throttle.refused})

    return [
        web.get("/_tenant/limits", limits),
        web.route("*", "/v1.0/{tail:.*}", graph.http),
        web.post("/_tenant/subscriptions/{id}/lifecycle", lifecycle),
        web.post("/_tenant/delta/expire", expire),
    ]
