"""Whether a page is opened by a person, and not by a program that looks ahead."""

import re

from aiohttp import web

#: How programs name themselves that look at links for a preview, or for what they hide.
#: A Cubot is a telephone, and who holds it a person.
_PROGRAMS = re.compile(
    "(?<!cu)bot|crawl|spider|preview|scan|externalhit|whatsapp", re.IGNORECASE
)


def is_opened(request: web.Request) -> bool:
    """Whether somebody gets to see the page, and no program that looks ahead."""
    ahead = (request.headers.get(each, "") for each in ("Sec-Purpose", "Purpose"))
    looks = any("prefetch" in each for each in ahead)
    names = request.headers.get("User-Agent", "")
    return request.method == "GET" and not looks and _PROGRAMS.search(names) is None
