"""What the whole tree must keep; each check is proven by the fault it is there for."""

import re
from pathlib import Path

import pytest

from tests.support import house

ROOT = Path(__file__).parents[1]


def listed(faults: list[str]) -> str:
    return "\n" + "\n".join(faults)


def grow(tree: Path, **texts: str) -> Path:
    """Write files, named as `teams_app__web__page_html`, into a small tree."""
    for name, text in texts.items():
        stem, _, suffix = name.replace("__", "/").rpartition("_")
        path = tree / f"{stem}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tree


def po(**texts: str) -> str:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    entries = [
        f'msgid "{key.replace("__", ".")}"\nmsgstr "{text}"\n'
        for key, text in texts.items()
    ]
    return "\n".join([head, *entries])


def worded(tree: Path, fi: str, sv: str, en: str) -> Path:
    return grow(
        tree,
        booking__wording__fi__pages_po=fi,
        booking__wording__sv__pages_po=sv,
        booking__wording__en__pages_po=en,
    )


def test_modules_and_functions_stay_within_their_limits():
    faults = house.too_long(ROOT)

    assert not faults, listed(faults)


def test_a_long_module_and_a_long_function_are_found(tmp_path):
    forty = "    x = 1\n" * 39
    docstring = '    """Say.\n' + "    more\n" * 30 + '    """\n'
    grow(
        tmp_path,
        booking__long_py="x = 1\n" * 501,
        booking__fits_py="x = 1\n" * 500,
        booking__tall_py=f"def tall():\n{forty}    x = 1\n    y = (\n  2\n)\n",
        booking__low_py=f"def low():\n{docstring}{forty}",
        tests__low_py=f"def low():\n{forty}    x = 1\n    x = 1\n",
    )

    long, tall = house.too_long(tmp_path)

    assert long == "booking/long.py: 501 lines"
    assert tall.startswith("booking/tall.py:1: tall has 4")


def test_every_module_opens_by_saying_what_it_is():
    faults = house.unopened(ROOT)

    assert not faults, listed(faults)


def test_a_module_that_says_nothing_is_found(tmp_path):
    grow(
        tmp_path,
        booking__mute_py="x = 1\n",
        booking__empty_py="",
        booking__kind_py='"""The life of x."""\n',
        tests__mute_py="x = 1\n",
    )

    assert house.unopened(tmp_path) == ["booking/mute.py"]


def test_every_setting_is_documented_and_every_documented_one_exists():
    faults = house.settings_apart(ROOT)

    assert house.settings_named(ROOT)
    assert not faults, listed(faults)


def test_a_setting_and_its_documentation_that_part_are_found(tmp_path):
    grow(
        tmp_path,
        teams_app__settings_py="class Settings:\n    zone: str\n    port: int = 8080\n",
        docs__settings_md="| name | is |\n| `VUORO_PORT` | x |\n| `VUORO_HAT` | x |\n",
    )

    assert house.settings_apart(tmp_path) == [
        "VUORO_ZONE is not documented",
        "VUORO_HAT is documented, and no setting",
    ]


def test_every_language_has_every_text_with_the_same_placeholders():
    faults = house.words_apart(ROOT)

    assert set(house.catalogues(ROOT)["fi"]), "no catalogues were found"
    assert not faults, listed(faults)


@pytest.mark.parametrize(
    ("language", "other"),
    [
        # She is *kund*; *klient* is said of her in social services and in health care.
        ("sv", r"\bklient(en|er|erna|ens|ernas)?\b"),
        # Staff read *työntekijä*, *anställd*; clients *asiantuntija*, *sakkunnig*.
        ("fi", r"ammattilai"),
        ("sv", r"medarbeta"),
        # What keeps her from coming is *förhinder*; *hinder* lies on a road.
        ("sv", r"\bhind(er|ret|ren)\b"),
        # Nothing that Vuoro sends is service of a document in the law's sense.
        ("fi", r"tiedoksian"),
        ("sv", r"delgiv"),
        ("en", r"evidence of delivery"),
    ],
)
def test_one_thing_is_called_one_thing_on_every_page(language: str, other: str):
    said = [
        f"{key}: {form}"
        for key, forms in house.catalogues(ROOT)[language].items()
        for form in forms
        if re.search(other, form, re.IGNORECASE)
    ]

    assert not said, listed(said)


@pytest.mark.parametrize(
    ("en", "fault"),
    [
        (po(page__title="A", page__when="at {time}"), None),
        (po(page__title="A"), "page.when: no text in en"),
        (po(page__title="", page__when="{time}"), "page.title: an empty text in en"),
        (po(page__title="A!", page__when="{time}"), "page.title: raises its voice in"),
        (po(page__title="A", page__when="{tim}"), "page.when: placeholders differ"),
        (
            po(page__title="A", page__when="{time}", page__new="x"),
            "page.new: no text in fi",
        ),
    ],
)
def test_a_text_that_a_language_lacks_or_says_otherwise_is_found(tmp_path, en, fault):
    fi = po(page__title="A", page__when="klo {time}")
    worded(tmp_path, fi, fi, en)

    faults = house.words_apart(tmp_path)

    assert (
        [fault] == [found[: len(fault)] for found in faults[:1]]
        if fault
        else not (faults)
    )


def test_a_key_in_two_catalogues_is_found(tmp_path):
    fi = po(page__title="A")
    worded(tmp_path, fi, fi, fi)
    grow(tmp_path, booking__wording__fi__cards_po=fi)

    assert house.words_apart(tmp_path) == [
        "page.title: stands in several catalogues, or lacks a plural"
    ]


def test_every_key_in_code_and_templates_has_a_text():
    faults = house.words_unknown(ROOT)

    assert not faults, listed(faults)


def test_every_text_is_asked_for():
    faults = house.words_orphaned(ROOT)

    assert not faults, listed(faults)


def test_unknown_and_orphaned_keys_are_found(tmp_path):
    fi = po(page__title="A", page__day__1="B", page__lost="C", mail__sent="D")
    worded(tmp_path, fi, fi, fi)
    grow(
        tmp_path,
        teams_app__a_py='"""Of `page.lost`."""\nk = "page.title"\nl = "page.titel"\nm = "page.js"',
        teams_app__b_py='text(lang, "fax.sent")\nn = "fax.unsaid"\nf"page.day.{n}"\n',
        teams_app__web__c_html="{{ t('mail.sent') }} {{ t('page.month.' ~ n) }}",
        teams_app__web__vendor__d_js='x("page.vendored")',
        dev_tenant__e_py='k = "page.theirs"\n',
    )

    assert house.words_unknown(tmp_path) == [
        "teams_app/a.py: page.titel",
        "teams_app/b.py: fax.sent",
        "teams_app/web/c.html: page.month.*",
    ]
    assert house.words_orphaned(tmp_path) == ["page.lost"]


def test_the_tree_names_no_machine_and_no_registry():
    faults = house.elsewhere(ROOT)

    assert not faults, listed(faults)


@pytest.mark.parametrize(
    "named",
    [
        "see /wor" + "k/main/x",
        "/roo" + "t/.cache",
        "in /hom" + "e/aino/vuoro",
        "https://py" + "pi.org/simple",
        "https://files.python" + "hosted.org/x",
        "https://registry.npm" + "js.org/x",
        "http://deb.deb" + "ian.org/",
    ],
)
def test_a_machine_or_a_registry_is_found(tmp_path, named):
    grow(tmp_path, docs__x_md=f"a\n{named}\n", docs__y_md="/b/home and a root/")
    (tmp_path / "z.png").write_bytes(b"\xff\xfe" + named.encode())

    assert [fault[:12] for fault in house.elsewhere(tmp_path)] == ["docs/x.md:2:"]


def test_nothing_was_put_off():
    faults = house.debts(ROOT)

    assert not faults, listed(faults)


@pytest.mark.parametrize(
    "line",
    [
        "# TO" + "DO: later",
        "raise Not" + "ImplementedError",
        "assert Tr" + "ue",
        "@pytest.mark.sk" + "ip",
        "from unittest.mo" + "ck import Mock",
    ],
)
def test_what_was_put_off_is_found(tmp_path, line):
    grow(tmp_path, booking__a_py=f"x = 1\n{line}\n", booking__b_py="assert true_\n")

    assert [fault[:15] for fault in house.debts(tmp_path)] == ["booking/a.py:2:"]


def test_locks_hold_names_and_hashes_and_nothing_else():
    faults = house.locks_with_more(ROOT)

    assert len(list(ROOT.glob("requirements*.lock"))) == 2
    assert not faults, listed(faults)


@pytest.mark.parametrize(
    "line",
    ["--index-url https://x/simple", "a @ file:///x/a.whl", "-e .", "a>=1 \\", "# x"],
)
def test_a_lock_with_more_is_found(tmp_path, line):
    good = "a==1.0 \\\n    --hash=sha256:" + "0" * 64
    (tmp_path / "requirements.lock").write_text(f"{good}\n{line}\n")

    assert house.locks_with_more(tmp_path) == [f"requirements.lock:3: {line}"]


def test_what_is_imported_is_declared_and_the_other_way_round():
    faults = house.dependencies_apart(ROOT)

    assert not faults, listed(faults)


def test_a_dependency_too_many_and_one_too_few_are_found(tmp_path):
    grow(
        tmp_path,
        teams_app__a_py="import json\nimport yarl\nfrom aiohttp import web\n",
        tests__b_py="import numpy\n",
    )
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["aiohttp==3.14.5", "babel>=2", "tzdata"]\n'
    )

    assert house.dependencies_apart(tmp_path) == [
        "yarl is imported and not declared",
        "babel is declared and not imported",
    ]


def test_every_test_that_the_documentation_names_exists():
    faults = house.tests_missing(ROOT)

    assert not faults, listed(faults)


def test_a_test_that_is_named_and_missing_is_found(tmp_path):
    grow(
        tmp_path,
        tests__web__test_a_py="def test_x(): ...\nclass TestB:\n  def test_y(): ...\n",
        docs__stories_md=(
            "| 1 | `tests/web/test_a.py::test_x` |\n"
            "| 2 | `tests/web/test_a.py::TestB::test_y` and tests/web/test_a.py |\n"
            "| 3 | `tests/web/test_a.py::test_z` |\n| 4 | tests/test_b.py::test_x |\n"
        ),
    )

    assert house.tests_missing(tmp_path) == [
        "docs/stories.md: tests/test_b.py::test_x",
        "docs/stories.md: tests/web/test_a.py::test_z",
    ]


def test_the_readmes_tree_is_the_tree():
    faults = house.rooms_apart(ROOT)

    assert not faults, listed(faults)


def test_a_room_or_a_document_that_the_readme_leaves_out_is_found(tmp_path):
    tree = """
## The tree

```
teams_app/      the application, with its bot
  web/            pages
  attic.py        old things
tests/          mirrors the tree
docs/           admin,
                stories
```
"""
    grow(
        tmp_path,
        README_md=tree,
        teams_app__web__a_py="",
        teams_app__bot__a_py="",
        tests__a_py="",
        tools__a_py="",
        docs__admin_md="",
        docs__settings_md="",
    )
    (tmp_path / "teams_app/__main__.py").touch()

    assert house.rooms_apart(tmp_path) == [
        "README.md: bot is not in the tree",
        "README.md: settings is not in the tree",
        "README.md: tools is not in the tree",
        "README.md: there is no attic",
    ]


def test_the_floors_drawn_are_those_that_imports_are_held_to():
    faults = house.floors_apart(ROOT)

    assert not faults, listed(faults)


@pytest.mark.parametrize(
    ("drawn", "faults"),
    [
        ("story     plays\ndemo | logs\ngraph_sync.doubts, graph | cards\n", 0),
        ("story | demo | logs     plays\ngraph_sync.doubts, graph | cards\n", 3),
        ("demo | logs\nstory\ngraph_sync.doubts, graph | cards\n", 2),
        ("story\ndemo\ngraph_sync.doubts, graph | cards\n", 1),
        ("story\ndemo | logs\ndoubts, graph | cards\n", 1),
    ],
)
def test_a_floor_drawn_otherwise_is_found(tmp_path, drawn, faults):
    held = (
        '[[tool.importlinter.contracts]]\nid = "floors"\n'
        'layers = ["teams_app.story", "teams_app.demo | teams_app.logs", '
        '"graph_sync.doubts | graph_sync.graph | cards"]\n'
    )
    (tmp_path / "pyproject.toml").write_text(held)
    grow(tmp_path, docs__architecture_md=f"\n## The floors\n\n```\n{drawn}```\n")

    assert len(house.floors_apart(tmp_path)) == faults
