"""`make demo`: the whole of Vuoro on one machine, with a tenant in a box.

Starts the tenant as a process of its own, then the application as another, prints where
to look, and ends both on one Ctrl-C. Data stays in `data/` until `RESET=1`.
"""

import asyncio
import contextlib
import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from booking.spans import HELSINKI, instant
from teams_app.settings import BadSettings

_START_SECONDS = 90


class CannotStart(Exception):
    """Something is in the way; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Places:
    """Ports and folder of a demo. A story uses others, so both can run at once."""

    data: Path = Path("data")
    app: int = 8080
    tenant: int = 8081
    tls: int = 8443
    database: str = ""
    clients: bool = False  #: Some clients with past and coming appointments.
    #: The tenant is set up as docs/admin.md leads one through it: the professionals'
    #: group is kept in step, and a setup policy has given its members the app.
    set_up: bool = False
    opens: datetime | None = None  #: When its clock begins; None: in office hours.
    #: Others serve, with the settings that are kept in `data` (`serve --demo`).
    tenant_alone: bool = False
    front: int = 0  #: The port of a balancer in front; 0: there is none.
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.front or self.app}"


@dataclass(slots=True)
class Demo:
    """A running demo: the tenant, the application, and where they are."""

    places: Places
    tenant: dict[str, Any]
    base_url: str
    environ: dict[str, str]
    processes: list[Process]

    async def stop(self) -> None:
        """End the application first, then the tenant."""
        await _end(self.processes)


async def _end(processes: list[Process]) -> None:
    for process in reversed(processes):
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 35)
            except TimeoutError:
                process.kill()
                await process.wait()


def check_ports(places: Places) -> None:
    """Say whose a busy port is before anything is started."""
    names = {
        places.tenant: "the tenant (TENANT_PORT)",
        places.tls: "the tenant's Entra (TENANT_TLS_PORT)",
    }
    if not places.tenant_alone:
        names = {places.app: "the application (VUORO_PORT)"} | names
    for port, whose in names.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CannotStart(
                    f"Port {port} is in use, and {whose} needs it. End the other "
                    "program (perhaps another demo), or choose another port."
                ) from None


#: What a demo leaves in its data folder.
_LEFT = (
    "app",
    "tenant",
    "app.log",
    "people.json",
    "groups.json",
    "secret",
    "settings.json",
)


def forget(places: Places) -> None:
    """Remove what an earlier demo left, and nothing else that lies there."""
    for name in _LEFT:
        path = places.data / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


async def start(places: Places, *, reset: bool = False) -> Demo:
    """Start tenant and application; both answer when this returns.

    Where it does not come to that, whatever the reason, nothing is left running.
    """
    check_ports(places)
    if reset:
        forget(places)
    places.data.mkdir(parents=True, exist_ok=True)
    processes: list[Process] = []
    try:
        return await _started(places, processes)
    except BaseException:
        await _end(processes)
        raise


async def _started(places: Places, processes: list[Process]) -> Demo:
    new = not (places.data / "tenant").exists()
    addresses = await _start_tenant(places, processes)
    environ = await environment(places, addresses, places.base_url)
    _keep(places.data, environ)
    if not places.tenant_alone:
        processes.append(await start_app(environ, places))
        address = f"http://127.0.0.1:{places.app}/health"
        await _answers(address, processes[-1], places.data)
    if places.set_up and new:
        await _give_app(addresses["base_url"])
    return Demo(places, addresses, places.base_url, environ, processes)


def opening_time(now: datetime) -> datetime:
    """Give when a demo's clock begins: now, in office hours; else the next morning.

    At night nothing is sent and nobody meets, which would make a dull demonstration.
    """
    local = now.astimezone(HELSINKI)
    if local.weekday() < 5 and 8 <= local.hour < 14:  # noqa: PLR2004
        return now
    day = local.date() + timedelta(days=1 if local.hour >= 8 else 0)  # noqa: PLR2004
    while day.weekday() >= 5:  # noqa: PLR2004
        day += timedelta(days=1)
    return instant(day, time(8, 30), HELSINKI)


async def _start_tenant(places: Places, processes: list[Process]) -> dict[str, Any]:
    words = [
        *("--port", str(places.tenant)),
        *("--tls-port", str(places.tls)),
        *("--data", str(places.data / "tenant")),
        *("--app-url", places.base_url),
    ]
    if not (places.data / "tenant").exists():
        now = datetime.now(UTC)  # noqa: TID251  a program of its own, like main
        words += ["--now", (places.opens or opening_time(now)).isoformat()]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dev_tenant"),
        *words,
        stdout=PIPE,
        start_new_session=True,
    )
    processes.append(process)
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), _START_SECONDS)
    if not line:
        raise CannotStart("The tenant did not start; its message stands above.")
    addresses: dict[str, Any] = json.loads(line)
    return addresses


async def start_app(environ: dict[str, str], places: Places) -> Process:
    """Start the application; its log goes to a file in the data folder."""
    log = (places.data / "app.log").open("ab")
    with log:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "teams_app", "serve"),
            env=environ,
            stderr=log,
            stdout=log,
            start_new_session=True,
        )


#: Who the sample service says it is.
_ORGANISATION = {
    "ORGANISATION_FI": "Lumivaaran työllisyyspalvelut",
    "ORGANISATION_SV": "Lumivaara sysselsättningstjänster",
    "ORGANISATION_EN": "Lumivaara Employment Services",
    "HELP_PHONE": "029 123 4500",
    "HELP_HOURS_FI": "ma–pe klo 9–15",
    "HELP_HOURS_SV": "må–fr kl. 9–15",
    "HELP_HOURS_EN": "Mon–Fri 09:00–15:00",
    "CONTACT_EMAIL": "ajanvaraus@lumivaara.example",
}


async def environment(
    places: Places, tenant: dict[str, Any], base_url: str
) -> dict[str, str]:
    """Give the application's settings: real ones, with the tenant's addresses."""
    base = tenant["base_url"]
    people = places.data / "people.json"
    state = await _state(base)
    users = list(state["users"].values())
    group = _group(state)["id"] if places.set_up else ""
    known = [{name: user[name] for name in ("id", "mail", "name")} for user in users]
    people.write_text(json.dumps(known, ensure_ascii=False))
    groups = [
        {name: each[name] for name in ("id", "mail", "name")}
        for each in state["groups"].values()
    ]
    people.with_name("groups.json").write_text(json.dumps(groups, ensure_ascii=False))
    settings = {
        "PORT": str(places.app),
        "BASE_URL": base_url,
        "DATA_DIR": str(places.data / "app"),
        "DATABASE_URL": places.database,
        "SECRET_KEY": _secret(places.data / "secret"),
        **_where_the_tenant_is(tenant),
        "ADMINS": ",".join(user["id"] for user in users if "admin" in user["roles"]),
        "PROFESSIONALS_GROUP": group,
        "SENDER": "ajanvaraus@lumivaara.example",
        "SMS_URL": f"{base}/sms/send",
        "SMS_KEY": "sms-key-of-the-demo",
        **_ORGANISATION,
        "DEMO": "1",
        # Behind a balancer there are two, as in deploy/compose.yaml.
        "REPLICAS": "2" if places.front else "1",
        "DEMO_SAMPLE": str(people),
        "DEMO_CLIENTS": "1" if places.clients else "0",
        "DEMO_CLOCK_URL": f"{base}/_tenant/clock",
        **places.extra,
    }
    clean = {k: v for k, v in os.environ.items() if not k.startswith("VUORO_")}
    return clean | {f"VUORO_{name}": value for name, value in settings.items()}


def _where_the_tenant_is(tenant: dict[str, Any]) -> dict[str, str]:
    base = tenant["base_url"]
    return {
        "TENANT_ID": tenant["tenant_id"],
        "CLIENT_ID": tenant["client_id"],
        "CLIENT_SECRET": tenant["client_secret"],
        "CLIENT_SECRET_EXPIRES": _in_a_year(),
        "AUTHORITY": tenant["entra_url"],
        "CA_FILE": tenant["ca_path"],
        "GRAPH_URL": tenant["graph_url"],
        "BOT_METADATA_URL": f"{base}/botframework/v1/.well-known/openidconfiguration",
        "BOT_HOME_URL": f"{base}/connector/",
        "BOT_SERVICE_URLS": f"{base}/connector/",
        "TEAMS_APP_ID": tenant["external_app_id"],
        "TEAMS_URL": base,
        "EXTRA_FRAME_ORIGIN": base,
    }


def _in_a_year() -> str:
    """Give the day on which the demo's own secret is said to end."""
    today = datetime.now(UTC).date()  # noqa: TID251  a program of its own, like main
    return (today + timedelta(days=365)).isoformat()


def _keep(data: Path, environ: dict[str, str]) -> None:
    """Write the settings down for the commands that ask a running demo how it is."""
    ours = {name: each for name, each in environ.items() if name.startswith("VUORO_")}
    path = data / "settings.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(ours))


def environ_of(data: Path) -> dict[str, str]:
    """Read the settings of the demo whose data lies in this folder.

    Raises BadSettings where no demo has run.
    """
    try:
        found: dict[str, str] = json.loads((data / "settings.json").read_text())
    except (OSError, ValueError):
        raise BadSettings(
            [f"--demo {data}: no demo has run with this folder"]
        ) from None
    return found


async def _state(base: str) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{base}/_tenant/state") as answer,
    ):
        state: dict[str, Any] = await answer.json()
    return state


#: The professionals' group of the tenant, by its address.
_GROUP = "asiantuntijat@lumivaara.example"
#: What is known of it where the tenant was kept by a version that had none.
_NO_GROUP = {"id": "", "members": []}


def _group(state: dict[str, Any]) -> dict[str, Any]:
    groups: list[dict[str, Any]] = list(state["groups"].values())
    return next((each for each in groups if each["mail"] == _GROUP), _NO_GROUP)


async def _give_app(base: str) -> None:
    """Install the app for the professionals, as a setup policy of Teams does."""
    members = _group(await _state(base))["members"]
    async with aiohttp.ClientSession() as session:
        for user in members:
            url = f"{base}/_tenant/teams/install"
            async with session.post(url, json={"user": user}) as answer:
                answer.raise_for_status()


def _secret(path: Path) -> str:
    if not path.exists():
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text()


#: How the application says that nothing more is done on this database.
_REMOVED = b"Vuoro was removed from this tenant"
_LAST_OF_LOG = 2000


def _why_it_ended(data: Path) -> str:
    """Say what to do where the application ended before it answered."""
    with contextlib.suppress(OSError):
        if _REMOVED in (data / "app.log").read_bytes()[-_LAST_OF_LOG:]:
            return (
                "Vuoro was removed from this demo's tenant (`remove --demo`), and does "
                "not start on its data any more. RESET=1 begins anew: make demo RESET=1"
            )
    return f"The application ended; see {data / 'app.log'}."


async def _answers(url: str, process: Process, data: Path) -> None:
    """Wait until an address answers; a process that ended never will."""
    async with aiohttp.ClientSession() as session:
        for _ in range(_START_SECONDS * 5):
            if process.returncode is not None:
                raise CannotStart(_why_it_ended(data))
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as answer:
                    if answer.status == 200:  # noqa: PLR2004
                        return
            await _tick()
    raise CannotStart(f"{url} does not answer; see app.log in data.")


async def _tick() -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), 0.2)


def called() -> str:
    """Give how this program is called from the folder one is in."""
    near = os.path.relpath(sys.executable)
    python = sys.executable if near.startswith(os.pardir) else near
    return f"{shlex.quote(python)} -m teams_app"


def welcome(demo: Demo) -> str:
    base, tenant = demo.base_url, demo.tenant["base_url"]
    asked, data = called(), shlex.quote(str(demo.places.data))
    if demo.places.tenant_alone:
        return f"""
The tenant runs alone, without Vuoro. Its front page is {tenant}/

From another window: Vuoro, which is then {base}; or, while nothing serves, its removal:

  {asked} serve --demo {data}
  {asked} remove --demo {data} --export vuoro-export.zip

Ctrl-C ends the tenant. Data stays; --reset begins anew.
"""
    return f"""
Vuoro runs. Begin at {tenant}/

  Teams            {tenant}/teams/       write "varaa", "boka" or "book" to the bot
  Outlook          {tenant}/outlook/     everybody's calendars
  Client's inbox   {tenant}/inbox/       mail and SMS, with the links
  Public booking   {base}/b
  Log              {demo.places.data / "app.log"}

From another window: how it goes; what a tenant still lacks; whether bookings and calendars
are alike, and what sets them right where they are not; and the package for Teams:

  {asked} health --demo {data}
  {asked} doctor --demo {data}
  {asked} check --demo {data}
  {asked} check --fix --demo {data}
  {asked} package --demo {data} --out vuoro.zip

Ctrl-C ends it. Data stays; RESET=1 begins anew.
"""


async def run(places: Places, *, reset: bool) -> int:
    """Run the demo until Ctrl-C, which may come while it starts."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    waiting = asyncio.create_task(ended.wait())
    starting = asyncio.create_task(start(places, reset=reset))
    await asyncio.wait([starting, waiting], return_when=asyncio.FIRST_COMPLETED)
    starting.cancel()
    try:
        demo = await starting
    except CannotStart as why:
        sys.stderr.write(f"{why}\n")
        return 1
    except asyncio.CancelledError:
        sys.stdout.write(_ENDED)
        return 0
    sys.stdout.write(welcome(demo))
    sys.stdout.flush()
    watchers = [asyncio.create_task(each.wait()) for each in demo.processes]
    await asyncio.wait([*watchers, waiting], return_when=asyncio.FIRST_COMPLETED)
    failed = not ended.is_set()
    if failed:
        sys.stderr.write("Part of the demo ended by itself; see app.log in data.\n")
    await demo.stop()
    for task in (*watchers, waiting):
        task.cancel()
    if not failed:
        sys.stdout.write(_TENANT_ENDED if places.tenant_alone else _ENDED)
    return 1 if failed else 0


_ENDED = "Vuoro has ended.\n"
_TENANT_ENDED = "The tenant has ended.\n"
