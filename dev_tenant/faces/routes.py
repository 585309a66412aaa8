"""Every route of the faces, in one table for the server."""

from collections.abc import Iterable
from itertools import chain

from aiohttp import web

from dev_tenant import sms
from dev_tenant.faces import (
    home,
    inbox,
    meeting,
    outlook,
    outlook_control,
    pages,
    teams,
    teams_control,
)
from dev_tenant.tenant import Tenant


def routes(tenant: Tenant, _config: object) -> Iterable[web.AbstractRouteDef]:
    """Offer the routes of every face."""
    faces = (home, teams, teams_control, outlook, outlook_control, inbox, meeting, sms)
    return chain(pages.routes(), *(face.routes(tenant) for face in faces))
