"""The small Teams: a page for one person, with her chat, her tab and her activity."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from dev_tenant.connector import channels
from dev_tenant.entra import entra_in
from dev_tenant.faces import people
from dev_tenant.faces.asking import body_of, user_of, wrong
from dev_tenant.faces.package import Package, package_of
from dev_tenant.faces.pages import initials, page
from dev_tenant.tenant import Json, Tenant, User

THEMES = ("default", "dark", "contrast")
VIEWS = ("chat", "tab", "activity")
HELSINKI = ZoneInfo("Europe/Helsinki")
WEEKDAYS = ("ma", "ti", "ke", "to", "pe", "la", "su")


def routes(tenant: Tenant) -> Iterable[web.RouteDef]:
    """Offer the routes."""
    face = TeamsFace(tenant)
    return [
        web.get("/teams", face.home),
        web.get("/teams/", face.home),
        web.get("/teams/tab", face.home),
        web.get("/l/entity/{app}/{entity:.*}", face.entity),
        web.post("/teams/token", face.token),
    ]


class TeamsFace:
    """Handlers of the page; what happens on it goes to `/_tenant/teams`."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    async def home(self, request: web.Request) -> web.Response:
        """`?user=&view=&theme=&locale=&sub=`; everything has a default."""
        asked = request.query
        user = people.viewer(self.tenant, request)
        lang = one_of(asked.get("locale"), ("fi", "sv", "en"), user.language[:2])
        theme = one_of(asked.get("theme"), THEMES, "default")
        at_tab = request.path.endswith("/tab")
        view = one_of(asked.get("view"), VIEWS, "tab" if at_tab else "chat")
        package = package_of(self.tenant, lang)
        setup = self._setup(package, user, lang, theme)
        hers = channels.of_user(self.tenant, user.id)
        places = ("personal", "group", *(each["id"] for each in hers))
        asked_chat = one_of(asked.get("chat"), places, "personal")
        shown = page(
            "teams.html",
            frames=self.tenant.app_url,
            user=user,
            lang=lang,
            theme=theme,
            view=view,
            package=package,
            organisation=self.tenant.name,
            units=people.by_unit(self.tenant),
            teams=by_team(hers),
            now=moment(self.tenant),
            setup={
                **setup,
                "view": view,
                "sub": asked.get("sub", ""),
                "chat": asked_chat,
            },
        )
        return people.remember(shown, user)

    def _setup(
        self, package: Package, user: User, lang: str, theme: str
    ) -> dict[str, Any]:
        """Give what the page's scripts need to know."""
        return {
            "user": _brief(user),
            "tenant": self.tenant.id,
            "app": self.tenant.app.external_id,
            "theme": theme,
            "locale": LOCALES[lang],
            "package": package.name,
            "initials": initials(package.name),
            "everybody": EVERYBODY[lang],
            "beside": [asdict(each) for each in package.beside],
            "watched": list(package.watched),
            "tab": {
                "id": package.tab_id,
                "name": package.tab_name,
                "url": package.tab_url,
            },
        }

    async def entity(self, request: web.Request) -> web.Response:
        """Follow a deep link into the tab, as the person of last time."""
        try:
            context = json.loads(request.query.get("context") or "{}")
            sub = str(context.get("subEntityId") or "")
        except (ValueError, AttributeError):
            sub = ""
        raise web.HTTPFound(f"/teams/tab?{urlencode({'sub': sub})}")

    async def token(self, request: web.Request) -> web.Response:
        """Give the tab the token teams-js asks for; `{"user"}`."""
        body = await body_of(request)
        user = user_of(self.tenant, body.get("user"))
        entra = entra_in(self.tenant)
        person = entra.directory.person(user.id)
        if person is None:
            raise wrong("the account is disabled", 403)
        client = entra.registrations[self.tenant.app.client_id]
        return web.json_response({"token": entra.tab_token(client, person)})


EVERYBODY = {"fi": "Koko talo", "sv": "Hela huset", "en": "Everybody"}
LOCALES = {"fi": "fi-fi", "sv": "sv-se", "en": "en-gb"}


def one_of(value: str | None, known: tuple[str, ...], otherwise: str) -> str:
    """Give what was asked for if it is known, or else what would be there anyhow."""
    if value in known:
        return str(value)
    return otherwise if otherwise in known else known[-1]


def by_team(found: list[Json]) -> dict[str, list[Json]]:
    """Put channels under their teams, in their order."""
    made: dict[str, list[Json]] = {}
    for each in found:
        made.setdefault(each["team"], []).append(each)
    return made


def _brief(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.name, "mail": user.mail}


def moment(tenant: Tenant) -> str:
    """Say what the tenant's clock shows, as a Finn would write it."""
    return stamp(tenant.clock.now().astimezone(HELSINKI))


def stamp(wall: datetime) -> str:
    """Write a wall-clock time: ma 23.11.2026 klo 9.00."""
    day = f"{WEEKDAYS[wall.weekday()]} {wall.day}.{wall.month}.{wall.year}"
    return f"{day} klo {wall.hour}.{wall.minute:02}"
