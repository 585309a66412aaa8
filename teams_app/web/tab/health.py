"""The health page: how everything goes, and what an admin may do about it.

It is for those who look after Vuoro (`access.is_admin`), professionals or not. It names
mailboxes, because they are what has to be looked at, and no client; of appointments it
names the reference alone, and that it did is logged.
"""

from dataclasses import replace
from datetime import datetime

from aiohttp import web

from booking.health import Health, judge
from booking.model import ProfessionalId
from booking.views.health import page
from teams_app.actions import doubts, health, nights
from teams_app.actions.access import Look
from teams_app.store.database import Tx
from teams_app.web.site import SITE, posted
from teams_app.web.tab.office import Office
from teams_app.web.watching import WATCH

HERE = "/teams/health"


async def show(office: Office, done: str = "", status: int = 200) -> web.Response:
    """Show how everything goes."""
    found = await watched(office.request)
    references = health.named(found.facts)
    if references:
        look = _look(office.now)
        await office.world.database.write(health.told, office.who, references, look)
    view = page(office.language, found, office.world.policy.zone, HERE, done)
    return office.show("tab/health.html", view, status)


def _look(now: datetime) -> Look:
    return Look(now, "health")


async def watched(request: web.Request) -> Health:
    """Read and judge everything."""
    world = request.app[SITE].world
    read = await world.database.read(health.facts, world.policy, world.now())
    watch = request.app[WATCH]
    return judge(
        replace(
            read,
            credential_ends=watch.credential_ends,
            credential_unknown=watch.credential_unknown,
        )
    )


async def act(office: Office) -> web.Response:
    """Do what a button says. What somebody has done already is said, not done again."""
    form = await posted(office.request)
    wish = (form.get("act") or [""])[0]
    number = (form.get("id") or [""])[0]
    if wish not in _ACTS or not (number.isascii() and number.isdigit()):
        raise web.HTTPBadRequest
    world = office.site.world
    done = await world.database.write(
        _done, wish, int(number[:18]), office.who, world.now()
    )
    return await show(office, done)


_ACTS = {"retry", "retry_all", "give_up", "believe", "check"}


def _done(tx: Tx, wish: str, number: int, who: str, now: datetime) -> str:
    """Do it; say what was done, by its key `health.done.<key>`."""
    if wish == "retry" and health.is_too_late(tx, number, now):
        return "too_late"
    return wish if _did(tx, wish, number, who, now) else "nothing"


def _did(tx: Tx, wish: str, number: int, who: str, now: datetime) -> bool:
    match wish:
        case "retry":
            return health.retry(tx, number, who, now)
        case "retry_all":
            return health.retry_all(tx, who, now) > 0
        case "give_up":
            return health.give_up(tx, number, who, now)
        case "believe":
            health.noted(tx, wish, f"professional:{number}", who, _look(now))
            return doubts.believe(tx, ProfessionalId(number), now)
        case _:
            health.noted(tx, wish, "calendars", who, _look(now))
            return nights.owe_now(tx, now) > 0
