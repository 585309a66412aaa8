"""How long things are kept, and what would be forgotten tonight.

Longer holds at once. Shorter is shown first with what it would cost, holds only once it
is confirmed, and takes effect a day later.
"""

from aiohttp import web

from booking import retention
from booking.retention import BOUNDS, GRACE, Class, Days
from booking.views.tenant import KeptLine, RetentionPage
from teams_app.actions import deciding as decisions
from teams_app.actions.deciding import Area, Outdated, Unconfirmed
from teams_app.store.database import Tx
from teams_app.web.tab.admin.deciding import (
    Form,
    as_sent,
    by,
    deciding,
    form_of,
    seen_in,
)
from teams_app.web.tab.office import Office

HERE = "/teams/admin/retention"
_HOUR = 3600


async def show(office: Office) -> web.Response:
    """Show how long everything is kept."""
    return await _show(office)


async def save(office: Office) -> web.Response:
    """Decide as the form says; what is shorter only once it was seen and confirmed."""
    form = await form_of(office)
    wanted, errors = retention.read(form)
    if errors:
        return await _show(office, form, errors=errors)
    came = await office.world.database.write(
        decisions.keep,
        wanted,
        seen_in(form),
        by(office),
        confirmed=form.get("sure") == "yes",
    )
    match came:
        case None:
            return await _show(office, done="kept")
        case Outdated():
            return await _show(office, outdated=True)
        case Unconfirmed():
            return await _show(office, form, wanted, came)


async def _show(
    office: Office,
    form: Form | None = None,
    wanted: dict[Class, Days] | None = None,
    asks: Unconfirmed | None = None,
    **more: object,
) -> web.Response:
    view = await office.world.database.read(_page, office, form, wanted, asks, more)
    status = 409 if more.get("outdated") else 422 if more.get("errors") else 200
    return office.show("tab/admin/retention.html", view, status)


def _page(
    tx: Tx,
    office: Office,
    form: Form | None,
    wanted: dict[Class, Days] | None,
    asks: Unconfirmed | None,
    more: dict[str, object],
) -> RetentionPage:
    found, now = decisions.kept(tx), office.now
    held = {each: found.at(now, each) for each in Class}
    counts = decisions.forgotten_by(tx, wanted or held, now)
    view = deciding(tx, office, Area.RETENTION, HERE, **more)  # type: ignore[arg-type]
    if form is not None:
        view = as_sent(view, form)
    waits = found.since is not None and now < found.since
    return RetentionPage(
        deciding=view,
        lines=tuple(
            KeptLine(
                key=each.value,
                bounds=bounds,
                value=_typed(form, each, found.kept[each]),
                days=found.kept[each],
                tonight=counts[each],
                was=held[each],
            )
            for each, bounds in BOUNDS.items()
        ),
        since=found.since if waits else None,
        confirming=tuple(each.value for each in asks.shortened) if asks else (),
        grace_hours=int(GRACE.total_seconds()) // _HOUR,
    )


def _typed(form: Form | None, what: Class, days: Days) -> str:
    if form is not None:
        return form.get(what.value, "")
    return "" if days is None else str(days)
