"""Delta rounds laid over the mirror: whatever Graph leaves out, both end up the same.

The machine plays Exchange: it keeps a calendar, and tells of it in rounds with every
liberty Graph takes: pages cut anywhere, things told twice, removals of ids nobody knew,
occurrences that vanish without a word while their series is told again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from booking.calendar import Busy, Event, ShowAs
from booking.spans import span
from graph_sync.graph import Page
from graph_sync.reconcile import Applied, Opening, Own, SoFar, apply_page, row_of
from tests.support.moments import START

TIMES = [
    span(START + timedelta(hours=hours), timedelta(minutes=45)) for hours in range(9)
]
OPENING = Opening(category="Avoin", prefix="Avoin aika")
NONE = Opening()
FIRST = SoFar(full=True)
LATER = SoFar(full=False)


def event(id_: str = "E", **changes: object) -> Event:
    plain = Event(
        id_, TIMES[0], change_key="1", show_as=ShowAs.BUSY, subject="Palaveri"
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def page(*events: Event, removed: tuple[str, ...] = (), last: bool = True) -> Page:
    return Page(events, removed, "link" if last else None)


def busy(id_: str = "E", **changes: object) -> Busy:
    plain = Busy(id_, TIMES[0], ShowAs.BUSY, change_key="1")
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_a_foreign_event_leaves_no_text_behind():
    applied = apply_page({}, page(event(subject="Lääkäri")), {}, OPENING, LATER)

    assert applied.put == (busy(),)
    assert "Lääkäri" not in repr(applied)


def test_what_stands_as_it_did_is_not_written_again():
    assert apply_page({"E": busy()}, page(event()), {}, OPENING, LATER).put == ()


@pytest.mark.parametrize(
    "marked",
    [
        event(categories=("avoin",)),
        event(subject="AVOIN AIKA asiakkaille"),
        event(subject="  avoin aika"),
    ],
)
def test_opened_time_is_recognised_by_category_or_prefix(marked):
    (row,) = apply_page({}, page(marked), {}, OPENING, LATER).put

    assert row.bookable
    assert not apply_page({}, page(marked), {}, NONE, LATER).put[0].bookable


def test_a_value_nobody_knows_blocks():
    (row,) = apply_page({}, page(event(show_as=None)), {}, NONE, LATER).put

    assert row.show_as is ShowAs.UNKNOWN


def test_a_cancelled_meeting_frees_its_time():
    applied = apply_page({"E": busy()}, page(event(cancelled=True)), {}, NONE, LATER)

    assert (applied.put, applied.drop) == ((), ("E",))


def test_a_removed_id_that_nobody_knew_is_noise():
    applied = apply_page(
        {}, page(removed=("X",)), {"E": Own("K7Q2FM", "1")}, NONE, LATER
    )

    assert (applied.drop, applied.verify) == ((), ())


def test_an_event_of_ours_is_not_believed_to_be_gone():
    own = {"E": Own("K7Q2FM", "1")}
    stood = {"E": busy(ours="K7Q2FM")}

    for told in (page(removed=("E",)), page()):
        applied = apply_page(stood, told, own, NONE, FIRST)
        assert (applied.drop, applied.verify) == ((), ("E",))


def test_our_own_write_coming_back_is_nothing():
    own = {"E": Own("K7Q2FM", "1")}
    stood = {"E": busy(ours="K7Q2FM")}

    applied = apply_page(
        stood, page(event(subject="Varattu aika · K7Q2FM")), own, NONE, LATER
    )

    assert applied == Applied(so_far=applied.so_far)


def test_somebody_elses_change_of_our_event_is_told_of():
    own = {"E": Own("K7Q2FM", "1")}
    moved = event(change_key="2", when=TIMES[1], subject="Varattu aika · K7Q2FM")

    applied = apply_page({"E": busy(ours="K7Q2FM")}, page(moved), own, NONE, LATER)

    assert applied.changed == (moved,)
    assert applied.put == (busy(when=TIMES[1], change_key="2", ours="K7Q2FM"),)


@pytest.mark.parametrize(
    "subject",
    ["Varattu aika · K7Q2FM", "Copy: Varattu aika · K7Q2FM", "Bokad tid · K7Q2FM"],
)
def test_a_copy_is_recognised_by_its_reference_and_still_takes_its_time(subject):
    copy = event("F", subject=subject)

    applied = apply_page({}, page(copy), {"E": Own("K7Q2FM", "1")}, NONE, LATER)

    assert applied.strays == (("K7Q2FM", copy),)
    assert applied.put == (busy("F"),)


def test_a_full_round_drops_what_it_never_names_only_at_its_end():
    stood = {"E": busy(), "F": busy("F")}

    early = apply_page(stood, page(event(), last=False), {}, NONE, FIRST)
    late = apply_page(stood, page(), {}, NONE, early.so_far)

    assert (early.drop, late.drop) == ((), ("F",))


def test_a_later_round_drops_nothing_that_it_does_not_name():
    assert apply_page({"E": busy()}, page(), {}, NONE, LATER).drop == ()


def test_an_occurrence_left_out_of_its_series_is_looked_at():
    stood = {id_: busy(id_, series="M") for id_ in ("O1", "O2")}
    told = event("O1", series="M", type="occurrence")

    applied = apply_page(stood, page(told), {}, NONE, LATER)

    assert (applied.drop, applied.verify) == ((), ("O2",))


def test_a_series_removed_by_its_masters_id_alone_has_its_occurrences_looked_at():
    stood = {id_: busy(id_, series="M") for id_ in ("O1", "O2")} | {"E": busy()}

    applied = apply_page(stood, page(removed=("M",)), {}, NONE, LATER)

    assert (applied.drop, applied.verify) == ((), ("O1", "O2"))


def test_of_a_series_that_is_a_single_event_again_the_days_are_looked_at():
    """As where the meeting is called off to which somebody had been invited."""
    stood = {id_: busy(id_, series="M") for id_ in ("O1", "O2")}
    told = event("M", cancelled=True)

    applied = apply_page(stood, page(told), {}, NONE, LATER)

    assert applied.verify == ("O1", "O2")


def test_an_exception_told_by_itself_says_nothing_of_its_series():
    stood = {id_: busy(id_, series="M") for id_ in ("O1", "O2")}
    told = event("O1", series="M", type="exception", when=TIMES[3])

    assert apply_page(stood, page(told), {}, NONE, LATER).verify == ()


@dataclass(frozen=True)
class Change:
    """What the machine tells of an id: its event now, or None."""

    id: str
    event: Event | None


Apply = Callable[..., Applied]


class Exchange(RuleBasedStateMachine):
    """A calendar, its delta, and our mirror of it."""

    apply: ClassVar[Apply] = staticmethod(apply_page)

    def __init__(self) -> None:
        super().__init__()
        self.calendar: dict[str, Event] = {}
        self.own: dict[str, Own] = {}
        self.mirror: dict[str, Busy] = {}
        self.dirty: set[str] = set()  #: Ids to be told of in the next round.
        self.silent: set[str] = set()  #: Gone without a word.
        self.synced = False
        self.made = 0
        self.touched_by_her: set[str] = set()
        self.told_of: set[str] = set()

    def _new(self, prefix: str) -> str:
        self.made += 1
        return f"{prefix}{self.made}"

    def _set(self, changed: Event) -> None:
        self.made += 1
        self.calendar[changed.id] = replace(changed, change_key=str(self.made))
        self.dirty.add(changed.id)

    @rule(
        when=st.sampled_from(TIMES), shown=st.sampled_from(ShowAs), opened=st.booleans()
    )
    def she_adds(self, when: object, shown: ShowAs, *, opened: bool) -> None:
        subject = "Avoin aika" if opened else "Palaveri"
        self._set(event(self._new("E"), when=when, show_as=shown, subject=subject))

    @rule(count=st.integers(1, 4))
    def she_adds_a_series(self, count: int) -> None:
        master = self._new("M")
        self._set(event(master, type="seriesMaster"))
        for number in range(count):
            self._set(
                event(
                    f"{master}-{number}",
                    when=TIMES[number],
                    series=master,
                    type="occurrence",
                )
            )

    @rule(when=st.sampled_from(TIMES))
    def we_add(self, when: object) -> None:
        id_ = self._new("V")
        reference = f"K7Q2F{'ABCDEFGHJK'[self.made % 10]}"
        self._set(event(id_, when=when, subject=f"Varattu aika · {reference}"))
        self.own[id_] = Own(reference, self.calendar[id_].change_key)

    def _some(self, data: st.DataObject, *, types: set[str]) -> str:
        found = sorted(i for i, e in self.calendar.items() if e.type in types)
        return data.draw(st.sampled_from(found))

    def _any(self) -> bool:
        return any(e.type == "singleInstance" for e in self.calendar.values())

    @precondition(_any)
    @rule(data=st.data(), when=st.sampled_from(TIMES))
    def she_moves(self, data: st.DataObject, when: object) -> None:
        id_ = self._some(data, types={"singleInstance"})
        self._set(replace(self.calendar[id_], when=when))
        self.touched_by_her.add(id_)

    @precondition(_any)
    @rule(data=st.data())
    def she_deletes(self, data: st.DataObject) -> None:
        id_ = self._some(data, types={"singleInstance"})
        del self.calendar[id_]
        self.dirty.add(id_)

    @precondition(lambda self: any(e.series for e in self.calendar.values()))
    @rule(data=st.data())
    def she_deletes_an_occurrence(self, data: st.DataObject) -> None:
        """Nothing is said of it, but the whole series is told again."""
        id_ = self._some(data, types={"occurrence"})
        series = self.calendar.pop(id_).series
        self.dirty.discard(id_)
        self.dirty |= {i for i, e in self.calendar.items() if e.series == series}
        self.dirty.add(str(series))

    @precondition(
        lambda self: any(e.type == "seriesMaster" for e in self.calendar.values())
    )
    @rule(data=st.data())
    def she_deletes_a_series(self, data: st.DataObject) -> None:
        """Its master's id may be all that is told of it."""
        master = self._some(data, types={"seriesMaster"})
        for id_ in [i for i, e in self.calendar.items() if master in {i, e.series}]:
            del self.calendar[id_]
            self.dirty.discard(id_)
        self.dirty.add(master)

    @rule(data=st.data(), noise=st.booleans())
    def we_read_the_changes(self, data: st.DataObject, *, noise: bool) -> None:
        self._round(
            data, sorted(self.dirty), LATER if self.synced else FIRST, noise=noise
        )

    @rule(data=st.data())
    def the_link_is_too_old(self, data: st.DataObject) -> None:
        self._round(data, sorted(self.calendar), FIRST, noise=False)

    def _round(
        self, data: st.DataObject, ids: list[str], so_far: SoFar, *, noise: bool
    ) -> None:
        if so_far.full:
            ids = sorted(self.calendar)
        twice = data.draw(st.lists(st.sampled_from(ids))) if ids else []
        told = data.draw(st.permutations([*ids, *twice]))
        pages = self._cut(data, told)
        for number, ids_ in enumerate(pages):
            here = dict.fromkeys(ids_)
            removed = tuple(i for i in here if i not in self.calendar)
            events = tuple(self.calendar[i] for i in here if i in self.calendar)
            unknown = ("unknown",) if noise else ()
            last = number == len(pages) - 1
            self._lay(Page(events, removed + unknown, "link" if last else None), so_far)
            so_far = self.so_far
        self.dirty, self.synced = set(), True
        self._must_hold()

    def _cut(self, data: st.DataObject, told: list[str]) -> list[list[str]]:
        size = data.draw(st.integers(1, 4))
        cut = [told[i : i + size] for i in range(0, len(told), size)]
        return [[], *cut, []]  # an empty page is nothing unusual

    def _lay(self, told: Page, so_far: SoFar) -> None:
        applied = type(self).apply(self.mirror, told, self.own, OPENING, so_far)
        self.so_far = applied.so_far
        for row in applied.put:
            self.mirror[row.event_id] = row
        for id_ in applied.drop:
            assert id_ not in self.own, "ours was believed to be gone"
            del self.mirror[id_]
        for changed in applied.changed:
            self.told_of.add(changed.id)
            self.own[changed.id] = replace(
                self.own[changed.id], change_key=changed.change_key
            )
        for id_ in applied.verify:
            self._look(id_)

    def _look(self, id_: str) -> None:
        """What the worker does: read it by id, and believe that."""
        found = self.calendar.get(id_)
        if found is None:
            self.mirror.pop(id_, None)
            self.own.pop(id_, None)
            return
        mine = self.own.get(id_)
        row = row_of(found, OPENING, mine.reference if mine else None)
        assert row is not None
        self.mirror[id_] = row

    def _must_hold(self) -> None:
        rows = {}
        for id_, stood in self.calendar.items():
            mine = self.own.get(id_)
            row = row_of(stood, OPENING, mine.reference if mine else None)
            if row is not None:
                rows[id_] = row
        assert self.mirror == rows
        assert self.own.keys() <= self.calendar.keys()
        moved = self.touched_by_her & self.own.keys()
        assert moved <= self.told_of, "a change of ours was swallowed"
        assert self.told_of <= self.touched_by_her, "our own write was taken for news"


TestExchange = Exchange.TestCase
TestExchange.settings = settings(max_examples=100, stateful_step_count=12)


def deaf_to_removals(mirror: dict[str, Busy], told: Page, *rest: object) -> Applied:
    return apply_page(mirror, replace(told, removed=()), *rest)  # type: ignore[arg-type]


def believing_removals(
    mirror: dict[str, Busy], told: Page, own: dict[str, Own], *rest: object
) -> Applied:
    applied = apply_page(mirror, told, own, *rest)  # type: ignore[arg-type]
    gone = tuple(i for i in applied.verify if i in mirror)
    return replace(applied, drop=(*applied.drop, *gone), verify=())


def deaf_to_removals_of_series(
    mirror: dict[str, Busy], told: Page, *rest: object
) -> Applied:
    masters = {row.series for row in mirror.values()}
    heard = tuple(id_ for id_ in told.removed if id_ not in masters)
    return apply_page(mirror, replace(told, removed=heard), *rest)  # type: ignore[arg-type]


def never_looking(*args: object) -> Applied:
    return replace(apply_page(*args), verify=())  # type: ignore[arg-type]


def forgetting_earlier_pages(
    mirror: dict[str, Busy],
    told: Page,
    own: dict[str, Own],
    opening: Opening,
    so_far: SoFar,
) -> Applied:
    return apply_page(mirror, told, own, opening, SoFar(so_far.full))


def taking_echoes_for_news(
    mirror: dict[str, Busy], told: Page, own: dict[str, Own], *rest: object
) -> Applied:
    stale = {id_: replace(each, change_key="") for id_, each in own.items()}
    return apply_page(mirror, told, stale, *rest)  # type: ignore[arg-type]


def keeping_what_a_full_round_leaves_out(
    mirror: dict[str, Busy],
    told: Page,
    own: dict[str, Own],
    opening: Opening,
    so_far: SoFar,
) -> Applied:
    return apply_page(mirror, told, own, opening, replace(so_far, full=False))


@pytest.mark.parametrize(
    "fault",
    [
        deaf_to_removals,
        deaf_to_removals_of_series,
        believing_removals,
        never_looking,
        forgetting_earlier_pages,
        taking_echoes_for_news,
        keeping_what_a_full_round_leaves_out,
    ],
)
def test_the_exchange_finds_a_planted_fault(fault):
    faulty = type("Faulty", (Exchange,), {"apply": staticmethod(fault)})

    with pytest.raises((AssertionError, KeyError)):
        run_state_machine_as_test(
            faulty,
            settings=settings(
                max_examples=400,
                stateful_step_count=20,
                derandomize=True,
                database=None,
                phases=[Phase.generate],  # that it fails is enough
            ),
        )
