"""Who may import whom: kept by the tree, and proven by imports that must be refused."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ["teams_app", "graph_sync", "cards", "booking", "manifest", "dev_tenant"]

FLOORS = "Floors: imports only go down"
APP = "Every module of teams_app stands on a floor"
SYNC = "Every module of graph_sync stands on a floor"
CORE = "The core has no windows"
CARDS = "Cards rest on the core alone"
SIDE = "The calendar's side knows neither the app nor its cards"
TENANT = "The tenant imports nothing of ours"
PRODUCT = "Nothing of ours imports the tenant"
DOORS = "Each heavy guest has one door"

#: Where a module is planted, what it imports, and which contract has to refuse it.
PLANTED = [
    ("teams_app/attic.py", "import booking", APP),
    ("graph_sync/attic.py", "import booking", SYNC),
    ("teams_app/web/planted.py", "import teams_app.bot", FLOORS),
    ("teams_app/web/planted.py", "import teams_app.senders", FLOORS),
    ("teams_app/bot/planted.py", "import teams_app.web", FLOORS),
    ("teams_app/web/planted.py", "import teams_app.main", FLOORS),
    ("teams_app/bot/planted.py", "import graph_sync.microsoft", FLOORS),
    ("teams_app/senders/planted.py", "import teams_app.worker", FLOORS),
    ("teams_app/errands.py", "import teams_app.web", FLOORS),
    ("teams_app/actions/planted.py", "import teams_app.errands", FLOORS),
    ("teams_app/actions/planted.py", "import cards.planted", FLOORS),
    ("teams_app/actions/planted.py", "import teams_app.outside", FLOORS),
    ("teams_app/store/planted.py", "import teams_app.actions", FLOORS),
    ("teams_app/store/planted.py", "import graph_sync.reconcile", FLOORS),
    ("cards/planted.py", "import teams_app.store", CARDS),
    ("cards/planted.py", "import graph_sync.graph", CARDS),
    ("graph_sync/graph.py", "import teams_app.store", SIDE),
    ("graph_sync/reconcile.py", "import graph_sync.microsoft", SYNC),
    ("graph_sync/subscriptions.py", "import cards.planted", SIDE),
    ("teams_app/setup/planted.py", "import teams_app.organisation", FLOORS),
    ("teams_app/setup/planted.py", "import teams_app.web", FLOORS),
    ("booking/planted.py", "import teams_app.store", FLOORS),
    ("manifest/planted.py", "import booking.spans", FLOORS),
    ("manifest/planted.py", "import teams_app.web", FLOORS),
    ("booking/planted.py", "import logging", CORE),
    ("booking/planted.py", "import asyncio", CORE),
    ("booking/planted.py", "import sqlite3", CORE),
    ("booking/planted.py", "import aiohttp", CORE),
    ("dev_tenant/planted.py", "import teams_app.store", TENANT),
    ("dev_tenant/planted.py", "import booking.spans", TENANT),
    ("teams_app/main/planted.py", "import dev_tenant.server", PRODUCT),
    ("graph_sync/planted.py", "import dev_tenant", PRODUCT),
    ("cards/planted.py", "import dev_tenant", PRODUCT),
    ("booking/planted.py", "import dev_tenant", PRODUCT),
    ("teams_app/worker/planted.py", "import msgraph", DOORS),
    ("graph_sync/graph.py", "import kiota_abstractions", DOORS),
    ("teams_app/errands.py", "from azure.identity.aio import X", DOORS),
    ("teams_app/bot/planted.py", "from botbuilder.core import X", DOORS),
    ("teams_app/bot/__init__.py", "from botframework.connector import X", DOORS),
    ("teams_app/actions/planted.py", "import sqlalchemy", DOORS),
    ("teams_app/worker/planted.py", "import alembic", DOORS),
    ("graph_sync/microsoft/planted.py", "import psycopg", DOORS),
    ("teams_app/bot/planted.py", "from adaptive_cards.card import X", DOORS),
    ("dev_tenant/planted.py", "import msgraph", DOORS),
]


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Path:
    """Give a copy of the tree that may be spoilt."""
    copy = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            copy / package,
            ignore=lambda folder, names: [
                name
                for name in names
                if not name.endswith(".py") and not Path(folder, name).is_dir()
            ],
        )
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def linted(tree: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=tree,
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_tree_keeps_its_contracts(copied):
    run = linted(copied)

    assert run.returncode == 0, run.stdout + run.stderr
    assert "warning" not in run.stdout, run.stdout


def plant(tree: Path, where: str, what: str) -> list[Path]:
    """Write the import down, and the module it names if there is none yet.

    Gives what was new, to be taken away again.
    """
    named = tree / what.split()[1].replace(".", "/")
    wanted = [tree / where]
    if what.split()[1].partition(".")[0] in PACKAGES and not named.is_dir():
        wanted.append(named.with_suffix(".py"))
    new = [path for path in wanted if not path.exists()]
    for path in new:
        path.touch()
    with wanted[0].open("a") as planted:
        planted.write(f"\n{what}\n")
    return new


@pytest.mark.parametrize(("where", "what", "contract"), PLANTED)
def test_a_planted_import_is_refused(copied, where, what, contract):
    before = (copied / where).read_text() if (copied / where).exists() else ""
    new = plant(copied, where, what)
    try:
        run = linted(copied)
    finally:
        (copied / where).write_text(before)
        for path in new:
            path.unlink()

    assert run.returncode == 1, run.stdout + run.stderr
    assert f"{contract} BROKEN" in run.stdout, run.stdout
    importer = where.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert importer in run.stdout.partition("Broken contracts")[2], run.stdout
