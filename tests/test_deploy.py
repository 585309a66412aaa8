"""What makes an image and starts it: the two files agree with each other and with us.

That they work is shown by `tools/prove_image.py`, which takes minutes and needs root.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer

import teams_app.__main__ as command_line
from teams_app import alive, demo
from tests.support.house import PACKAGES

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
OURS = ("tenant", "first", "second")


@pytest.fixture(scope="module")
def image() -> list[tuple[str, str]]:
    lines = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ").splitlines()
    told = (line.partition(" ") for line in lines if line and line[0] != "#")
    return [(word, rest) for word, _, rest in told]


@pytest.fixture(scope="module")
def services() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]


def test_every_package_of_the_product_is_in_the_image(image):
    copied = {rest.split()[0] for word, rest in image if word == "COPY"}
    sent = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().split()
        if line[0] == "!"
    }

    assert set(PACKAGES) < copied
    assert sent == {each for each in copied if not each.startswith("--from")}


def test_nothing_in_the_image_belongs_to_whoever_runs_it(image):
    last = max(at for at, (word, _) in enumerate(image) if word == "FROM")
    run_as = dict(image[last:])["USER"]
    afterwards = [word for word, _ in image[image.index(("USER", run_as)) :]]

    assert int(run_as.split(":")[0]) >= 1000
    assert not {"RUN", "COPY", "ADD"} & set(afterwards)


@pytest.mark.parametrize("name", OURS)
def test_a_service_may_write_nowhere_and_has_no_rights(services, name: str):
    asked = services[name]

    assert asked["read_only"] is True
    assert asked["cap_drop"] == ["ALL"]
    assert asked["network_mode"] == "service:front"
    assert asked["healthcheck"]["test"][:4] == [
        "CMD",
        "python",
        "-m",
        "teams_app.alive",
    ]


def test_only_this_machine_reaches_the_demo(services):
    published = [each for one in services.values() for each in one.get("ports", ())]

    assert published
    assert all(each.startswith("127.0.0.1:") for each in published)
    assert [name for name, one in services.items() if "ports" in one] == ["front"]


def test_the_balancer_leads_to_the_replicas(services):
    conf = (DEPLOY / "front.conf").read_text()
    behind = set(re.findall(r"server 127\.0\.0\.1:(\d+) max_fails", conf))
    listens = set(re.findall(r"listen (\d+);", conf))
    inside = {each.rsplit(":", 1)[1] for each in services["front"]["ports"]}

    assert behind == {_option(services[each], "port") for each in ("first", "second")}
    assert inside == listens
    assert f"listen 127.0.0.1:{_option(services['tenant'], 'front')};" in conf


def _option(service: dict[str, Any], name: str) -> str:
    (found,) = [w for w in service["command"] if w.startswith(f"--{name}=")]
    return str(found).partition("=")[2]


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_started_by_a_command_there_is(services, name: str, monkeypatch):
    words = services[name]["command"]
    called = []
    monkeypatch.setattr(
        command_line, "_staged", lambda given: called.append(given) or 0
    )
    monkeypatch.setattr(command_line, "_run", lambda *given: called.append(given))
    monkeypatch.setattr(demo, "environ_of", lambda _data: _settings())

    command_line.main(words[3:])

    assert words[:3] == ["python", "-m", "teams_app"]
    assert called


def _settings() -> dict[str, str]:
    needed = {
        "BASE_URL": "https://aika.example",
        "TENANT_ID": "3f0c1ec1-5c5d-4f0a-9a43-9fb6a6c1a001",
        "CLIENT_ID": "3f0c1ec1-5c5d-4f0a-9a43-9fb6a6c1a002",
        "CLIENT_SECRET": "secret",
        "SECRET_KEY": "x" * 40,
        "SENDER": "aika@aika.example",
        "HELP_PHONE": "029 123 4500",
    }
    return {f"VUORO_{name}": value for name, value in needed.items()}


async def _probed(request: web.Request) -> web.Response:
    return web.Response(status=int(request.match_info["status"]))


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_get("/{status}", _probed)
    async with TestServer(app) as running:
        yield running


@pytest.mark.parametrize(("path", "status"), [("200", 0), ("503", 1)])
async def test_a_probe_says_whether_an_address_answers(server, path: str, status: int):
    asked = await asyncio.to_thread(alive.main, [str(server.make_url(f"/{path}"))])

    assert asked == status


def test_nobody_there_is_no_answer():
    assert alive.main(["http://127.0.0.1:1/health"]) == 1
