"""`health` and `check`: what an admin asks on the command line, beside a running Vuoro.

Neither works off a job: `check --fix` owes what sets things right, and the worker that
runs elsewhere does it. Both give an exit status, so that a timer may call them.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from booking.differences import FOR_A_PERSON, Difference
from booking.health import Facts, Level, judge
from booking.model import Professional, ProfessionalId
from booking.views.differences import lines, words
from booking.views.health_report import report
from booking.wording import text
from graph_sync.graph import (
    REFUSED_BY_ENTRA,
    Forbidden,
    Gone,
    GraphError,
    NoMailbox,
    Throttled,
    Unavailable,
)
from teams_app.actions import checks
from teams_app.actions import health as actions
from teams_app.actions.access import Look
from teams_app.main import choices
from teams_app.main.app import App
from teams_app.settings import Settings
from teams_app.store import jobs, marks, people
from teams_app.store.database import Tx
from teams_app.worker import checking
from teams_app.worker.checking import Compared

Say = Callable[[str], None]

#: How the log names whoever gives commands on the machine, and whence she looked.
ADMIN, SOURCE = "admin", "command"

#: Calendars read at a time; each has its own place in its mailbox's lane.
_AT_ONCE = 4
_BORROWED_SECONDS = 60.0
#: Real seconds the worker has for what was found.
_PATIENCE = 60
_TRIES = 5
#: Code of our own: the mailbox's lane had no place for as long as we waited.
_BUSY = "Busy"

#: Why a calendar could not be read, in words: `health.unread.<cause>`.
_BY_CODE = {_BUSY: "busy", REFUSED_BY_ENTRA: "not_let_in"}
_BY_KIND = (
    (Gone, "gone"),
    (NoMailbox, "gone"),
    (Forbidden, "forbidden"),
    (Throttled, "throttled"),
    (Unavailable, "unavailable"),
)


async def health(settings: Settings, language: str, say: Say) -> int:
    """Say how everything goes; 1 when something is red."""
    app = App(settings)
    await app.connect()
    try:
        found = await _facts(app)
        removed = await app.database.read(marks.removal)
    finally:
        await app.close()
    watch = choices.watch_of(settings)
    judged = judge(
        replace(
            found,
            credential_ends=watch.credential_ends,
            credential_unknown=watch.credential_unknown,
        )
    )
    if removed is not None:
        say(text(language, "health.removed"))
    for line in report(language, judged, app.policy.zone):
        say(line)
    return 1 if judged.level is Level.BAD else 0


async def _facts(app: App) -> Facts:
    """Read everything that is looked at, and log which appointments it names."""
    found: Facts = await app.database.read(actions.facts, app.policy, app.clock.now())
    await _told(app, actions.named(found))
    return found


async def _told(app: App, references: Collection[str]) -> None:
    """Log which appointments are named to whoever may give commands here."""
    if references:
        look = Look(app.clock.now(), SOURCE)
        await app.database.write(actions.told, ADMIN, references, look)


async def check(
    settings: Settings, language: str, say: Say, *, fix: bool, again: str
) -> int:
    """Compare every calendar; 1 when something differs, and with `fix` still does.

    1 also when a calendar could not be read. `again`: the command that sets right.
    """
    app = App(settings)
    await app.connect()
    try:
        return await _Check(app, language, say, again).run(fix=fix)
    finally:
        await app.close()


class _Check:
    def __init__(self, app: App, language: str, say: Say, again: str) -> None:
        self.app = app
        self.language = language
        self.say = say
        self.again = again
        self.names: dict[ProfessionalId, str] = {}

    async def run(self, *, fix: bool) -> int:
        await self._tell_earlier()
        seen = await self._compare()
        if fix:
            await self._log()
            await self._keep(seen)
        if not await self._tell(seen):
            return 1 if _unread(seen) else 0
        if not fix:
            if any(one.kind not in FOR_A_PERSON for each in seen for one in each.found):
                self.say(text(self.language, "health.check.fix", command=self.again))
            return 1
        self.say(text(self.language, "health.check.mending"))
        for each in seen:
            await checking.mend(self.app.world, each)
        if not await self._worked_off(seen):
            self.say(text(self.language, "health.check.nobody"))
            return 1
        seen = await self._compare()
        await self._keep(seen)
        left = await self._tell(seen)
        if left:
            self.say(text(self.language, "health.check.left", n=left))
        return 1 if left or _unread(seen) else 0

    async def _log(self) -> None:
        """Log that they are compared to be set right, whether anything differs or not."""
        look = Look(self.app.clock.now(), SOURCE)
        await self.app.database.write(actions.noted, "check", "calendars", ADMIN, look)

    async def _tell_earlier(self) -> None:
        """Say what comparisons have found lately, as the one of last night."""
        found = await self.app.database.read(actions.noticed, self.app.clock.now())
        await _told(self.app, {each.difference.reference for each in found} - {""})
        for line in lines(self.language, found, self.app.policy.zone):
            self.say(line)

    async def _keep(self, seen: Sequence[Compared]) -> None:
        """Write down what was found, where it is set right too."""
        for each in seen:
            if each.error is None:
                about = each.pull.professional, each.found, self.app.clock.now()
                await self.app.database.write(checks.done, *about)

    async def _compare(self) -> list[Compared]:
        everybody: list[Professional] = await self.app.database.read(
            people.followed, self.app.clock.now()
        )
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(each: Professional) -> Compared:
            async with gate:
                return await self._calendar(each.id)

        self.names = {each.id: each.name for each in everybody}
        return list(await asyncio.gather(*map(one, everybody)))

    async def _calendar(self, id_: ProfessionalId) -> Compared:
        """Compare one calendar in the place that its lane keeps for who waits."""
        for last in (False,) * (_TRIES - 1) + (True,):
            lease = await self.app.database.write(
                jobs.borrow, f"live:{id_}", _BORROWED_SECONDS
            )
            try:
                if lease is not None:
                    return await checking.compared(self.app.world, id_)
            except GraphError as error:
                if last:
                    return await checking.unread(self.app.world, id_, error)
                await asyncio.sleep(min(30.0, getattr(error, "retry_after", 2.0)))
            finally:
                if lease is not None:
                    await self.app.database.write(jobs.give_back, lease)
            await asyncio.sleep(1)
        return await checking.unread(self.app.world, id_, GraphError(_BUSY))

    async def _tell(self, seen: Sequence[Compared]) -> int:
        """Say what differs, calendar by calendar; give how much that is."""
        differing = [each for each in seen if each.found]
        told = {one.reference for each in differing for one in each.found}
        await _told(self.app, told - {""})
        for each in differing:
            self.say(f"{self.names[each.pull.professional]}:")
            for one in sorted(each.found, key=_order):
                self.say(f"  {words(self.language, one, self.app.policy.zone)}")
        unread = _unread(seen)
        self._tell_unread(unread)
        count = sum(len(each.found) for each in differing)
        if count:
            values = {"n": count, "calendars": len(differing)}
            self.say(text(self.language, "health.check.found", **values))
        elif not unread:
            self.say(text(self.language, "health.check.alike", n=len(seen)))
        elif len(unread) < len(seen):
            read = len(seen) - len(unread)
            self.say(text(self.language, "health.check.others_alike", n=read))
        if unread:
            self.say(text(self.language, "health.check.unread", n=len(unread)))
        return count

    def _tell_unread(self, unread: Sequence[Compared]) -> None:
        """Say whose calendars could not be read, those with one cause together."""
        causes: dict[str, list[Compared]] = defaultdict(list)
        for each in unread:
            causes[_cause(each)].append(each)
        for cause, found in sorted(causes.items()):
            names = ", ".join(self.names[each.pull.professional] for each in found)
            why = text(self.language, f"health.unread.{cause}")
            codes = ", ".join(sorted({_code(each) for each in found}))
            self.say(text(self.language, "health.check.unreadable", names=names))
            because = text(self.language, "health.check.because", why=why, codes=codes)
            self.say(f"  {because}")

    async def _worked_off(self, seen: Sequence[Compared]) -> bool:
        """Wait until what was owed is done, or too long."""
        owed = [key for each in seen for key in checks.keys(each.pull, each.found)]
        for _ in range(_PATIENCE):
            if not await self.app.database.read(_open, owed):
                return True
            await asyncio.sleep(1)
        return False


def _unread(seen: Sequence[Compared]) -> list[Compared]:
    return [each for each in seen if each.error is not None]


def _cause(one: Compared) -> str:
    """Say why a calendar could not be read."""
    assert one.error is not None
    of_code = _BY_CODE.get(one.error.code)
    of_kind = (cause for kind, cause in _BY_KIND if isinstance(one.error, kind))
    return of_code or next(of_kind, "other")


def _code(one: Compared) -> str:
    """Give Graph's own word for it, for support."""
    assert one.error is not None
    return one.error.code or type(one.error).__name__


def _order(one: Difference) -> tuple[bool, float, str]:
    """What a person must see to comes first; the rest by time."""
    starts = one.starts.timestamp() if one.starts is not None else 0.0
    return one.kind not in FOR_A_PERSON, starts, one.kind.value


def _open(tx: Tx, keys: Sequence[str]) -> bool:
    return None in jobs.outcomes(tx, keys).values()
