"""Working hours and time zone, as a person sets them in Outlook's own settings.

They are mailbox settings, as automatic replies are: nobody is told of a change.
"""

from collections.abc import Iterable
from datetime import time

from aiohttp import web

from dev_tenant.faces.own_settings import Control
from dev_tenant.graph.zones import zone_of
from dev_tenant.tenant import Json, Tenant, User

PATH = "/_tenant/outlook/hours"
_ENDS = (("start", "startTime"), ("end", "endTime"))


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the routes."""
    return Control(tenant, of, _asked).routes(PATH)


def of(tenant: Tenant, user: User) -> Json:
    """Give what is set: wall clock of the mailbox's own zone."""
    settings = tenant.mailboxes[user.id].settings
    set_ = settings["workingHours"]
    clocks = {name: str(set_[field])[:5] for name, field in _ENDS}
    return {**clocks, "days": list(set_["daysOfWeek"]), "zone": settings["timeZone"]}


def _asked(settings: Json, body: Json) -> Json:
    """Make Graph's fields of `{"start"?, "end"?, "days"?, "zone"?}`: `08:00`, `monday`.

    What is not named stays. Raises ValueError with what is wrong.
    """
    hours, zone = dict(settings["workingHours"]), str(body.get("zone") or "")
    for name, field in _ENDS:
        if body.get(name):
            hours[field] = f"{_clock(body, name).isoformat()}.0000000"
    if isinstance(body.get("days"), list):
        hours["daysOfWeek"] = [str(each).lower() for each in body["days"]]
    if hours["startTime"] >= hours["endTime"]:
        raise ValueError("The hours must end after they begin.")
    if not zone:
        return {"workingHours": hours}
    if zone_of(zone) is None:
        raise ValueError(f"The time zone {zone} is unknown.")
    return {"workingHours": hours | {"timeZone": {"name": zone}}, "timeZone": zone}


def _clock(body: Json, name: str) -> time:
    try:
        return time.fromisoformat(str(body[name]))
    except ValueError:
        raise ValueError(f"{name} must be a time, as 08:00") from None
