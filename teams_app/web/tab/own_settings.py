"""The view *Settings*: what a professional sets herself, a form a section.

What is wrong is said in its section and everything typed stays; what her unit or the
tenant has fixed is shown, and who changes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from booking.availability import Mode
from booking.model import Language, Modality
from booking.own_settings import Own, Section, Wanted
from booking.views.own_settings import GivenService, HoursRow, SettingsPage, WayRow
from booking.views.pages import FieldError
from teams_app.actions import own_settings
from teams_app.actions.own_settings import (
    Changed,
    Fixed,
    Settings,
    Typed,
    span_in_words,
    stamp,
    ways_of,
)
from teams_app.store.database import Tx
from teams_app.web.tab.seat import Seat

HERE = "/teams/settings"
_DAYS = 7

Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of a section that was sent."""

    section: Section | None = None
    form: Form = field(default_factory=dict)  #: To be shown again as it was typed.
    errors: tuple[FieldError, ...] = ()
    outdated: bool = False
    done: str = ""


async def show(seat: Seat) -> web.Response:
    return await _answer(seat, _Came(), 200)


async def save(seat: Seat) -> web.Response:
    """Save one section; what is wrong with it is said in its place."""
    form = await seat.form()
    named = (form.get("section") or [""])[0]
    section = next((each for each in Section if each.value == named), None)
    if section is None:
        return await _answer(seat, _Came(), 422)
    seen = (form.get("stamp") or [""])[0]
    reset = form.get("act") == ["reset"]
    typed = Typed(section, form, seen, reset)
    made = await seat.world.database.write(
        own_settings.save, seat.who, typed, seat.world.policy, seat.now
    )
    match made:
        case Fixed():
            return seat.not_hers()
        case Changed():
            return await _answer(seat, _Came(section, form, outdated=True), 409)
        case Own():
            return await _answer(
                seat, _Came(section, done="reset" if reset else "saved"), 200
            )
        case errors:
            return await _answer(seat, _Came(section, form, tuple(errors)), 422)


async def _answer(seat: Seat, came: _Came, status: int) -> web.Response:
    view = await seat.world.database.read(_page, seat, came)
    return seat.show("tab/own_settings.html", view, status)


def _page(tx: Tx, seat: Seat, came: _Came) -> SettingsPage:
    found = own_settings.of(tx, seat.professional.id, seat.world.policy)
    hours = found.mailbox.hours
    policy = seat.world.policy
    shown = _Shown(found, came)
    return SettingsPage(
        action=HERE,
        language=shown.language,
        outlook=span_in_words(seat.language, hours.start, hours.end),
        outlook_days=tuple(sorted(hours.days)),
        hours=tuple(shown.day(day) for day in range(_DAYS) if day in hours.days),
        ways=tuple(shown.way(each) for each in ways_of(found.services)),
        languages=shown.languages,
        services=tuple(
            GivenService(each.name.in_(seat.language), each.minutes, each.modalities)
            for each in found.services
        ),
        unit=found.unit.name.in_(seat.language),
        limit=shown.limit,
        by_blocks=shown.by_blocks,
        category=shown.text(Section.OPENS, "category", found.opens.category),
        prefix=shown.text(Section.OPENS, "prefix", found.opens.prefix),
        cards=shown.cards,
        fixed=frozenset(each.value for each in found.fixed),
        own=frozenset(each.value for each in found.own.set_),
        stamps={each.value: stamp(found.own, each) for each in Section},
        step=policy.rules.step_minutes,
        horizon=policy.rules.horizon_days,
        errors=came.errors,
        section=came.section.value if came.section else "",
        done=came.done,
        outdated=came.outdated,
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """Values as they are shown: what was typed and not saved, else what counts."""

    found: Settings
    came: _Came

    def _is_typed(self, section: Section) -> bool:
        return bool(self.came.form) and self.came.section is section

    def text(self, section: Section, name: str, kept: str) -> str:
        if not self._is_typed(section):
            return kept
        return (self.came.form.get(name) or [""])[0][:200]

    def _ticked(self, section: Section, name: str, *, kept: bool) -> bool:
        if not self._is_typed(section):
            return kept
        return self.came.form.get(name) == ["yes"]

    def day(self, day: int) -> HoursRow:
        hours = self.found.rules.hours
        pair = hours[day] if hours else None
        shut = pair is not None and pair[0] == pair[1]
        start, end = (
            ("", "")
            if pair is None or shut
            else tuple(f"{each:%H:%M}" for each in pair)
        )
        section = Section.HOURS
        return HoursRow(
            day,
            self._ticked(section, f"day_{day}", kept=not shut),
            self.text(section, f"start_{day}", start),
            self.text(section, f"end_{day}", end),
        )

    def way(self, way: Modality) -> WayRow:
        own, section = self.found.own, Section.WAYS
        offered = way in own.modalities if own.has(section) else True
        pair = own.buffers.get(way) if own.has(section) else None
        before, after = ("", "") if pair is None else (f"{pair[0]}", f"{pair[1]}")
        return WayRow(
            way,
            self._ticked(section, f"way_{way}", kept=offered),
            self.text(section, f"before_{way}", before),
            self.text(section, f"after_{way}", after),
        )

    @property
    def languages(self) -> tuple[Language, ...]:
        if not self._is_typed(Section.LANGUAGES):
            return self.found.professional.languages
        chosen = self.came.form.get("languages", ())
        return tuple(each for each in Language if each.value in chosen)

    @property
    def language(self) -> Language:
        given = self.text(Section.CARDS, "language", "")
        typed = next((each for each in Language if each.value == given), None)
        return typed or self.found.professional.language

    @property
    def limit(self) -> str:
        kept = self.found.rules.daily_limit
        return self.text(
            Section.LIMIT, "daily_limit", "" if kept is None else f"{kept}"
        )

    @property
    def by_blocks(self) -> bool:
        mode = self.text(Section.OPENS, "mode", self.found.opens.mode.value)
        return mode == Mode.OPENED_BLOCKS.value

    @property
    def cards(self) -> frozenset[str]:
        return frozenset(
            each.value
            for each in Wanted
            if self._ticked(
                Section.CARDS, f"card_{each}", kept=self.found.own.wants(each)
            )
        )
