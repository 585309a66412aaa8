"""The accessibility statement and the privacy notice, or the organisation's own."""

from datetime import date

from aiohttp import web

from booking.retention import Class
from booking.views.papers import AccessibilityPage, PrivacyPage
from teams_app.actions import deciding
from teams_app.web.site import SITE, language_of, page

#: When the pages were last tested against WCAG 2.2 AA by the suite's own audit.
ASSESSED = date(2026, 11, 22)
#: What of what is kept is the client's own.
_HERS = (Class.APPOINTMENTS, Class.ANSWERS, Class.OFFERS)


async def accessibility(request: web.Request) -> web.Response:
    site, language = request.app[SITE], language_of(request)
    policy = site.world.policy
    if policy.accessibility_url:
        raise web.HTTPFound(policy.accessibility_url)
    view = AccessibilityPage(
        policy.organisation.in_(language),
        policy.contact_email,
        policy.help_phone,
        ASSESSED,
    )
    frame = site.frame(request, language, "none")
    return page(site, "public/accessibility.html", frame, view)


async def privacy(request: web.Request) -> web.Response:
    site, language = request.app[SITE], language_of(request)
    policy = site.world.policy
    if policy.privacy_url:
        raise web.HTTPFound(policy.privacy_url)
    kept, now = await site.world.database.read(deciding.kept), site.world.now()
    days = {each.value: kept.at(now, each) for each in _HERS}
    view = PrivacyPage(
        policy.organisation.in_(language),
        policy.contact_email,
        policy.help_phone,
        {what: each for what, each in days.items() if each is not None},
    )
    frame = site.frame(request, language, "none")
    return page(site, "public/privacy.html", frame, view)
