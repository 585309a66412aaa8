"""Turning Entra's knobs: rotated keys, missing consent, tokens of any shape for a test."""

from typing import Any

from aiohttp import web

from dev_tenant.entra.issuer import Entra

KEY: web.AppKey[Entra] = web.AppKey("entra", Entra)


def hang(here: web.UrlDispatcher) -> None:
    here.add_post("/_tenant/entra/rotate", rotate)
    here.add_post("/_tenant/entra/consent", set_consent)
    here.add_post("/_tenant/entra/second-factor", set_second_factor)
    here.add_post("/_tenant/entra/tab-token", mint_tab_token)
    here.add_post("/_tenant/entra/channel-token", mint_channel_token)


async def rotate(request: web.Request) -> web.Response:
    """Body: `{"which": "entra" | "bot", "grace_seconds": 3600}`."""
    entra = request.app[KEY]
    asked: dict[str, Any] = await request.json()
    ring = entra.bot_keys if asked.get("which") == "bot" else entra.keys
    kid = ring.rotate(float(asked.get("grace_seconds", 3600))).kid
    return web.json_response({"kid": kid})


async def set_consent(request: web.Request) -> web.Response:
    """Body: `{"client_id": ..., "granted": bool}`."""
    entra = request.app[KEY]
    asked: dict[str, Any] = await request.json()
    entra.registrations[asked["client_id"]].consented = bool(asked["granted"])
    return web.json_response({"granted": bool(asked["granted"])})


async def set_second_factor(request: web.Request) -> web.Response:
    """Body: `{"user": ..., "required": bool}`: an on-behalf-of then needs the person."""
    entra = request.app[KEY]
    asked: dict[str, Any] = await request.json()
    person = entra.directory.person(asked["user"])
    if person is None:
        raise web.HTTPNotFound(text="no such user")
    change = (
        entra.second_factor.add if asked["required"] else entra.second_factor.discard
    )
    change(person.id)
    return web.json_response({"required": bool(asked["required"])})


async def mint_tab_token(request: web.Request) -> web.Response:
    """Body: `{"user": ..., "client_id"?: ..., "claims"?: {...}}`; see `tab_token`."""
    entra = request.app[KEY]
    asked: dict[str, Any] = await request.json()
    person = entra.directory.person(asked["user"])
    app_id = asked.get("client_id") or next(iter(entra.registrations), "")
    client = entra.registrations.get(app_id)
    if person is None or client is None:
        raise web.HTTPNotFound(text="no such user or application")
    return web.json_response(
        {"token": entra.tab_token(client, person, asked.get("claims", {}))}
    )


async def mint_channel_token(request: web.Request) -> web.Response:
    """Body: `{"client_id"?: ..., "service_url": ..., "claims"?: {...}}`."""
    entra = request.app[KEY]
    asked: dict[str, Any] = await request.json()
    app_id = asked.get("client_id") or next(iter(entra.registrations), "")
    signed = entra.channel_token(
        app_id, asked["service_url"], **asked.get("claims", {})
    )
    return web.json_response({"token": signed})
