"""`remove` on the command line: asked twice, exported first, and to be run again.

What is done in which order, and how far it has come, stands in the database: a run that
was killed is taken up where it was.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from booking.wording import text
from booking.wording.dates import when_short
from teams_app import removal
from teams_app.actions import export
from teams_app.actions import removal as actions
from teams_app.main.app import App
from teams_app.main.doctoring import Knocking
from teams_app.settings import Settings
from teams_app.store import marks
from teams_app.store.marks import Phase, Removal
from teams_app.worker import Worker
from teams_app.worker.keepers import KEEPERS, buried

Say = Callable[[str], None]

_OK = 200
#: Real seconds in which something must have been done, or it is not waited for.
_PATIENCE = 90.0
_LOOK = 0.2
#: So often it is looked whether a job claimed before is done; a lease ends sooner.
_LEASES = 3000
_REMOVED, _AGAIN, _REFUSED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    export: Path
    language: str = "en"
    cancel: bool = False


def domain_of(settings: Settings) -> str:
    """Give what an admin types to say that it is this tenant she means."""
    return settings.sender.rpartition("@")[2].lower()


async def remove(settings: Settings, wanted: Wanted, say: Say) -> int:
    """Remove Vuoro; 0 when it is done, 1 to run again, 2 when nothing was begun."""
    app = App(settings)
    await app.connect()
    try:
        return await _Removing(app, wanted, say).run()
    finally:
        await app.close()


class _Removing:
    def __init__(self, app: App, wanted: Wanted, say: Say) -> None:
        self.app = app
        self.wanted = wanted
        self.language = wanted.language
        self._say = say

    def say(self, name: str, /, **values: int | str) -> None:
        self._say(text(self.language, f"removal.said.{name}", **values))

    async def run(self) -> int:
        before = await self.app.database.read(marks.removal)
        if before is not None and before.phase is Phase.REMOVED:
            self.say("removed_before", export=before.export)
            self._by_hand()
            return _REMOVED
        if before is not None:
            self.say("resumed", export=before.export)
        if before is None or before.phase is Phase.FINISHING:
            if await self._runs():
                self.say("running", url=self.app.settings.base_url)
                return _REFUSED
            if before is None and not await self._exported():
                return _REFUSED
            if not await self._finished():
                return _AGAIN
        return await self._cleaned()

    async def _runs(self) -> bool:
        """Say whether somebody still serves at our address."""
        url = f"{self.app.settings.base_url}/ready"
        return await Knocking(self.app.session).get(url) == _OK

    async def _exported(self) -> bool:
        """Export everything, and only then write down that the removal has begun."""
        path, now = self.wanted.export, self.app.clock.now()
        if path.exists():
            self.say("export_exists", path=str(path))
            return False
        database = self.app.database
        await database.write(export.begun, now)
        try:
            counts = await database.read(
                export.write, path, self.language, self.app.policy.zone, now
            )
        except export.NotExported as why:
            self.say("not_exported", path=str(path), why=str(why))
            return False
        await self._mark(Phase.FINISHING, str(path.resolve()))
        self.say("exported", path=str(path), n=sum(counts.values()))
        return True

    async def _mark(self, phase: Phase, path: str = "") -> None:
        known = await self.app.database.read(marks.removal)
        kept = path or (known.export if known else "")
        now = self.app.clock.now()
        await self.app.database.write(marks.mark, Removal(phase, kept), now)

    async def _finished(self) -> bool:
        """Cancel where that was asked for, and do what is owed; False: not all is told.

        Afterwards nothing is changed or sent any more, by whichever replica.
        """
        database = self.app.database
        if self.wanted.cancel:
            count = await database.write(actions.cancel_all, self.app.clock.now())
            self.say("cancelled", n=count)
        await self._work_off()
        waiting = await database.read(actions.unsaid)
        if waiting and self.wanted.cancel:
            self.say("unsaid", n=len(waiting), when=self._when(waiting[0]))
            return False
        await self._mark(Phase.REMOVING)
        for _ in range(_LEASES):
            if not await database.read(actions.busy):
                break
            await asyncio.sleep(_LOOK)
        return True

    def _when(self, at: datetime) -> str:
        return when_short(self.language, at, self.app.policy.zone)

    async def _work_off(self) -> None:
        """Do what is owed now, for as long as anything gets done."""
        worker = Worker(self.app.world, KEEPERS, buried, kinds=actions.OWED)
        running = asyncio.create_task(worker.run())
        loop = asyncio.get_running_loop()
        least, until = -1, loop.time() + _PATIENCE
        while left := await self.app.database.read(actions.due, self.app.clock.now()):
            if least < 0 or left < least:
                least, until = left, loop.time() + _PATIENCE
            if loop.time() > until:
                self.say("undone", n=left)
                break
            await asyncio.sleep(_LOOK)
        worker.stop()
        await running

    async def _cleaned(self) -> int:
        app = self.app
        parts = removal.Parts(
            graph=app.graph,
            tenancy=app.graph.tenancy,
            database=app.database,
            policy=app.policy,
            base_url=app.settings.base_url,
            package=app.settings.teams_app_id,
        )
        done = await removal.clean(parts, app.clock.now())
        self.say("subscriptions", n=done.subscriptions)
        self.say("events", n=done.events)
        if done.apps is not None:
            self.say("apps", n=done.apps)
        for name, code in done.mailboxes.items():
            self.say("mailbox", name=name, code=code)
        for name, code in done.failed.items():
            what = text(self.language, f"removal.step.{name}")
            self.say("failed", what=what, code=code)
        if not done.complete:
            self.say("again")
            return _AGAIN
        await self._mark(Phase.REMOVED)
        self.say("removed")
        coming = await app.database.read(actions.coming, app.clock.now())
        if coming:
            self.say("links", n=coming)
        offered = await app.database.read(actions.offered, app.clock.now())
        if offered:
            self.say("offers", n=offered)
        self._by_hand()
        return _REMOVED

    def _by_hand(self) -> None:
        """Say what is left for the admin, in the order in which it is best done."""
        settings = self.app.settings
        self.say("by_hand")
        for number, name in enumerate(_BY_HAND, start=1):
            said = text(
                self.language,
                f"removal.hand.{name}",
                app=settings.client_id,
                package=settings.teams_app_id,
                sender=settings.sender,
            )
            self._say(f"  {number}. {said}")


_BY_HAND = ("teams", "bot", "exchange", "entra", "mailbox", "machine")
