"""Serving static files under addresses that name their content."""

from aiohttp import web

from teams_app.web.assets import PREFIX, Assets


def routes(assets: Assets) -> list[web.RouteDef]:
    async def serve(request: web.Request) -> web.Response:
        found = assets.find(request.match_info["hash"], request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        body, headers = found.answer(request.headers.get("Accept-Encoding", ""))
        return web.Response(body=body, headers=headers)

    return [web.get(PREFIX + "/{hash}/{name}", serve)]
