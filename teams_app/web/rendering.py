"""From a page value to HTML, in one language.

There is one Jinja environment a language, with the catalogue, the dates and the static
files bound to it, so that a template says `{{ t("page.offer.title") }}` and macros need
no context. A template sees two values: `frame` (what surrounds the page) and `page`
(its own value); what `page` must be stands at the top of the template. A name the
value lacks is an error, never an empty spot.

What a template is compiled to is the same in every language, and made once.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, tzinfo
from functools import cache, lru_cache, partial
from pathlib import Path
from types import CodeType
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import jinja2
from jinja2.bccache import Bucket
from markupsafe import Markup, escape
from typing_extensions import override

from booking import wording
from booking.spans import HELSINKI
from booking.views import truths
from booking.views.tab import Band, BusyEntry, OwnEntry, Placed
from booking.wording import dates
from teams_app.web.assets import Assets

TEMPLATES = Path(__file__).parent / "templates"


class Framed(Protocol):
    @property
    def language(self) -> str: ...


class _Compiled(jinja2.BytecodeCache):
    """What templates were compiled to, as long as the process lives."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._known[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


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
        bytecode_cache=_COMPILED,
    )
    texts, icons = _texts(language), _icons(assets)
    environment.globals |= {
        "t": texts,
        "tn": _counts(language),
        "asset": assets.href,
        "drawn": icons,
        "language": language,
        "when_range": _dated(partial(dates.when_range, language, zone=zone)),
    }
    formats = _formats(language, zone) | _of_many(texts, icons)
    environment.filters |= {name: _at_last(write) for name, write in formats.items()}
    environment.tests["busy"] = lambda entry: isinstance(entry, BusyEntry)
    return environment


def _at_last(write: Callable[..., Any]) -> Callable[..., Any]:
    """Have a value written when the page is drawn, be it known before.

    A constant would be written into what is compiled, in the first language to come.
    """

    @jinja2.pass_context
    def written(context: object, /, *args: Any, **named: Any) -> Any:
        del context
        return write(*args, **named)

    return written


def _texts(language: str) -> Callable[..., str]:
    """Give `t`. A text with nothing to fill in is the same each time, and made once."""
    write = _unbroken(partial(wording.text, language))
    known = cache(write)

    def said(key: str, /, **values: object) -> str:
        return write(key, **values) if values else known(key)

    return said


def _counts(language: str) -> Callable[..., str]:
    """Give `tn`. A text with nothing but the count is made once for each count."""
    write = _unbroken(partial(wording.plural, language))
    known = lru_cache(_KNOWN)(write)

    def said(key: str, count: int, /, **values: object) -> str:
        return write(key, count, **values) if values else known(key, count)

    return said


#: Of what looks the same in many places so much is kept; never what is somebody's.
_KNOWN = 1024


def _icons(assets: Assets) -> Callable[..., Markup]:
    """Give what draws an icon. There are few, drawn hundreds of times in one page."""
    sprite = assets.href("icons.svg")

    @cache
    def drawn(name: str, more: str = "") -> Markup:
        classes = f"icon {more}" if more else "icon"
        return _ICON.format(classes, sprite, name)

    return drawn


_ICON = Markup(
    '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>'
)

#: Of events at the same time so many stand side by side; others lie upon the last.
_LANES = 12


def _spot(placed: Placed) -> str:
    """Say where a thing stands, as classes: no style attributes under our policy."""
    return _place(placed.hour, placed.minute, placed.steps, placed.lane, placed.lanes)


@lru_cache(_KNOWN)
def _place(hour: int, minute: int, steps: int, lane: int, lanes: int) -> str:
    tiny = " tiny" if steps < 6 else ""  # noqa: PLR2004
    low = " low" if steps < 9 else ""  # noqa: PLR2004
    thin = " thin" if lanes > 1 else ""
    beside = f"lane{min(lane, _LANES - 1)} of{min(lanes, _LANES)}"
    return f"{_from(hour, minute, steps)} {beside}{tiny}{low}{thin}"


def _from(hour: int, minute: int, steps: int) -> str:
    return f"h{hour} m{minute} n{steps // 12} s{steps % 12}"


def _stands(placed: Placed, kind: str) -> Markup:
    """Give the attributes of an entry of a team's day: of this kind, and where."""
    entry = placed.entry
    pauses = (entry.before, entry.after) if isinstance(entry, OwnEntry) else None
    classes = f"{kind} {_spot(placed)}"
    return _attributes(classes, placed.hour, placed.minute, placed.steps, pauses)


def _shaded(band: Band, kind: str) -> Markup:
    """Give those of a part of a column that is shaded."""
    classes = f"band {kind} {_from(band.hour, band.minute, band.steps)}"
    return _attributes(classes, band.hour, band.minute, band.steps, None)


@lru_cache(_KNOWN)
def _attributes(
    classes: str, hour: int, minute: int, steps: int, pauses: tuple[int, int] | None
) -> Markup:
    found = _AT.format(classes, hour * 12 + minute // 5, steps)
    if pauses is None:
        return found
    return found + _KEPT_FREE.format(*((each + 4) // 5 for each in pauses))


_AT = Markup('class="{}" data-at="{}" data-steps="{}"')
_KEPT_FREE = Markup(' data-before="{}" data-after="{}"')


def _of_many(
    texts: Callable[..., str], icons: Callable[..., Markup]
) -> dict[str, Callable[..., Any]]:
    """Give filters for what stands on a page by the hundred: each made once."""
    return {
        "spot": _spot,
        "stands": _stands,
        "shaded": _shaded,
        "sign": cache(lambda modality: icons(_SIGNS[modality])),
        "way": cache(lambda modality: texts(f"modality.{modality}")),
        "lasting": lru_cache(_KNOWN)(partial(_lasting, texts)),
        "spoken": cache(
            lambda languages: ", ".join(
                texts(f"cards.language.{each}") for each in languages
            )
        ),
        "named": ", ".join,
        "codes": cache(lambda languages: " ".join(languages).upper()),
    }


#: By which icon each way to meet is known.
_SIGNS = {"in_person": "building", "phone": "call", "remote": "video"}


def _lasting(texts: Callable[..., str], minutes: int) -> str:
    """Give minutes as a person says them."""
    h, m = divmod(minutes, 60)
    if not h:
        return texts("team.lasting.m", m=m)
    return texts("team.lasting.hm", h=h, m=m) if m else texts("team.lasting.h", h=h)


def _formats(language: str, zone: ZoneInfo) -> dict[str, Callable[..., Any]]:
    def zoned(write: Callable[..., str]) -> Callable[[datetime], str]:
        return lru_cache(_KNOWN)(_dated(lambda when: write(language, when, zone)))

    def dated(write: Callable[[str, date], str]) -> Callable[[date], str]:
        return _dated(partial(write, language))

    clock = zoned(dates.clock)

    def brief(when: datetime, now: datetime) -> str:
        return dates.when_brief(language, when, now, zone)

    return {
        "clock": clock,
        "hours": lambda entry: f"{clock(entry.starts)}–{clock(entry.ends)}",
        "when_short": zoned(dates.when_short),
        "when_exact": zoned(dates.when_exact),
        "when_long": zoned(dates.when_long),
        "day_short": dated(dates.day_short),
        "day_long": dated(dates.day_long),
        "day_name": partial(dates.day_name, language),
        "day_heading": dated(dates.day_heading),
        "unbroken": _unbroken(str),
        "local": partial(_local, zone),
        "listed": partial(wording.listed, language),
        "marks": truths.marks,
        "undone": partial(truths.undone, language),
        "statements": partial(truths.statements, language),
        "stand": lambda given, now: truths.in_a_sentence(
            language, given, lambda when: brief(when, now)
        ),
        "brief": brief,
        "callable": _callable,
        "iso": lambda when: _local(zone, when).isoformat(timespec="minutes"),
    }


def _callable(said: str, number: str) -> Markup:
    """Have the number that stands in a text called by a press on it."""
    shown = number.replace(" ", "\u00a0")
    before, found, after = said.replace(number, shown).partition(shown)
    if not found:
        return escape(said)
    called = _CALL.format(number.replace(" ", ""), shown)
    return escape(before) + called + escape(after)


_CALL = Markup('<a href="tel:{}">{}</a>')


#: Between these and the time no line ends, however narrow the screen.
_CLOCK = re.compile(r"\b(klo|kello|kl\.|at) (?=\d)")
#: Nor between a day and its month: `24. marraskuuta`, `den 1 december`, `24 Nov`.
_DAY = re.compile(r"\b(den) (?=\d)|(?<![\d.])(\d{1,2}\.?) (?=[^\W\d]{3})")
#: Nor between two times: a browser would end it after the dash.
_DASH = re.compile(r"(?<=\d)\u2013(?=\d)")


def _unbroken(write: Callable[..., str]) -> Callable[..., str]:
    def held(*args: Any, **named: Any) -> str:
        said = _CLOCK.sub("\\1\u00a0", write(*args, **named))
        return _DASH.sub("\u2060\u2013\u2060", said)

    return held


def _dated(write: Callable[..., str]) -> Callable[..., str]:
    """Hold a date together too; only what is one, where no other number stands."""
    held = _unbroken(write)

    def written(*args: Any, **named: Any) -> str:
        return _DAY.sub(lambda it: f"{it[1] or it[2]}\u00a0", held(*args, **named))

    return written


def _local(zone: tzinfo, when: datetime) -> datetime:
    assert when.tzinfo is not None, when
    return when.astimezone(zone)
