"""What a person sets of her own mailbox in Outlook, in JSON or by the page's form.

Each kind of setting says how it is told and what Graph's fields become of what is asked
for. Nobody is told of a change, as in Exchange.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from dev_tenant.faces.asking import body_of, user_of, wants_page, wrong
from dev_tenant.tenant import Json, Tenant, User


@dataclass(frozen=True)
class Control:
    """One kind of setting.

    `told`: what is set. `asked`: of the mailbox's settings as they are and of what was
    sent, the fields that change; raises ValueError with what is wrong.
    """

    tenant: Tenant
    told: Callable[[Tenant, User], Json]
    asked: Callable[[Json, Json], Json]

    def routes(self, path: str) -> Iterable[web.RouteDef]:
        return [web.get(path, self.tell), web.post(path, self.set)]

    async def tell(self, request: web.Request) -> web.Response:
        """`?user=`."""
        user = user_of(self.tenant, request.query.get("user"))
        return web.json_response(self.told(self.tenant, user))

    async def set(self, request: web.Request) -> web.Response:
        """`{"user", …}`; a form says with `back` where its page is."""
        body = await body_of(request)
        user = user_of(self.tenant, body.get("user"))
        settings = self.tenant.mailboxes[user.id].settings
        back = str(body.get("back") or "")
        leads_back = wants_page(request) and back.startswith("/outlook/")
        try:
            settings |= self.asked(settings, body)
        except ValueError as problem:
            if not leads_back:
                raise wrong(str(problem)) from problem
            error = urlencode({"replies": 1, "error": str(problem)})
            raise web.HTTPSeeOther(f"{back}&{error}") from problem
        self.tenant.changed.set()
        if leads_back:
            raise web.HTTPSeeOther(back)
        return web.json_response(self.told(self.tenant, user))
