"""Where a link into the tab leads, as `teams.js` reads it."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

TAB = "https://teams.example/l/entity/app/vuoro"
PATTERN = f"{TAB}?context=%7B%22subEntityId%22%3A%22{{reference}}%22%7D"

_SCRIPT = Path("teams_app/web/static/teams.js")
_NAMED = re.compile(r'^\s+(\w+): "(/teams/[^"]+)",$', re.MULTILINE)
#: A view by its name, as the script has them.
VIEWS = dict(
    _NAMED.findall(
        (Path(__file__).parents[2] / _SCRIPT).read_text().partition("const VIEWS")[2]
    )
)


def to(wanted: str) -> str:
    """Give the link to an appointment by its reference, or to a view."""
    return PATTERN.replace("{reference}", quote(wanted))


def path_of(url: str) -> str:
    """Say which page of the tab Teams' link opens."""
    assert url.startswith(TAB), url
    context = json.loads(parse_qs(urlsplit(url).query).get("context", ["{}"])[0])
    wanted = context.get("subEntityId", "")
    view, colon, value = wanted.partition(":")
    if colon and view in VIEWS:
        return f"{VIEWS[view]}{quote(value, safe='')}"
    if view == "move" and value:
        return f"/teams/appointment/{quote(value, safe='')}/move"
    if view == "book" and colon:
        return f"/teams/book?form={quote(value, safe='')}"
    return f"/teams/appointment/{wanted}" if wanted else "/teams/today"
