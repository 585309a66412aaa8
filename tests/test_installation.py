"""What an admin is asked for is what the tenant in a box grants, and no more."""

import json
import re
from pathlib import Path

from dev_tenant.entra.household import GRAPH_ROLES
from teams_app import organisation
from teams_app.settings import BadSettings, read
from teams_app.setup.permissions import DIRECTORY, REACH

DOCS = Path(__file__).parents[1] / "docs"


def test_the_permissions_asked_for_are_those_the_story_runs_with():
    text = (DOCS / "installation.md").read_text()
    asked = re.findall(r"^\| `([A-Z]\w+(?:\.\w+)+)` \|", text, re.MULTILINE)
    limited = re.findall(r'-Role "Application ([\w.]+)"', text)

    assert sorted(asked) == sorted(GRAPH_ROLES)
    assert sorted(limited) == sorted(GRAPH_ROLES)


def test_the_permissions_that_open_no_mailbox_are_those_that_setup_asks_for():
    text = (DOCS / "installation.md").read_text()
    named = [
        name
        for line in re.findall(r"^- (`.*?):", text, re.MULTILINE)
        for name in re.findall(r"`(\w+(?:\.\w+)+)`", line)
    ]

    assert named == [each.name for each in (*REACH, *DIRECTORY)]


def test_the_settings_of_the_guide_are_enough(tmp_path: Path):
    text = (DOCS / "installation.md").read_text()
    given = dict(
        re.findall(r"^    (VUORO_\w+)=(\S.*?)(?:  +#.*)?$", text, re.MULTILINE)
    )
    key = tmp_path / "key.pem"
    key.write_text("-")
    guid = "11111111-1111-4111-8111-111111111111"
    chosen = {name: guid for name, value in given.items() if value == "…"}
    chosen |= {"VUORO_SECRET_KEY": "k" * 43, "VUORO_CERTIFICATE": str(key)}

    made = read(given | chosen)

    assert made.base_url == given["VUORO_BASE_URL"]
    for name in given.keys() - {"VUORO_ORGANISATION_FI", "VUORO_TEAMS_APP_ID"}:
        try:
            read(given | chosen | {name: ""})
        except BadSettings:
            continue
        raise AssertionError(f"{name} need not be set")


def test_the_example_of_the_organisation_is_one():
    text = (DOCS / "organisation.md").read_text()
    example = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert example is not None
    people = [
        {
            "mail": f"{name}@kunta.example",
            "id": f"0000000{n}-0000-4000-8000-000000000000",
            "name": name,
        }
        for n, name in enumerate(["aino", "kaarina"])
    ]

    made = organisation.parse(json.loads(example[1]), people)

    assert made.services[0][1] == ("aino@kunta.example",)


def test_every_name_that_may_stand_in_the_file_is_explained():
    text = (DOCS / "organisation.md").read_text()
    code = "".join(
        path.read_text()
        for path in (DOCS.parent / "teams_app/organisation").glob("*.py")
    )
    asked = set(re.findall(r'(?:place|choice|service)\.\w+\("(\w+)"', code))
    asked |= set(re.findall(r'place\.\w+\(\s*"(\w+)"', code))

    explained = set(re.findall(r"[`\"](\w+)[`\"]", text))
    assert len(asked) > 20
    assert asked - explained == set()
