"""From a page value to HTML, in one language.

There is one Jinja environment a language, with the catalogue, the dates and the static
files bound to it, so that a template says `{{ t("page.offer.title") }}` and macros need
no context. A template sees two values: `frame` (what surrounds the page) and `page`
(its own value); what `page` must be stands at the top of the template. A name the
value lacks is an error, never an empty spot.
"""

import re
from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import jinja2

from booking import wording
from booking.spans import HELSINKI
from booking.wording import dates
from teams_app.web.assets import Assets

TEMPLATES = Path(__file__).parent / "templates"


class Framed(Protocol):
    @property
    def language(self) -> str: ...


class Pages:
    """Draws every page of the house."""

    def __init__(self, assets: Assets, zone: ZoneInfo = HELSINKI) -> None:
        self._environments = {
            language: _environment(language, assets, zone)
            for language in wording.LANGUAGES
        }

    def render(self, template: str, frame: Framed, page: object) -> str:
        """Draw `public/offer.html` and its like in the frame's language."""
        environment = self._environments[str(frame.language)]
        return environment.get_template(template).render(frame=frame, page=page)


def _environment(language: str, assets: Assets, zone: ZoneInfo) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "t": _unbroken(partial(wording.text, language)),
        "tn": _unbroken(partial(wording.plural, language)),
        "asset": assets.href,
        "language": language,
        "when_range": _unbroken(partial(dates.when_range, language, zone=zone)),
    }
    environment.filters |= _formats(language, zone)
    return environment


def _formats(language: str, zone: ZoneInfo) -> dict[str, Callable[..., Any]]:
    def zoned(write: Callable[..., str]) -> Callable[[datetime], str]:
        return _unbroken(lambda when: write(language, when, zone))

    return {
        "clock": zoned(dates.clock),
        "when_short": zoned(dates.when_short),
        "when_long": zoned(dates.when_long),
        "day_short": partial(dates.day_short, language),
        "day_long": partial(dates.day_long, language),
        "day_name": partial(dates.day_name, language),
        "day_heading": partial(dates.day_heading, language),
        "local": partial(_local, zone),
        "listed": partial(wording.listed, language),
        "iso": lambda when: _local(zone, when).isoformat(timespec="minutes"),
    }


#: Between these and the time no line ends, however narrow the screen.
_CLOCK = re.compile(r"\b(klo|kello|kl\.|at) (?=\d)")
#: Nor between two times: a browser would end it after the dash.
_DASH = re.compile(r"(?<=\d)\u2013(?=\d)")


def _unbroken(write: Callable[..., str]) -> Callable[..., str]:
    def held(*args: Any, **named: Any) -> str:
        said = _CLOCK.sub("\\1\u00a0", write(*args, **named))
        return _DASH.sub("\u2060\u2013\u2060", said)

    return held


def _local(zone: tzinfo, when: datetime) -> datetime:
    assert when.tzinfo is not None, when
    return when.astimezone(zone)
