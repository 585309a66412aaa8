"""`python -m teams_app`: serve, work, health, check, organisation, package and more."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sized
from pathlib import Path
from typing import Any

from teams_app import logs
from teams_app.settings import DATABASE, PACKAGE, SERVE, BadSettings, Settings, read


def main(words: list[str]) -> int:
    """Run one command and give its exit status."""
    parser = argparse.ArgumentParser(prog="python -m teams_app", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve the pages and the bot, and work beside")
    commands.add_parser("work", help="only work; needs PostgreSQL")
    commands.add_parser("migrate", help="bring the database up to date, and end")
    setting_up = commands.add_parser(
        "organisation", help="set up units, professionals and services from a file"
    )
    setting_up.add_argument("file", type=Path)
    setting_up.add_argument("--people", type=Path, required=True)
    setting_up.add_argument("--check", action="store_true", help="change nothing")
    package = commands.add_parser("package", help="make the Teams app package")
    package.add_argument("out", type=Path)
    _asking(commands)
    demo = commands.add_parser("demo", help="everything on this machine")
    demo.add_argument("--reset", action="store_true", help="begin anew")
    demo.add_argument("--data", type=Path, default=Path("data"))
    story = commands.add_parser("story", help="play the main job through HTTP")
    story.add_argument("--har", type=Path, default=None)
    story.add_argument("--database", default="")
    given = parser.parse_args(words)
    if given.command in {"demo", "story"}:
        return _staged(given)
    try:
        if given.command in {"health", "check"}:
            return _asked(given)
        settings = read(os.environ, _NEEDED.get(given.command, SERVE))
        if given.command == "package":
            return _package(settings, given.out)
        if given.command == "organisation":
            return _organisation(settings, given)
        logs.begin(settings.log_level)
        return _run(given.command, settings)
    except BadSettings as bad:
        print("Vuoro cannot start:", *bad.faults, sep="\n  ", file=sys.stderr)
        return 2


def _asking(commands: Any) -> None:
    """Add the two commands that ask how things are, beside a running Vuoro."""
    health = commands.add_parser("health", help="say how everything goes; 1: red")
    check = commands.add_parser(
        "check", help="compare bookings, Outlook and what we keep of it; 1: they differ"
    )
    check.add_argument("--fix", action="store_true", help="set right what differs")
    for each in (health, check):
        each.add_argument("--language", choices=("fi", "sv", "en"), default="en")
        each.add_argument("--demo", type=Path, help="the data folder of a running demo")


def _asked(given: argparse.Namespace) -> int:
    from teams_app.demo import environ_of

    environ = environ_of(given.demo) if given.demo else os.environ
    settings = read(environ, SERVE)
    logs.begin("ERROR")
    from teams_app.main import commands

    if given.command == "health":
        return asyncio.run(commands.health(settings, given.language, print))
    done = commands.check(settings, given.language, print, fix=given.fix)
    return asyncio.run(done)


_NEEDED = {"package": PACKAGE, "migrate": DATABASE, "organisation": DATABASE}


#: Where each value of the package comes from.
_SETTING = {
    "app_id": "VUORO_CLIENT_ID",
    "package_id": "VUORO_TEAMS_APP_ID",
    "host": "VUORO_BASE_URL",
    "organisation": "VUORO_ORGANISATION_FI",
}


def _package(settings: Settings, out: Path) -> int:
    from manifest.build import Unfit, Values, package, shortened

    try:
        made = package(
            Values(
                app_id=settings.client_id,
                package_id=settings.teams_app_id,
                host=settings.base_url.removeprefix("https://").lower(),
                organisation=shortened(settings.organisation_fi),
            )
        )
        out.write_bytes(made)
    except Unfit as unfit:
        why = f"{_SETTING.get(unfit.field, unfit.field)} {unfit.why}"
    except OSError as error:
        why = f"{out} cannot be written: {error.strerror}"
    else:
        print(f"{out}: upload it in the Teams admin centre")
        return 0
    print(f"No package was made: {why}", file=sys.stderr)
    return 2


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
        left = database.write_here(organisation.put, made, BusinessClock().now())
    finally:
        database.close()
    print(f"{counts}: set up")
    for name in left:
        print(f"  not in the file, left as before: {name}")
    return 0


def _counted(found: Sized, name: str) -> str:
    return f"{len(found)} {name}{'' if len(found) == 1 else 's'}"


def _staged(given: argparse.Namespace) -> int:
    from teams_app import demo

    if given.command == "demo":
        places = demo.Places(
            data=given.data,
            clients=True,
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
