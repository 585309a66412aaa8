"""Every route of the faces, in one table for the server."""

from collections.abc import Iterable
from itertools import chain

from aiohttp import web

from dev_tenant.faces import teams_control
from dev_tenant.tenant import Tenant


def routes(tenant: Tenant, _config: object) -> Iterable[web.AbstractRouteDef]:
    """Offer the routes of every face."""
    return chain(teams_control.routes(tenant))
