import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from teams_app.web import assets
from teams_app.web.assets import STATIC, Assets

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "teams_app/web/vendor.lock.json"
#: Everything below these folders came from somebody else.
VENDORED = (
    "dev_tenant/faces/static/vendor",
    "teams_app/web/static/vendor",
    "tests/browser/vendor",
    "tests/vendor_schemas",
)


def locked() -> dict[str, str]:
    packages = json.loads(LOCK.read_text())["packages"]
    return {file["path"]: file["sha384"] for each in packages for file in each["files"]}


def sha384(path: Path) -> str:
    digest = hashlib.sha384(path.read_bytes()).digest()
    return "sha384-" + base64.b64encode(digest).decode()


def test_every_vendored_file_is_the_one_in_the_lock():
    wrong = {path for path, sum_ in locked().items() if sha384(ROOT / path) != sum_}

    assert not wrong


def test_no_vendored_file_is_missing_from_the_lock():
    present = {
        path.relative_to(ROOT).as_posix()
        for folder in VENDORED
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }

    assert present == locked().keys()


def test_every_package_in_the_lock_brings_its_licence_and_integrity():
    for package in json.loads(LOCK.read_text())["packages"]:
        names = {Path(file["path"]).name for file in package["files"]}

        assert "LICENSE" in names, package["name"]
        assert package["licence"]
        # A package from npm has a sum of its archive; one from git has its commit.
        assert package["integrity"].startswith("sha512-") or len(package["git"]) == 40


def test_an_address_names_what_is_in_the_file(tmp_path: Path):
    (tmp_path / "a.css").write_text("a{}")
    before = Assets.read(tmp_path).href("a.css")
    (tmp_path / "a.css").write_text("b{}")
    after = Assets.read(tmp_path).href("a.css")

    assert before != after
    assert before.startswith("/static/")
    assert before.endswith("/a.css")


def test_a_file_is_found_only_by_its_own_hash(tmp_path: Path):
    (tmp_path / "a.css").write_text("a{}")
    found = Assets.read(tmp_path)
    hash_ = found.by_name["a.css"].hash

    assert found.find(hash_, "a.css") is found.by_name["a.css"]
    assert found.find("x", "a.css") is None
    assert found.find(hash_, "b.css") is None


def test_a_file_is_packed_for_those_who_unpack_it():
    asset = Assets.read().by_name["app.css"]

    packed, headers = asset.answer("gzip, br")
    plain, bare = asset.answer("identity")

    assert gzip.decompress(packed) == plain == asset.plain
    assert headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in bare
    assert headers["Vary"] == bare["Vary"] == "Accept-Encoding"
    assert headers["Cache-Control"] == bare["Cache-Control"] == assets.FOREVER


def test_licences_and_test_tools_are_never_served():
    names = Assets.read().by_name.keys()

    assert "LICENSE" not in names
    assert "axe.min.js" not in names
    assert "adaptivecards.min.js" not in names


def test_two_files_of_one_name_are_refused(tmp_path: Path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one/a.css").write_text("")
    (tmp_path / "a.css").write_text("")

    with pytest.raises(AssertionError, match=r"a\.css"):
        Assets.read(tmp_path)


def test_our_own_script_of_a_page_is_small():
    ours = {"slots.js", "join.js", "again.js"}
    ours |= {"teams.js", "team.js", "configure.js", "signed-in.js"}
    by_name = Assets.read().by_name
    scripts = {name for name in by_name if name.endswith(".js")}

    assert scripts - ours == {"htmx.min.js", "MicrosoftTeams.min.js"}
    for name in ours:
        assert len(by_name[name].packed or b"") < 8 * 1024, name


# One name, one look.

#: What holds for the tab as a whole is said in both.
_SHARED = frozenset({".teams"})
_RULE = re.compile(r"([^{}]+)\{")


def twice(sheets: dict[str, str]) -> set[str]:
    """Give the classes that several style sheets draw wherever they stand.

    All are loaded side by side: the last would draw what another one means.
    """
    found: dict[str, set[str]] = {}
    for sheet, said in sheets.items():
        for selectors in _RULE.findall(re.sub(r"/\*.*?\*/", "", said, flags=re.DOTALL)):
            for each in map(str.strip, selectors.split(",")):
                if re.fullmatch(r"\.[\w-]+", each):
                    found.setdefault(each, set()).add(sheet)
    return {name for name, where in found.items() if len(where) > 1}


def test_no_class_is_drawn_by_two_style_sheets():
    sheets = {each.name: each.read_text() for each in STATIC.glob("*.css")}

    assert len(sheets) > 2
    assert twice(sheets) == _SHARED


def test_a_class_drawn_twice_is_found():
    sheets = {"a": ".band, p.day { top: 0 }", "b": "/* .no {} */ .band { left: 0 }"}

    assert twice(sheets) == {".band"}
    assert twice({"a": "p.band {}", "b": "li.band { left: 0 }"}) == set()
