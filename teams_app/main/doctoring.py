"""`doctor` on the command line: wired apart from `serve`, to run where that cannot."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp

from booking import doctor as rules
from booking.doctor import Finding, Step
from booking.doctor.judging import Proof
from booking.views import doctor as views
from manifest.build import Refused, package
from teams_app import doctor
from teams_app.bot.outbound import Endpoints
from teams_app.doctor import Asked, Parts
from teams_app.main import choices
from teams_app.main.app import App
from teams_app.settings import BadSettings, Settings
from teams_app.setup import Wrong, packing
from teams_app.store.database import Database, Unopened

Say = Callable[[str], None]

_PATIENCE = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    language: str = "en"
    mailbox: str = ""
    outside: str = ""
    only: Collection[str] = field(default_factory=tuple)
    json: bool = False


class Knocking:
    """Plain requests, which follow nobody elsewhere. `doctor.Web`."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def post(self, url: str, text: str = "") -> tuple[int, str]:
        kind = "application/json" if text else "text/plain"
        return await self._ask("POST", url, text, {"Content-Type": kind})

    async def get(self, url: str) -> int:
        status, _ = await self._ask("GET", url, "", {})
        return status

    async def _ask(
        self, method: str, url: str, text: str, headers: dict[str, str]
    ) -> tuple[int, str]:
        try:
            async with self._session.request(
                method,
                url,
                data=text or None,
                headers=headers,
                allow_redirects=False,
                timeout=_PATIENCE,
            ) as answer:
                return answer.status, await answer.text(errors="replace")
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return 0, ""


async def examine(
    settings: Settings, environ: Mapping[str, str], wanted: Wanted, say: Say
) -> int:
    """Look at everything, or at what is wanted; 1 when something must be mended."""
    app = App(settings)
    await app.reach_out()
    try:
        opened = await asyncio.to_thread(Database.attempt, settings.database)
        if isinstance(opened, Database):
            app.use(opened)
        parts = _parts(app, environ, opened, wanted.language)
        return await _told(parts, wanted, say)
    finally:
        await app.close()


async def _told(parts: Parts, wanted: Wanted, say: Say) -> int:
    only = [Step(each) for each in wanted.only]
    asked = Asked(wanted.mailbox, wanted.outside, only)
    language, zone = wanted.language, parts.policy.zone
    everything: list[Finding] = []
    async for found in doctor.examine(parts, asked):
        everything += found
        if found and not wanted.json:
            _say_all(views.written(language, found[0].step, found, zone), say)
    if wanted.json:
        say(views.as_json(language, everything, zone))
    else:
        say("")
        say(views.summed_up(language, everything))
    return rules.status(everything)


def _say_all(lines: Iterable[str], say: Say) -> None:
    for each in lines:
        say(each)


def _parts(
    app: App, environ: Mapping[str, str], opened: Database | Unopened, language: str
) -> Parts:
    settings, watch = app.settings, choices.watch_of(app.settings)
    unopened = opened if isinstance(opened, Unopened) else Unopened("", "")
    return Parts(
        graph=app.graph,
        tenancy=app.graph.tenancy,
        chat=app.connector,
        web=Knocking(app.session),
        database=opened if isinstance(opened, Database) else None,
        policy=app.policy,
        now=app.clock.now,
        real=lambda: datetime.now(UTC),
        sleep=asyncio.sleep,
        ids=app.ids,
        language=language,
        base_url=settings.base_url,
        client_id=settings.client_id,
        package=settings.teams_app_id,
        package_faults=_package_faults(settings, environ),
        bot_keys_url=settings.bot_metadata_url,
        bot_scope=Endpoints().scope,
        proof=Proof(watch.credential_ends, watch.credential_unknown),
        fault=unopened.why,
        fault_code=unopened.code,
    )


def _package_faults(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    """Make the package that would be uploaded, and say what Teams would refuse in it."""
    if not settings.teams_app_id:
        return []
    asked = packing.Packing()
    try:
        of = packing.of_demo if settings.demo else packing.values
        package(of(asked, environ))
    except BadSettings as bad:
        return list(bad.faults)
    except (Wrong, Refused) as wrong:
        return list(wrong.faults)
    return []
