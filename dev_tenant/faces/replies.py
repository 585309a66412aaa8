"""Automatic replies, as a person sets them in Outlook: off, always on, or from–until.

They are mailbox settings, which only their owner may write here: Vuoro reads them. No
notice is sent of a change, as in Exchange.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from aiohttp import web

from dev_tenant.faces.diary import HELSINKI, read_time
from dev_tenant.faces.own_settings import Control
from dev_tenant.graph.times import instant, label, read_pair
from dev_tenant.tenant import Json, Tenant, User

PATH = "/_tenant/outlook/replies"
#: How Graph calls them, and how Outlook's page does.
STATES = (
    ("disabled", "Off"),
    ("alwaysEnabled", "Always on"),
    ("scheduled", "From–until"),
)
_SETTING = "automaticRepliesSetting"
_START, _END = "scheduledStartDateTime", "scheduledEndDateTime"


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the routes."""
    return Control(tenant, of, _asked).routes(PATH)


def of(tenant: Tenant, user: User) -> Json:
    """Give what is set, its times in Helsinki; of what is not scheduled, a proposal."""
    set_ = tenant.mailboxes[user.id].settings[_SETTING]
    if set_["status"] == "scheduled":
        begins, ends = (instant(*read_pair(set_[e], e)) for e in (_START, _END))
    else:
        day = tenant.clock.now().astimezone(HELSINKI) + timedelta(days=1)
        begins = day.replace(hour=8, minute=0, second=0, microsecond=0)
        ends = begins + timedelta(hours=8)
    return {"status": set_["status"], "start": _wall(begins), "end": _wall(ends)}


def _wall(moment: datetime) -> str:
    local = moment.astimezone(HELSINKI).replace(tzinfo=None)
    return local.isoformat(timespec="minutes")


def _asked(settings: Json, body: Json) -> Json:
    """Make Graph's fields of `{"status", "start"?, "end"?}`: from–until where scheduled.

    Raises ValueError with what is wrong.
    """
    return {_SETTING: settings[_SETTING] | _said(body)}


def _said(body: Json) -> Json:
    status = str(body.get("status", ""))
    if status not in dict(STATES):
        raise ValueError(f"status is one of {', '.join(dict(STATES))}")
    if status != "scheduled":
        return {"status": status}
    begins, ends = (_time(body, each) for each in ("start", "end"))
    if begins >= ends:
        raise ValueError("The replies must end after they begin.")
    return {"status": status, _START: _pair(begins), _END: _pair(ends)}


def _time(body: Json, name: str) -> datetime:
    try:
        return read_time(str(body.get(name)))
    except ValueError:
        raise ValueError(f"{name} must be a date and a time") from None


def _pair(moment: datetime) -> Json:
    """Say an instant in UTC, as Exchange keeps it."""
    return label(moment.astimezone(UTC).replace(tzinfo=None), "UTC")
