"""Turning templates into pages, and the files that pages need."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
STATIC = HERE / "static"
#: Styles stand in attributes where events are placed on a grid.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def routes() -> Iterable[web.AbstractRouteDef]:
    """Offer the static files."""
    return [web.static("/faces/static", STATIC)]


def page(template: str, *, frames: str = "'none'", **values: Any) -> web.Response:
    """Draw a page; `frames` says what may be framed in it."""
    text = _templates().get_template(template).render(**values)
    headers = {
        "Content-Security-Policy": f"{POLICY}; frame-src {frames}",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
    return web.Response(text=text, content_type="text/html", headers=headers)


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(HERE / "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    made.trim_blocks = made.lstrip_blocks = True
    made.filters["initials"] = initials
    made.filters["hue"] = hue
    return made


def initials(name: str) -> str:
    """Give one or two letters for a person's picture."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def hue(name: str) -> int:
    """Give a person the same one of eight colours every time."""
    return hashlib.sha256(name.encode()).digest()[0] % 8
