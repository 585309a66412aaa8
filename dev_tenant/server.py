"""The tenant's HTTP face: one application, on a plain and on a TLS port.

Graph, Entra, the connector and the faces each bring a table of routes; what is under
`/_tenant` steers the tenant itself. `start` runs it all inside the caller's loop, for
tests; `python -m dev_tenant` runs it alone.
"""

import asyncio
import contextlib
import importlib
import importlib.util
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import trustme
from aiohttp import web

from dev_tenant import control, entra, sample, storage
from dev_tenant.clock import Clock
from dev_tenant.config import Config
from dev_tenant.faults import Fault
from dev_tenant.journal import Exchange, stopwatch
from dev_tenant.tenant import Registration, Tenant, seeded_uuid

__all__ = ["Config", "Running", "make_app", "new_tenant", "start"]

AREAS: Final = ("graph", "connector", "faces")
RECORDED: Final = ("graph", "entra", "connector")
TENANT: Final = web.AppKey("tenant", Tenant)
BODY_MAX = 8 * 1024 * 1024


def new_tenant(config: Config) -> Tenant:
    """A fresh tenant with its sample people and calendars."""
    seed = config.seed
    clock = Clock()
    if config.now is not None:
        clock = Clock(offset=config.now - datetime.now(UTC))
    if config.frozen:
        clock.frozen = config.now or datetime.now(UTC)
    client_id = config.client_id or seeded_uuid(seed, "client")
    tenant = Tenant(
        id=seeded_uuid(seed, "tenant"),
        seed=seed,
        domain=sample.DOMAIN,
        name=sample.NAME,
        clock=clock,
        app=Registration(
            client_id=client_id,
            secret=config.client_secret or f"secret-of-seed-{seed}",
            bot_id=client_id,
            catalogue_id=seeded_uuid(seed, "catalogue"),
            external_id=seeded_uuid(seed, "manifest"),
        ),
    )
    sample.fill(tenant)
    return tenant


def make_app(tenant: Tenant, config: Config) -> web.Application:
    tenant.app_url = config.app_url
    app = web.Application(client_max_size=BODY_MAX, middlewares=[_record, _bite])
    app[TENANT] = tenant
    app.add_routes(control.routes(tenant, config))
    entra.register(app, entra.entra_of(tenant, tenant.tls_url or tenant.base_url))
    for area in AREAS:
        app.add_routes(_routes_of(area, tenant, config))

    async def close(_: web.Application) -> None:
        # What was opened last may still use what was opened before it.
        for closer in reversed(tenant.closers):
            await closer()
        tenant.closers.clear()

    app.on_cleanup.append(close)
    return app


def _routes_of(
    area: str, tenant: Tenant, config: Config
) -> Iterable[web.AbstractRouteDef]:
    """What `dev_tenant.<area>` (or its module `routes`) offers as `routes`."""
    for name in (f"dev_tenant.{area}.routes", f"dev_tenant.{area}"):
        with contextlib.suppress(ModuleNotFoundError):
            if importlib.util.find_spec(name) is None:
                continue
            offered = getattr(importlib.import_module(name), "routes", None)
            if callable(offered):
                found: Iterable[web.AbstractRouteDef] = offered(tenant, config)
                return found
    return []


def area_of(request: web.Request) -> str:
    module = getattr(request.match_info.handler, "__module__", "") or ""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "dev_tenant" else ""


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def _record(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Write requests of the recorded areas, with their answers, into the journal."""
    if request.method not in {"GET", "HEAD"}:
        request.app[TENANT].changed.set()
    if area_of(request) not in RECORDED or request.path.startswith("/_tenant"):
        return await handler(request)
    tenant = request.app[TENANT]
    started, watch = tenant.clock.real(), stopwatch()
    status, headers, text = 0, {}, ""
    try:
        response = await handler(request)
        status, headers = response.status, dict(response.headers)
        body = response.body if isinstance(response, web.Response) else b""
        text = bytes(body).decode(errors="replace") if isinstance(body, bytes) else ""
        headers.setdefault("Content-Type", response.content_type)
    except web.HTTPException as refused:
        status, headers = refused.status, dict(refused.headers)
        text = refused.text or ""
        raise
    finally:
        tenant.journal.add(
            Exchange(
                started=started,
                seconds=stopwatch() - watch,
                outgoing=False,
                method=request.method,
                url=str(request.url),
                request_headers=dict(request.headers),
                request_body=(await _body(request)).decode(errors="replace"),
                status=status,
                response_headers=headers,
                response_body=text,
            )
        )
    return response


async def _body(request: web.Request) -> bytes:
    with contextlib.suppress(Exception):
        return await request.read()
    return b""


@web.middleware
async def _bite(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let fault rules act on Entra and the connector; Graph asks them by itself."""
    area = area_of(request)
    if area not in {"entra", "connector"}:
        return await handler(request)
    tenant = request.app[TENANT]
    fault = tenant.faults.pick(area, request.method, request.path, set())
    if fault is None:
        return await handler(request)
    await asyncio.sleep(fault.delay)
    if fault.only_delay:
        return await handler(request)
    if fault.after_effect:
        await handler(request)
    return fail(request, fault)


def fail(request: web.Request, fault: Fault) -> web.Response:
    if fault.drop and request.transport is not None:
        request.transport.abort()
    headers = {}
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    if area_of(request) == "entra":
        body = entra.broken(request, fault.status, fault.code, fault.message)
        return web.json_response(body, status=fault.status, headers=headers)
    error = {
        "code": fault.code or "ServiceUnavailable",
        "message": fault.message or "The service is unavailable.",
    }
    return web.json_response({"error": error}, status=fault.status, headers=headers)


@dataclass
class Running:
    """A tenant that answers. `stop` ends it and lets go of the ports."""

    tenant: Tenant
    config: Config
    base_url: str  #: http://host:port
    tls_url: str  #: https://localhost:port, empty without TLS
    ca_path: Path | None
    ca_pem: bytes
    _runner: web.AppRunner
    _keeper: asyncio.Task[None] | None

    @property
    def graph_url(self) -> str:
        return f"{self.base_url}/v1.0"

    async def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        await self._runner.cleanup()
        if self.config.data is not None:
            storage.save(self.tenant, self.config.data)

    def addresses(self) -> dict[str, Any]:
        app = self.tenant.app
        return {
            "ready": True,
            "base_url": self.base_url,
            "graph_url": self.graph_url,
            "entra_url": self.tls_url or self.base_url,
            "entra_plain_url": self.base_url,
            "ca_path": str(self.ca_path) if self.ca_path else None,
            "har_url": f"{self.base_url}/_tenant/traffic.har",
            "tenant_id": self.tenant.id,
            "client_id": app.client_id,
            "client_secret": app.secret,
            "bot_id": app.bot_id,
            "catalogue_app_id": app.catalogue_id,
            "external_app_id": app.external_id,
        }


async def start(config: Config) -> Running:
    """Start a tenant in this loop; raises OSError with a clear text on a busy port."""
    tenant = storage.load(config.data) if config.data is not None else None
    if tenant is None:
        tenant = new_tenant(config)
    else:
        _adapt(tenant, config)
    plain = _listen(config.host, config.port)
    tenant.base_url = f"http://{config.host}:{plain.getsockname()[1]}"
    secure = None
    if config.tls_port is not None:
        secure = _listen(config.host, config.tls_port)
        tenant.tls_url = f"https://localhost:{secure.getsockname()[1]}"
    runner = web.AppRunner(
        make_app(tenant, config), access_log=None, shutdown_timeout=1.0
    )
    await runner.setup()
    await web.SockSite(runner, plain).start()
    ca = trustme.CA(organization_name="Development tenant")
    if secure is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert("localhost", "127.0.0.1", config.host).configure_cert(context)
        await web.SockSite(runner, secure, ssl_context=context).start()
    ca_path = config.ca_path or (config.data / "ca.pem" if config.data else None)
    if ca_path is not None:
        ca_path.parent.mkdir(parents=True, exist_ok=True)
        ca.cert_pem.write_to_path(str(ca_path))
    keeper = None
    if config.data is not None:
        keeper = asyncio.create_task(_keep(tenant, config.data))
    return Running(
        tenant=tenant,
        config=config,
        base_url=tenant.base_url,
        tls_url=tenant.tls_url,
        ca_path=ca_path,
        ca_pem=ca.cert_pem.bytes(),
        _runner=runner,
        _keeper=keeper,
    )


def _adapt(tenant: Tenant, config: Config) -> None:
    """Let what was said at this start outweigh what was kept."""
    if config.now is not None:
        tenant.clock.move_to(config.now)
    if config.client_id:
        tenant.app.client_id = tenant.app.bot_id = config.client_id
    if config.client_secret:
        tenant.app.secret = config.client_secret


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as busy:
        listener.close()
        raise OSError(
            busy.errno,
            f"port {port} on {host} is in use by another program;"
            " end that program or choose another port",
        ) from busy
    listener.listen(128)
    listener.settimeout(0)
    return listener


async def _keep(tenant: Tenant, folder: Path, every: float = 2.0) -> None:
    """Save the tenant soon after changes; a killed demonstration loses little."""
    while True:
        await tenant.changed.wait()
        tenant.changed.clear()
        kept = storage.text(tenant)
        writing = asyncio.ensure_future(asyncio.to_thread(storage.write, kept, folder))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            # The last save must come after this one.
            await writing
            raise
        await asyncio.sleep(every)
