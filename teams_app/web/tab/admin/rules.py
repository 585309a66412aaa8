"""The tenant's rules: what an admin decides for everybody, and what settings alone say.

A change holds at once, in every replica. Every mistake is said in its place, and nothing
that was filled in is lost.
"""

from aiohttp import web

from booking import tenant_rules
from booking.tenant_rules import RULES
from booking.views.pages import FieldError
from booking.views.tenant import Fixed, RuleLine, RulesPage
from teams_app.actions import deciding as decisions
from teams_app.actions.deciding import Area, Outdated
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

HERE = "/teams/admin/rules"
_AS_STATED = "stated"


async def show(office: Office) -> web.Response:
    """Show every rule as it is."""
    return await _show(office)


async def save(office: Office) -> web.Response:
    """Decide as the form says, or take everything back."""
    form = await form_of(office)
    database, stated = office.world.database, office.world.stated
    seen, decider = seen_in(form), by(office)
    if form.get("act") == _AS_STATED:
        came = await database.write(decisions.as_stated, seen, stated, decider)
        return await _came(office, came, _AS_STATED)
    wanted, errors = tenant_rules.read(form)
    if errors:
        return await _show(office, form, errors=errors)
    said = await database.write(decisions.rule, wanted, seen, stated, decider)
    return await _came(office, said, "saved", form)


async def _came(
    office: Office,
    came: Outdated | FieldError | None,
    done: str,
    form: Form | None = None,
) -> web.Response:
    match came:
        case None:
            return await _show(office, done=done)
        case Outdated():
            return await _show(office, outdated=True)
        case _:
            return await _show(office, form, errors=(came,))


async def _show(
    office: Office, form: Form | None = None, **more: object
) -> web.Response:
    view = await office.world.database.read(_page, office, form, more)
    status = 409 if more.get("outdated") else 422 if more.get("errors") else 200
    return office.show("tab/admin/rules.html", view, status)


def _page(
    tx: Tx, office: Office, form: Form | None, more: dict[str, object]
) -> RulesPage:
    stated = office.world.stated
    now = tenant_rules.values(decisions.policy(tx, stated))
    said = tenant_rules.values(stated)
    shown = tenant_rules.shown
    view = deciding(tx, office, Area.RULES, HERE, **more)  # type: ignore[arg-type]
    if form is not None:
        # A form with mistakes goes on from what it was made of.
        view = as_sent(view, form)
    return RulesPage(
        deciding=view,
        lines=tuple(
            RuleLine(
                each,
                form.get(each.key, "") if form is not None else shown(now[each.key]),
                shown(said[each.key]),
            )
            for each in RULES
        ),
        fixed=_fixed(office),
    )


def _fixed(office: Office) -> tuple[Fixed, ...]:
    """Give what only the deployment's settings say."""
    stated = office.world.stated
    blocking = ", ".join(sorted(each.value for each in stated.rules.blocking))
    return (
        Fixed("polling", "no" if stated.notice_url else "yes", "VUORO_NOTIFICATIONS"),
        Fixed("poll", f"{stated.poll_seconds} s", "VUORO_POLL_SECONDS"),
        Fixed("zone", str(stated.zone), "VUORO_TIME_ZONE"),
        Fixed("blocking", blocking, "VUORO_BLOCKING"),
        Fixed("phone", stated.help_phone, "VUORO_HELP_PHONE"),
    )
