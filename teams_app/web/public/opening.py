"""Whether a page that a link leads to was opened by somebody."""

from aiohttp import web


def is_opened(request: web.Request) -> bool:
    """Whether somebody gets to see the page, and no program that looks ahead."""
    ahead = (request.headers.get(each, "") for each in ("Sec-Purpose", "Purpose"))
    looks = any("prefetch" in each for each in ahead)
    names = request.headers.get("User-Agent", "").lower()
    return request.method == "GET" and not looks and not _is_program(names)


#: How programs name themselves that look at links for a preview, or for what they hide.
_PROGRAMS = ("bot", "crawl", "spider", "preview", "scan", "externalhit", "whatsapp")


def _is_program(names: str) -> bool:
    return any(each in names for each in _PROGRAMS)
