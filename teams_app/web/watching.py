"""What only the deployment knows, for the health page and for whoever collects figures."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Watch:
    #: Who brings it may read the figures; empty: nobody may.
    metrics_token: str = ""
    #: When the app's secret or certificate ends, if one is used and it is known.
    credential_ends: datetime | None = None
    credential_unknown: bool = False


WATCH = web.AppKey("watch", Watch)
