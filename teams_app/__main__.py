"""`python -m teams_app`: serve, work, doctor, health, check, setup and more."""

import argparse
import asyncio
import inspect
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sized
from pathlib import Path
from typing import Any, TypeVar

from teams_app import logs
from teams_app.settings import DATABASE, SERVE, BadSettings, Settings, read

T = TypeVar("T")

#: In which `health` and `check` speak, unless told otherwise.
_LANGUAGE = "en"


#: What `--help` says that two of the commands do; docs/admin.md says more.
_PREPARES = (
    "Write scripts, settings and the Teams package that an admin needs to prepare a "
    "tenant, filled in for one deployment, into the folder --out. Nothing in the tenant "
    "is changed before the admin runs them."
)
_REMOVES = (
    "Take Vuoro out of the tenant for good: export everything, with --cancel cancel what "
    "is booked and tell the clients, end the subscriptions, take Vuoro's links out of the "
    "events in Outlook, take the app away from everybody, and freeze the database. What "
    "is left to do by hand is listed. It asks for the tenant's domain first."
)


def main(words: list[str]) -> int:
    """Run one command and give its exit status."""
    parser = argparse.ArgumentParser(prog="python -m teams_app", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    _serving(commands)
    commands.add_parser("migrate", help="bring the database up to date, and end")
    _setting_up(commands)
    _preparing(commands)
    _asking(commands)
    _leaving(commands)
    _staging(commands)
    given = parser.parse_args(words)
    if given.command in {"demo", "story"}:
        return _staged(given)
    try:
        if given.command in _PREPARING:
            return _PREPARING[given.command](given)
        if given.command in {"health", "check", "doctor"}:
            return _asked(given)
        settings = read(_environ(given), _NEEDED.get(given.command, SERVE))
        if given.command == "organisation":
            return _organisation(settings, given)
        logs.begin(settings.log_level)
        return _run(given.command, settings)
    except BadSettings as bad:
        print("Vuoro cannot start:", *bad.faults, sep="\n  ", file=sys.stderr)
        return 2


def _setting_up(commands: Any) -> None:
    """Add what reads the organisation's file."""
    setting_up = commands.add_parser(
        "organisation", help="set up units, professionals and services from a file"
    )
    setting_up.add_argument("file", type=Path)
    setting_up.add_argument("--people", type=Path, required=True)
    setting_up.add_argument("--check", action="store_true", help="change nothing")
    setting_up.add_argument("--over", action="store_true", help="undo what the tab did")


def _staging(commands: Any) -> None:
    """Add the two commands that bring a tenant of their own."""
    demo = commands.add_parser("demo", help="everything on this machine")
    demo.add_argument("--reset", action="store_true", help="begin anew")
    demo.add_argument("--data", type=Path, default=Path("data"))
    demo.add_argument("--database", default="", help="a SQLite file unless named")
    demo.add_argument(
        "--tenant-alone",
        action="store_true",
        help="only the tenant; others serve, by `serve --demo` with the same --data",
    )
    demo.add_argument(
        "--front", type=int, default=0, help="the port of a balancer in front of them"
    )
    story = commands.add_parser("story", help="play the main job through HTTP")
    story.add_argument("--har", type=Path, default=None)
    story.add_argument("--database", default="")


def _serving(commands: Any) -> None:
    """Add the two commands that run for good."""
    serve = commands.add_parser(
        "serve", help="serve the pages and the bot, and work beside"
    )
    work = commands.add_parser("work", help="only work; needs PostgreSQL")
    for each in (serve, work):
        each.add_argument("--demo", type=Path, help="the data folder of a demo")
    serve.add_argument("--port", type=int, help="instead of VUORO_PORT")


def _environ(given: argparse.Namespace) -> Mapping[str, str]:
    """Give what the settings are read from: our environment, or what a demo has kept."""
    from teams_app.demo import environ_of

    named = getattr(given, "demo", None)
    environ = environ_of(named) if named else dict(os.environ)
    port = getattr(given, "port", None)
    return environ if port is None else {**environ, "VUORO_PORT": str(port)}


def _asking(commands: Any) -> None:
    """Add the two commands that ask how things are, beside a running Vuoro."""
    health = commands.add_parser("health", help="say how everything goes; 1: red")
    check = commands.add_parser(
        "check", help="compare bookings, Outlook and what we keep of it; 1: they differ"
    )
    check.add_argument("--fix", action="store_true", help="set right what differs")
    doctor = commands.add_parser(
        "doctor", help="look at the tenant step by step; 1: something must be mended"
    )
    _doctoring(doctor)
    for each in (health, check, doctor):
        each.add_argument("--language", choices=("fi", "sv", "en"), default=_LANGUAGE)
        each.add_argument("--demo", type=Path, help="the data folder of a running demo")


def _doctoring(doctor: argparse.ArgumentParser) -> None:
    from booking.doctor import Step

    doctor.add_argument(
        "--mailbox", default="", help="in it a test event is made and removed"
    )
    doctor.add_argument(
        "--outside", default="", help="a mailbox that must stay out of reach"
    )
    doctor.add_argument(
        "--only",
        action="append",
        default=[],
        choices=[each.value for each in Step],
        help="this step alone; may be given more than once",
    )
    doctor.add_argument("--json", action="store_true", help="for a program to read")


def _say(line: str) -> None:
    """Print a line. A reader who has seen enough, as `head`, stops nothing by it."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        # So that neither what is still said nor the end of the process fails on it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _asked(given: argparse.Namespace) -> int:
    environ = _environ(given)
    settings = read(environ, SERVE)
    logs.begin("ERROR")
    if given.command == "doctor":
        from teams_app.main import doctoring

        wanted = _given(doctoring.Wanted, given)
        return asyncio.run(doctoring.examine(settings, environ, wanted, _say))
    from teams_app.main import commands

    if given.command == "health":
        return asyncio.run(commands.health(settings, given.language, _say))
    done = commands.check(
        settings, given.language, _say, fix=given.fix, again=_again(given)
    )
    return asyncio.run(done)


def _again(given: argparse.Namespace) -> str:
    """Give the command that sets right what `check` has found, as it was asked here."""
    from teams_app.demo import called

    words = ["check", "--fix"]
    if given.demo:
        words += ["--demo", str(given.demo)]
    if given.language != _LANGUAGE:
        words += ["--language", given.language]
    return f"{called()} {shlex.join(words)}"


def _leaving(commands: Any) -> None:
    """Add the command that removes Vuoro from a tenant."""
    remove = commands.add_parser(
        "remove",
        help="remove Vuoro from the tenant; 1: run it again",
        description=_REMOVES,
    )
    remove.add_argument(
        "--export", type=Path, required=True, help="a new file for everything kept"
    )
    remove.add_argument(
        "--cancel", action="store_true", help="cancel what is booked, tell the clients"
    )
    remove.add_argument("--yes", default="", help="the tenant's domain, not asked then")
    remove.add_argument("--language", choices=("fi", "sv", "en"), default=_LANGUAGE)
    remove.add_argument("--demo", type=Path, help="the data folder of a demo")


def _removed(given: argparse.Namespace) -> int:
    from booking.wording import text

    settings = read(_environ(given), SERVE)
    logs.begin("ERROR")
    from teams_app.main import removing

    domain = removing.domain_of(settings)
    if not given.yes:
        print(text(given.language, "removal.ask", domain=domain), flush=True)
    typed = given.yes or sys.stdin.readline().strip()
    if typed.lower() != domain:
        said = text(given.language, "removal.other_domain", domain=domain)
        print(said, file=sys.stderr)
        return 2
    wanted = _given(removing.Wanted, given)
    return asyncio.run(removing.remove(settings, wanted, _say))


_NEEDED = {"migrate": DATABASE, "organisation": DATABASE}


def _preparing(commands: Any) -> None:
    """Add the two commands that prepare a tenant."""
    package = commands.add_parser("package", help="make the Teams app package")
    package.add_argument("file", type=Path, nargs="?", help="the same as --out")
    setup = commands.add_parser(
        "setup",
        help="write what an admin needs to prepare a tenant",
        description=_PREPARES,
    )
    for each in (package, setup):
        needed = each is setup
        each.add_argument(
            "--host", default="", required=needed, help="without https://"
        )
        each.add_argument(
            "--app-id", default="", required=needed, help="of the registration in Entra"
        )
        each.add_argument("--package-id", default="", help="follows from --app-id")
        each.add_argument("--organisation", default="")
        each.add_argument("--out", type=Path, required=needed)
    package.add_argument("--version", default="", help="higher with every upload")
    package.add_argument("--local", action="store_true", help="--host is this machine")
    package.add_argument("--demo", type=Path, help="the data folder of a running demo")
    setup.add_argument("--tenant-id", required=True, help="of the directory")
    setup.add_argument("--sender", required=True, help="the mailbox that mails clients")
    setup.add_argument("--professionals", required=True, help="address of their group")
    setup.add_argument("--help-phone", required=True, help="the way without a computer")
    setup.add_argument("--certificate", default="", help="where it will lie")
    setup.add_argument("--secret", action="store_true", help="instead of a certificate")
    setup.add_argument("--group", default="", help="its object id, to keep it in step")
    setup.add_argument("--polling", action="store_true", help="Graph cannot reach us")
    setup.add_argument("--force", action="store_true", help="the folder may hold more")


def _package(given: argparse.Namespace) -> int:
    from manifest.build import Refused, package
    from teams_app.demo import environ_of
    from teams_app.setup import Wrong, packing

    named = [out for out in (given.file, given.out) if out]
    if len(named) != 1:
        return _nothing("No package was made:", ["name its file once, with --out"])
    (out,) = named
    try:
        asked = _given(packing.Packing, given)
        if given.demo:
            made = packing.of_demo(asked, environ_of(given.demo))
        else:
            made = packing.values(asked, os.environ)
        out.write_bytes(package(made))
    except BadSettings as bad:
        return _nothing("No package was made:", [*bad.faults, *_hint(given)])
    except (Wrong, Refused) as wrong:
        return _nothing("No package was made:", wrong.faults)
    except OSError as error:
        return _nothing("No package was made:", [_unwritten(out, error)])
    what = _ONLY_HERE if given.demo else "upload it in the Teams admin centre"
    print(f"{out}: {what.format(host=made.host)}")
    return 0


_ONLY_HERE = (
    "for looking at only. Teams would not load it, because its tab and its bot are at "
    "{host}, on this machine, where Microsoft's Teams cannot reach them"
)


def _hint(given: argparse.Namespace) -> list[str]:
    """Say what may be given instead of settings, where it was not."""
    if given.demo or (given.host and given.app_id):
        return []
    return [
        "Without settings name both: --host aika.kunta.example --app-id <application id>",
        "Of a running demo: --demo data",
    ]


def _setup(given: argparse.Namespace) -> int:
    from manifest.build import Refused
    from teams_app import setup

    try:
        also = setup.of_folder(given.out, force=given.force)
        made = setup.files(setup.checked(_given(setup.Asked, given), also))
        setup.write(made, given.out)
    except (setup.Wrong, Refused) as wrong:
        return _nothing("Nothing was written:", wrong.faults)
    except OSError as error:
        return _nothing("Not everything was written:", [_unwritten(given.out, error)])
    print(f"{given.out}: begin with README.md")
    return 0


def _given(kind: Callable[..., T], given: argparse.Namespace) -> T:
    """Take the options that a record of them names."""
    names = inspect.signature(kind).parameters
    return kind(**{name: getattr(given, name) for name in names})


def _unwritten(out: Path, error: OSError) -> str:
    return f"{out} cannot be written: {error.strerror}"


def _nothing(what: str, faults: list[str]) -> int:
    print(what, *faults, sep="\n  ", file=sys.stderr)
    return 2


_PREPARING = {"package": _package, "setup": _setup, "remove": _removed}


def _organisation(settings: Settings, given: argparse.Namespace) -> int:
    from teams_app import organisation
    from teams_app.main.real import BusinessClock
    from teams_app.store.database import Database

    try:
        made = organisation.read(given.file, given.people)
    except organisation.BadOrganisation as bad:
        print("Nothing was changed:", *bad.faults, sep="\n  ", file=sys.stderr)
        if any("[" in each for each in bad.faults):
            print(
                "Lists are counted from one: services[1] is the first service.",
                file=sys.stderr,
            )
        return 2
    counts = ", ".join(
        _counted(each, name)
        for each, name in (
            (made.units, "unit"),
            (made.professionals, "professional"),
            (made.services, "service"),
        )
    )
    if given.check:
        print(f"{counts}: nothing is wrong with them, and nothing was changed")
        return 0
    database = Database.open(settings.database)
    try:
        done = database.write_here(
            organisation.put, made, BusinessClock().now(), over=given.over
        )
    finally:
        database.close()
    print(f"{counts}: set up")
    for name in done.left:
        print(f"  not in the file, left as before: {name}")
    for name in done.kept:
        print(f"  changed in the tab, left so (--over takes the file's): {name}")
    return 0


def _counted(found: Sized, name: str) -> str:
    return f"{len(found)} {name}{'' if len(found) == 1 else 's'}"


def _staged(given: argparse.Namespace) -> int:
    from teams_app import demo

    if given.command == "demo":
        places = demo.Places(
            data=given.data,
            clients=True,
            set_up=True,
            database=given.database,
            tenant_alone=given.tenant_alone,
            front=given.front,
            app=int(os.environ.get("VUORO_PORT", "8080")),
            tenant=int(os.environ.get("TENANT_PORT", "8081")),
            tls=int(os.environ.get("TENANT_TLS_PORT", "8443")),
        )
        return asyncio.run(demo.run(places, reset=given.reset))
    from teams_app import story

    try:
        return asyncio.run(story.run(given.har, given.database))
    except KeyboardInterrupt:
        return 130


def _run(command: str, settings: Settings) -> int:
    if command == "migrate":
        from teams_app.store.database import Database

        Database.open(settings.database).close()
        return 0
    from teams_app import main as wiring

    asyncio.run(wiring.serve(settings) if command == "serve" else wiring.work(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
