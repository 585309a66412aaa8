"""The panel *make Graph misbehave*: faults on and off one by one, and how often they struck.

A page for people; `/_tenant/misbehaviour` says and does the same in JSON.
"""

from collections.abc import Iterable

from aiohttp import web

from dev_tenant import misbehaviour
from dev_tenant.faces.asking import body_of, wants_page, wrong
from dev_tenant.faces.pages import page
from dev_tenant.faces.teams import moment
from dev_tenant.misbehaviour import TRICKS
from dev_tenant.misbehaviour.said import GROUPS
from dev_tenant.tenant import Json, Tenant

PAGE = "/misbehaviour/"


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the routes."""
    face = MisbehavingFace(tenant)
    return [
        web.get(PAGE, face.home),
        web.get("/_tenant/misbehaviour", face.told),
        web.post("/_tenant/misbehaviour", face.act),
    ]


class MisbehavingFace:
    """The page, its JSON and its buttons."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    async def home(self, _: web.Request) -> web.Response:
        tenant = self.tenant
        groups = [
            (title, [misbehaviour.standing(tenant, trick) for trick in tricks])
            for title, tricks in GROUPS
        ]
        first = tenant.find_user(misbehaviour.somebody(tenant))
        assert first is not None
        return page(
            "misbehaving.html",
            groups=groups,
            on=sum(one.on for _, found in groups for one in found),
            alone=sum(trick.alone for trick in TRICKS.values()),
            others=len(misbehaviour.others(tenant)),
            first=first,
            now=moment(tenant),
        )

    async def told(self, _: web.Request) -> web.Response:
        return web.json_response(self._told())

    async def act(self, request: web.Request) -> web.Response:
        """`{"name", "on": true | false}`, or `{"everything"}`, or `{"quiet"}`.

        A blow falls whatever `on` says.
        """
        body = await body_of(request)
        place = ""
        if body.get("quiet"):
            misbehaviour.all_quiet(self.tenant)
        elif body.get("everything"):
            misbehaviour.everything(self.tenant)
        else:
            trick = TRICKS.get(str(body.get("name", "")))
            if trick is None:
                raise wrong("nothing here misbehaves by that name", 404)
            off = str(body.get("on", "")).lower() in {"false", "0", ""}
            if off and not trick.blow:
                misbehaviour.switch_off(self.tenant, trick)
            else:
                misbehaviour.switch_on(self.tenant, trick)
            place = f"#{trick.name}"
        if wants_page(request):
            raise web.HTTPSeeOther(PAGE + place)
        return web.json_response(self._told())

    def _told(self) -> Json:
        found = [misbehaviour.standing(self.tenant, each) for each in TRICKS.values()]
        tricks = {one.trick.name: {"on": one.on, "struck": one.struck} for one in found}
        # The counts once more at the end, by which an open page sees that it is old.
        marks = [one.struck for one in found], [int(one.on) for one in found]
        return {"tricks": tricks, "others": len(misbehaviour.others(self.tenant))} | {
            "version": "-".join(str(each) for mark in marks for each in mark)
        }
