"""What the whole tree must keep, as checks that give the faults they found.

Each takes the root of a tree, so that it can be proven on a small tree with the very
fault it is there for.
"""

import ast
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from itertools import zip_longest
from pathlib import Path

from babel.messages.pofile import read_po

PACKAGES = ("teams_app", "graph_sync", "cards", "booking", "manifest", "dev_tenant")
LANGUAGES = ("fi", "sv", "en")
MODULE_LINES_MAX = 500
FUNCTION_LINES_MAX = {"product": 40, "rest": 60}

KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
#: A literal that may be a key; the name of a file is none.
LITERAL = re.compile(
    rf"""(["'])({KEY.pattern})(?<!\.js)(?<!\.css)(?<!\.html)(?<!\.svg)(?<!\.json)\1"""
)
#: A key put together at run time, by its beginning: `f"page.day.{n}"`, `"page.day." ~ n`.
BUILT = re.compile(
    r"""\bf["']((?:[a-z0-9_]+\.)+[a-z0-9_]*)\{|["']((?:[a-z0-9_]+\.)+)["']\s*[~+]"""
)

# Put together from pieces, so that this file holds none of what it looks for.
ELSEWHERE = re.compile(
    "|".join(
        [
            r"/(?:" + "wor" + r"k|far" + r"m)/[a-z.]",
            r"/roo" + r"t/[\w.]",
            r"/hom" + r"e/[a-z]\w*/",
            r"/User" + r"s/[A-Za-z]\w*/",
            r"/tm" + r"p/w/",
            r"bash_" + r"jobs",
            r"npm" + r"js\.",
            r"py" + r"pi\.(?:org|io|python)",
            r"python" + r"hosted",
            r"(?:deb|security|ftp)\.deb" + r"ian",
            r"archive\.ubun" + r"tu",
        ]
    )
)


def files(root: Path, *suffixes: str) -> list[Path]:
    """List what git has, or everything where there is no git."""
    if (root / ".git").exists():
        listed = subprocess.run(
            # Whoever owns the checkout, reading the list of it is safe.
            ["git", "-c", "safe.directory=*", "ls-files", "-z"],  # noqa: S607
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\0")
        found = [root / name for name in listed if name]
    else:
        found = [path for path in root.rglob("*") if path.is_file()]
    return sorted(
        path
        for path in found
        if path.is_file() and (not suffixes or path.suffix in suffixes)
    )


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _is_product(path: Path, root: Path) -> bool:
    return path.relative_to(root).parts[0] in PACKAGES


def _is_vendored(path: Path) -> bool:
    return "vendor" in path.parts


# Sizes and first sentences.


def _code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function that hold code; its docstring does not."""
    lines: set[int] = set()
    docstring = function.body[0] if ast.get_docstring(function) else None
    for node in ast.walk(function):
        if isinstance(node, ast.stmt | ast.expr) and node is not docstring:
            lines.add(node.lineno)
            if node.end_lineno is not None:
                lines.add(node.end_lineno)
    if docstring is not None:
        lines -= set(range(docstring.lineno, (docstring.end_lineno or 0) + 1))
    lines.discard(function.end_lineno or 0)
    return len(lines)


def too_long(root: Path) -> list[str]:
    """Find modules and functions that have grown past their limits."""
    faults = []
    for path in files(root, ".py"):
        text = path.read_text()
        count = len(text.splitlines())
        if count > MODULE_LINES_MAX:
            faults.append(f"{_name(path, root)}: {count} lines")
        limit = FUNCTION_LINES_MAX["product" if _is_product(path, root) else "rest"]
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = _code_lines(node)
                if size > limit:
                    where = f"{_name(path, root)}:{node.lineno}"
                    faults.append(f"{where}: {node.name} has {size} lines of code")
    return faults


def unopened(root: Path) -> list[str]:
    """Find modules of the product that do not open by saying what they are."""
    return [
        _name(path, root)
        for path in files(root, ".py")
        if _is_product(path, root)
        and (tree := ast.parse(path.read_text())).body
        and not ast.get_docstring(tree)
    ]


# Settings and their documentation.


def settings_named(root: Path) -> set[str]:
    """Name the settings: the fields of the dataclass `Settings`, as variables."""
    tree = ast.parse((root / "teams_app/settings.py").read_text())
    return {
        f"VUORO_{field.target.id.upper()}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }


def settings_apart(root: Path) -> list[str]:
    """Find settings without documentation, and documentation without a setting."""
    named = settings_named(root)
    table = (root / "docs/settings.md").read_text()
    documented = set(re.findall(r"^\|\s*`(VUORO_[A-Z0-9_]+)`", table, re.MULTILINE))
    return [f"{name} is not documented" for name in sorted(named - documented)] + [
        f"{name} is documented, and no setting" for name in sorted(documented - named)
    ]


# Words.


def catalogues(root: Path) -> dict[str, dict[str, list[str]]]:
    """Read all catalogues: language -> key -> the forms of its text."""
    found: dict[str, dict[str, list[str]]] = {}
    for language in LANGUAGES:
        found[language] = {}
        for path in sorted((root / "booking/wording" / language).glob("*.po")):
            with path.open("rb") as opened:
                for message in read_po(opened, locale=language):
                    if message.id:
                        key, forms = _message(message)
                        found[language].setdefault(key, []).extend(forms)
    return found


def _message(message: object) -> tuple[str, list[str]]:
    key, forms = message.id, message.string
    if isinstance(key, tuple | list):
        return key[0], list(forms)
    return key, [forms]


def _fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def words_apart(root: Path) -> list[str]:
    """Find keys that some language lacks, says differently, or says twice."""
    by_language = catalogues(root)
    keys = sorted(set().union(*by_language.values()))
    faults = []
    for key in keys:
        texts = {lang: by_language[lang].get(key) for lang in LANGUAGES}
        faults += [f"{key}: no text in {lang}" for lang in texts if not texts[lang]]
        spoken = {lang: forms for lang, forms in texts.items() if forms}
        faults += [
            f"{key}: an empty text in {lang}"
            for lang, forms in spoken.items()
            if not all(forms)
        ]
        fields = {
            lang: set().union(*(_fields(form) for form in forms))
            for lang, forms in spoken.items()
        }
        if len({frozenset(names) for names in fields.values()}) > 1:
            faults.append(f"{key}: placeholders differ: {fields}")
        if len({len(forms) for forms in spoken.values()}) > 1:
            faults.append(f"{key}: stands in several catalogues, or lacks a plural")
        faults += [
            f"{key}: raises its voice in {lang}"
            for lang, forms in spoken.items()
            if any("!" in form for form in forms)
        ]
    return faults


def _speaking(root: Path) -> Iterator[tuple[str, str]]:
    """Give the code, templates and scripts of the product, by name."""
    for path in files(root, ".py", ".html", ".js", ".txt", ".j2", ".svg"):
        ours = _is_product(path, root) and not path.is_relative_to(root / "dev_tenant")
        if ours and not _is_vendored(path):
            yield _name(path, root), path.read_text()


def _beginnings(text: str, rooms: set[str]) -> set[str]:
    found = {match[1] or match[2] for match in BUILT.finditer(text)}
    return {start for start in found if start.partition(".")[0] in rooms}


def words_unknown(root: Path) -> list[str]:
    """Find keys in code and templates, or beginnings of keys, that no catalogue has.

    A literal is taken for a key where it begins as the keys of the catalogues do, or
    where it is what `text`, `plural` or `t` is called with.
    """
    keys = set().union(*catalogues(root).values())
    rooms = {key.partition(".")[0] for key in keys}
    called = re.compile(
        rf"""\b(?:text|plural|t)\((?:[\w.]+,\s*)?(["'])({KEY.pattern})\1"""
    )
    unknown: set[str] = set()
    for name, text in _speaking(root):
        literals = {match[2] for match in LITERAL.finditer(text)}
        asked = {key for key in literals if key.partition(".")[0] in rooms}
        asked |= {match[2] for match in called.finditer(text)}
        unknown |= {f"{name}: {key}" for key in asked - keys}
        unknown |= {
            f"{name}: {start}*"
            for start in _beginnings(text, rooms)
            if not any(key.startswith(start) for key in keys)
        }
    return sorted(unknown)


def words_orphaned(root: Path) -> list[str]:
    """Find keys that nothing asks for, whole or by their beginning."""
    keys = set().union(*catalogues(root).values())
    rooms = {key.partition(".")[0] for key in keys}
    texts = [text for _, text in _speaking(root)]
    asked = {match[2] for text in texts for match in LITERAL.finditer(text)}
    starts = tuple(start for text in texts for start in _beginnings(text, rooms))
    return sorted(key for key in keys - asked if not key.startswith(starts))


# What the tree may not name.


def elsewhere(root: Path) -> list[str]:
    """Find paths of a machine and hosts of registries, in any text of the tree."""
    faults = []
    for path in files(root):
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        faults += [
            f"{_name(path, root)}:{number}: {match[0]}"
            for number, line in enumerate(text.splitlines(), 1)
            if (match := ELSEWHERE.search(line))
        ]
    return faults


def locks_with_more(root: Path) -> list[str]:
    """Find lines of a lock that are neither a pinned name nor a hash of it."""
    allowed = re.compile(
        r"[a-z0-9._-]+==[\w.+!]+(?: ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?"
    )
    return [
        f"{_name(path, root)}:{number}: {line}"
        for path in sorted(root.glob("requirements*.lock"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if not allowed.fullmatch(line)
    ]


DEBT = re.compile(
    "|".join(
        [
            r"\b(?:TO" + "DO|FIX" + "ME|XX" + r"X)\b",
            r"\bNot" + r"ImplementedError\b",
            r"pytest\.mark\.sk" + r"ip\b",
            r"unittest\.mo" + "ck",
            r"\bassert Tr" + r"ue\b",
        ]
    )
)


def debts(root: Path) -> list[str]:
    """Find what was put off, and tests that cannot fail or are not run."""
    return [
        f"{_name(path, root)}:{number}: {match[0]}"
        for path in files(root, ".py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (match := DEBT.search(line))
    ]


# What is installed.

#: Needed without being imported: a driver that SQLAlchemy loads, the zones of zoneinfo.
UNSEEN = {"psycopg", "tzdata"}


def _declared(root: Path) -> set[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    tenant = project.get("optional-dependencies", {}).get("tenant", [])
    return {
        re.split(r"[\[=<>~ ;]", line)[0] for line in project["dependencies"] + tenant
    }


def _imported(root: Path) -> set[str]:
    """Name what the product imports, to two levels: packages may share the first."""
    found: set[str] = set()
    for path in files(root, ".py"):
        if _is_product(path, root):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    found |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module)
    ours = {*PACKAGES, *sys.stdlib_module_names}
    return {
        ".".join(name.split(".")[:2])
        for name in found
        if name.partition(".")[0] not in ours
    }


@cache
def _distributions() -> dict[str, set[str]]:
    """Say which installed distributions have files of a module, to two levels."""
    found: dict[str, set[str]] = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"].lower().replace("_", "-")
        for file in distribution.files or []:
            parts = str(file).removesuffix(".py").split("/")[:2]
            for module in (parts[0], ".".join(parts)):
                found.setdefault(module, set()).add(name)
    return found


def dependencies_apart(root: Path) -> list[str]:
    """Find what is imported and not declared, and declared and not imported."""
    declared = _declared(root)
    origins = {
        module: _distributions().get(module, set()) for module in _imported(root)
    }
    used = set().union(*origins.values()) | UNSEEN
    return [
        f"{module} is imported and not declared"
        for module, names in sorted(origins.items())
        if not names & declared
    ] + [f"{name} is declared and not imported" for name in sorted(declared - used)]


# What the documentation says there is.

#: A folder or a module in the README's tree, at the beginning of its line.
IN_TREE = re.compile(r"^ *(\w+)(?:/|\.py)(?: |$)", re.MULTILINE)


def _block(text: str, heading: str) -> str:
    """Give the first block of code under a heading."""
    return text.partition(f"\n## {heading}\n")[2].split("```")[1]


def _rooms(root: Path) -> set[str]:
    """Name the folders of the tree, and the rooms of the application."""
    found = set()
    for path in files(root):
        first, *rest = path.relative_to(root).parts
        if rest and not first.startswith("."):
            found.add(first)
        if first == "teams_app" and not rest[0].startswith("__"):
            found.add(rest[0].removesuffix(".py"))
    return found


def rooms_apart(root: Path) -> list[str]:
    """Find what the README's tree lacks: rooms, documents; and rooms that are not there."""
    tree = _block((root / "README.md").read_text(), "The tree")
    drawn, there = set(IN_TREE.findall(tree)), _rooms(root)
    told = set(re.findall(r"\w+", tree.partition("\ndocs/")[2]))
    documents = {path.stem for path in (root / "docs").glob("*.md")}
    lacking = sorted((there - drawn) | (documents - told))
    return [
        *(f"README.md: {each} is not in the tree" for each in lacking),
        *(f"README.md: there is no {each}" for each in sorted(drawn - there)),
    ]


def floors_apart(root: Path) -> list[str]:
    """Find floors that are drawn otherwise than imports are held to."""
    tools = tomllib.loads((root / "pyproject.toml").read_text())["tool"]
    (held,) = [
        each["layers"]
        for each in tools["importlinter"]["contracts"]
        if each["id"] == "floors"
    ]
    wanted = [set(layer.split(" | ")) for layer in held]
    block = _block((root / "docs/architecture.md").read_text(), "The floors")
    drawn = [_floor(line) for line in block.strip().splitlines()]
    return [
        f"docs/architecture.md draws {sorted(one)}, held is {sorted(other)}"
        for one, other in zip_longest(drawn, wanted, fillvalue=set())
        if one != other
    ]


def _floor(line: str) -> set[str]:
    """Read a drawn floor: `store | graph_sync.doubts, graph     what stands there`."""
    found, package = set(), "teams_app"
    for room in re.split(r" \| |, ", re.split(r" {2,}", line)[0]):
        package = room.partition(".")[0] if "." in room else package
        whole = "." in room or room in PACKAGES
        found.add(room if whole else f"{package}.{room}")
    return found


# What the documentation promises.

TEST_NAMED = re.compile(r"\btests/[\w/]+\.py(?:::\w+)*")


def tests_missing(root: Path) -> list[str]:
    """Find tests that the documentation names and that do not exist."""
    faults = []
    for path in files(root, ".md"):
        for named in sorted(set(TEST_NAMED.findall(path.read_text()))):
            module, *names = named.split("::")
            if not (root / module).exists():
                faults.append(f"{_name(path, root)}: {named}")
                continue
            defined = {
                node.name
                for node in ast.walk(ast.parse((root / module).read_text()))
                if isinstance(
                    node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
                )
            }
            if not set(names) <= defined:
                faults.append(f"{_name(path, root)}: {named}")
    return faults
