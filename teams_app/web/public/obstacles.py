"""A client reports what keeps her from a binding appointment.

She need not say what it is; whoever says how the appointment went reads it if she does.
What she has reported is never shown here: a link is held by whoever was given it.
"""

from aiohttp import web

from booking.binding import EXPLANATION_MAX
from booking.contact import visible
from booking.views.binding import ObstaclePage
from teams_app.actions import obstacles
from teams_app.web.public import binding, manage
from teams_app.web.public.visit import Visit, visit


async def show(request: web.Request) -> web.Response:
    now = await visit(request)
    if not binding.reports(now):
        raise web.HTTPSeeOther(now.to())
    return _page(now)


def _page(now: Visit, typed: str = "", *, problem: bool = False) -> web.Response:
    bound = now.found.bound
    view = ObstaclePage(
        action=now.to("/obstacle"),
        back=now.to(),
        starts=now.appointment.span.start,
        how=bound.terms.obstacle.in_(now.language) if bound is not None else "",
        readers=now.found.unit.name.in_(now.language),
        limit=EXPLANATION_MAX,
        again=binding.has_reported(now),
        typed=typed,
        problem=problem,
    )
    return now.show("public/obstacle.html", view, 422 if problem else 200)


async def report(request: web.Request) -> web.Response:
    """Keep what she reports. Sent again, nothing more happens."""
    now = await visit(request)
    form = await now.form()
    typed = "\n".join(
        visible(line) for line in (form.get("explanation") or [""])[0].splitlines()
    ).strip()
    if len(typed) > EXPLANATION_MAX:
        return _page(now, typed, problem=True)
    done = await now.site.world.database.write(
        obstacles.report, now.appointment.id, typed, now.now
    )
    if not done:
        return manage.present(now, status=409)
    raise web.HTTPSeeOther(now.to(done="reported"))
