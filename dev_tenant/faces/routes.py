"""Every route of the faces, in one table for the server."""

from collections.abc import Iterable
from itertools import chain

from aiohttp import web

from dev_tenant import sms
from dev_tenant.faces import (
    channel_control,
    compose_control,
    home,
    hours,
    inbox,
    meeting,
    misbehaving,
    outlook,
    outlook_control,
    pages,
    replies,
    teams,
    teams_control,
)
from dev_tenant.tenant import Tenant


def routes(tenant: Tenant, _config: object) -> Iterable[web.AbstractRouteDef]:
    """Offer the routes of every face."""
    outlooks = (outlook, outlook_control, replies, hours)
    faces = (
        home,
        teams,
        teams_control,
        compose_control,
        channel_control,
        *outlooks,
        inbox,
        meeting,
        misbehaving,
        sms,
    )
    return chain(pages.routes(), *(face.routes(tenant) for face in faces))
