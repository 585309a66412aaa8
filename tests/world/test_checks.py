"""Each checker sees the fault it is there for: one is planted, a storm is played.

A checker that was never seen to complain is worth nothing. The faults are put into the
product for the length of a test; the same storms without them are quiet (`test_storm`).
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from booking.appointments import Actor, Change, News
from booking.appointments import cancel as end
from dev_tenant.faults import Fault
from dev_tenant.graph import store
from graph_sync.microsoft import Microsoft
from teams_app.actions import (
    calendars,
    conflicts,
    events,
    messages,
    older_news,
    pulls,
    unheard,
)
from teams_app.actions.settle import settle
from teams_app.store import appointments, deliveries
from teams_app.store import calendars as calendar_rows
from teams_app.worker import Again, Done
from teams_app.worker import handovers as handing
from teams_app.worker.keepers import KEEPERS
from tests.world import checks
from tests.world.afterwards import AFTERWARDS
from tests.world.evidence import Evidence
from tests.world.life import Life
from tests.world.playing import template
from tests.world.storm import KINDS, Kind, Storm, blown

Plant = Callable[[pytest.MonkeyPatch], None]


def keeper(kind: str, outcome: Any) -> Plant:
    """Let all promises of a kind come to this, and nothing be done."""

    async def keep(_world: Any, _job: Any) -> Any:
        return outcome

    return lambda patch: patch.setitem(KEEPERS, kind, keep)


def no_guard(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether a time is taken: not the rules, not the database."""
    patch.setattr(calendars, "has_room", lambda *_args, **_named: True)
    plain = Storm.__post_init__

    def unguarded(storm: Storm) -> None:
        plain(storm)
        with storm.engines.writer.begin() as connection:
            found = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).scalars()
            for name in found.all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")

    patch.setattr(Storm, "__post_init__", unguarded)


def no_transaction_ids(patch: pytest.MonkeyPatch) -> None:
    """Graph forgets what it has made by a transaction id."""
    plain = store.create

    def forgetful(tenant: Any, box: Any, *args: Any) -> Any:
        box.transactions.clear()
        return plain(tenant, box, *args)

    patch.setattr(store, "create", forgetful)


def deletions_cancel(patch: pytest.MonkeyPatch) -> None:
    """What is gone from Outlook is cancelled without asking anybody."""

    def vanished(tx: Any, id_: Any, _professional: Any, now: Any) -> None:
        before = appointments.find(tx, id_)
        after = before and end(before, Actor.PROFESSIONAL, now)
        if before is not None and hasattr(after, "status"):
            settle(tx, Change(before, after, Actor.OUTLOOK, now, "vanished"))

    patch.setattr(conflicts, "vanished", vanished)


def wrong_times(patch: pytest.MonkeyPatch) -> None:
    """Messages say an hour too late."""
    plain = messages.compose

    def late(facts: Any, channel: Any) -> Any:
        if facts.start is not None:
            facts = replace(facts, start=facts.start + timedelta(hours=1))
        return plain(facts, channel)

    patch.setattr(messages, "compose", late)


def oldest_named(patch: pytest.MonkeyPatch) -> None:
    """A mail of a new time names the first one that she heard of."""

    def first(tx: Any, found: Any) -> Any:
        every = deliveries.of_appointment(tx, found.id)
        spans = [each.said.span for each in every if each.state == deliveries.ACCEPTED]
        return next((each for each in spans if each != found.span), None)

    patch.setattr(unheard, "was", first)


def no_sent_items(patch: pytest.MonkeyPatch) -> None:
    """A mail whose answer was lost is not looked for."""

    async def never(*_args: Any) -> bool:
        return False

    patch.setattr(Microsoft, "sent", never)


def failing_record(patch: pytest.MonkeyPatch) -> None:
    """What came of a message cannot be written down."""

    def broken(*_args: Any) -> None:
        raise ValueError("planted")

    patch.setattr(messages, "accepted", broken)


def moves_unseen(patch: pytest.MonkeyPatch) -> None:
    """The mirror keeps an event where it was first seen."""
    plain = calendar_rows.put_busy

    def first_only(tx: Any, professional: Any, *given: Any) -> None:
        known = {each.event_id for each in calendar_rows.busy(tx, professional, None)}
        plain(tx, professional, *(row for row in given if row.event_id not in known))

    patch.setattr(calendar_rows, "put_busy", first_only)


def moves_unwritten(patch: pytest.MonkeyPatch) -> None:
    """Our event stays where it is when its appointment is moved."""
    patch.setattr(events, "changed", lambda _known, _wanted: ())


def bodies_unmended(patch: pytest.MonkeyPatch) -> None:
    """What she does to a body stays so."""
    plain = events.changed

    def kept(known: Any, wanted: Any) -> tuple[str, ...]:
        return tuple(name for name in plain(known, wanted) if name != "body")

    patch.setattr(events, "changed", kept)


def drops_undone(patch: pytest.MonkeyPatch) -> None:
    """What should be removed from Outlook is called removed."""

    async def drop(_graph: Any, drops: Any) -> list[None]:
        return [None for _ in drops]

    patch.setattr(Microsoft, "drop", drop)


def copies_left(patch: pytest.MonkeyPatch) -> None:
    """A copy that nobody needs any more is called removed."""

    async def removed(*_args: Any) -> Done:
        return Done("removed")

    patch.setattr(handing, "_remove", removed)


def collisions_unseen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pulls, "overlaps", lambda *_args: ())
    patch.setattr(conflicts, "seen_around", lambda *_args: None)


def index_forgotten(patch: pytest.MonkeyPatch) -> None:
    """The index hears of no commit."""

    def deaf(life: Life, committed: Any) -> None:
        if committed.promised:
            life.worker.wake()

    patch.setattr(Life, "told", deaf)


def others_met(patch: pytest.MonkeyPatch) -> None:
    """Of another time she reads that another meets her."""
    plain = unheard.news

    def told(*args: Any) -> News | None:
        found = plain(*args)
        return News.HANDED_OVER if found is News.MOVED else found

    patch.setattr(unheard, "news", told)


def nothing_overtaken(patch: pytest.MonkeyPatch) -> None:
    """Each card about an appointment speaks as if it were the newest."""
    patch.setattr(older_news, "is_overtaken", lambda *_args: False)


#: Nobody's weather: what people do.
PEOPLE = tuple(kind for kind in KINDS if kind.name.startswith(("client", "staff")))
OUTLOOK = tuple(kind for kind in KINDS if "event" in kind.name)
MOVED = tuple(kind for kind in PEOPLE if kind.name.endswith((" book", " move")))
FOREIGN = tuple(kind for kind in OUTLOOK if kind.name.startswith("foreign"))
ONE_TIME = (
    Kind("two", 1, next(k.act for k in KINDS if k.name == "two want one time")),
)
BODIES = tuple(kind for kind in KINDS if "body" in kind.name)
HANDED = tuple(
    kind
    for kind in KINDS
    if kind.name.endswith(("dragged away", "copied", "hand-over is answered"))
)
EMPTIED = tuple(kind for kind in KINDS if kind.name == "calendar emptied")


def lost_answers(path: str) -> Kind:
    """Now and then the answer to a request is lost after it had its effect."""

    def act(storm: Storm) -> str:
        lost = Fault(path=path, status=504, after_effect=True)
        storm.tenant.faults.rules.append(lost)
        return path

    return Kind("lost answer", 30, act)


PLANTED: dict[str, tuple[Plant, tuple[Kind, ...]]] = {
    "overlaps": (no_guard, ONE_TIME),
    "one_event": (no_transaction_ids, (*PEOPLE, lost_answers("batch"))),
    "cancelled_by_people": (deletions_cancel, (*PEOPLE, *EMPTIED * 20)),
    "true_when_told": (wrong_times, PEOPLE),
    "met_by_another": (others_met, MOVED),
    "told_once": (no_sent_items, (*PEOPLE, lost_answers("sendMail"))),
    "nothing_went_wrong": (failing_record, PEOPLE),
    "nothing_waits": (keeper("announce", Again(0.5, counts=False)), PEOPLE),
    "mirror_is_outlook": (moves_unseen, (*PEOPLE, *OUTLOOK)),
    "events_are_right": (moves_unwritten, PEOPLE),
    "bodies_are_whole": (bodies_unmended, (*PEOPLE, *BODIES * 10)),
    "no_orphans": (drops_undone, PEOPLE),
    "copies_are_settled": (copies_left, (*PEOPLE, *HANDED * 4)),
    "clients_know": (keeper("tell", Done()), PEOPLE),
    "conflicts_are_asked": (keeper("ask", Done()), (*PEOPLE, *OUTLOOK)),
    "collisions_are_known": (collisions_unseen, (*PEOPLE, *FOREIGN)),
    "index_is_new": (index_forgotten, OUTLOOK),
    "cards_are_true": (keeper("cards", Done()), PEOPLE),
    "one_card_speaks": (nothing_overtaken, PEOPLE),
}

STEPS = 20
#: Seen within so few steps, or within so many only.
OTHERWISE = dict.fromkeys(("overlaps", "true_when_told", "nothing_went_wrong"), 5)
OTHERWISE["collisions_are_known"] = 45


def test_every_checker_has_a_planted_fault():
    every = (*checks.ALWAYS, *checks.OF_ALL_THAT_WAS_SAID, *AFTERWARDS)

    assert [check.__name__ for check in every if check.__name__ not in PLANTED] == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_seen(name: str, monkeypatch: pytest.MonkeyPatch):
    plant, kinds = PLANTED[name]
    plant(monkeypatch)

    assert is_seen(name, kinds)


def test_an_earlier_time_that_was_not_the_last_is_seen(
    monkeypatch: pytest.MonkeyPatch,
):
    oldest_named(monkeypatch)

    assert is_seen("true_when_told", MOVED, STEPS)


def is_seen(name: str, kinds: tuple[Kind, ...], steps: int = 0) -> bool:
    steps = steps or OTHERWISE.get(name, STEPS)
    with template() as empty:
        return any(name in complained(seed, empty, kinds, steps) for seed in range(4))


def complained(seed: int, empty: Path, kinds: tuple[Kind, ...], steps: int) -> set[str]:
    """Play a short storm of these kinds; name the checks that complain."""
    found: list[str] = []

    def watch(seen: Evidence) -> None:
        found.extend(checks.complaints(seen))

    file = shutil.copy(empty, empty.with_name(f"{seed}.sqlite"))
    url = f"sqlite:///{file}"
    with blown(seed, url, steps=steps, kinds=kinds, watch=watch) as storm:
        every = (*checks.ALWAYS, *checks.OF_ALL_THAT_WAS_SAID, *AFTERWARDS)
        found.extend(checks.complaints(storm.evidence, every))
    return {each.partition(":")[0] for each in found}
