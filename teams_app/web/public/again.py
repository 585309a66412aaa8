"""Choosing again: because she would rather, or because the time is not hers any more.

Her hold is gone and its link opens nothing, but the address says where she chose it.
There she is told kindly whether that time is still free, shown the nearest ones if not,
and keeps what she has typed.
"""

from aiohttp import web

from teams_app.web.public import book, carried, offers, way_back
from teams_app.web.public.visit import ChooseAgain, LinkGone, form_of_gone
from teams_app.web.site import SITE, language_of


async def answer(request: web.Request, again: ChooseAgain) -> web.Response:
    """Lead a reader to where she can choose again; answer a form there and then."""
    if request.method != "POST":
        raise web.HTTPSeeOther(again.back)
    site = request.app[SITE]
    form = await form_of_gone(request)
    kind, name, how, slot = way_back.parts(again.back)
    typed = again.typed or carried.of_form(form)
    lost = slot if again.lost else None
    if kind == "o":
        opened = await offers.opened(request, name)
        opened.let_go = again.let_go
        return await offers.again(opened, lost, typed)
    book.check_open(request)
    found = await book.chosen_of(site, name, how, language_of(request))
    if found is None:
        paused = await book.paused(request, name)
        if paused is None:
            raise LinkGone
        return paused
    return await book.again(request, found, lost, typed, again.let_go)
