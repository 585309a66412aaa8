# ruff: noqa: INP001 - a script, not a package
"""Bring third-party files into the tree, and write down exactly what they are.

`teams_app/web/vendor.lock.json` is both the wish and the proof: for each package its
name, version, licence, the registry's integrity sum, and for each kept file where it
came from and its sha384; `without` is a pattern of what is taken out of one, as an
address that has no place in our tree. Run `python tools/vendor.py` to fetch every package again with
the npm client as this machine has it configured, check its integrity, copy the listed
files and write the sums anew. Change a version by editing the lock first and emptying
its `integrity`. Packages with `git` come from a checkout given with `--git DIR`.

Two files are made, not copied: `tokens.css` (the Fluent tokens we use, as variables for
the three Teams themes) and `icons.svg` (a sprite of the icons we use).
"""

import argparse
import base64
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "teams_app/web/vendor.lock.json"

#: Every variable that our style sheets name comes along; nothing else does.
STYLES = ("app.css", "calendar.css")
TOKEN = re.compile(r"var\(--((?:color|shadow)[A-Za-z0-9]+)\)")
THEMES = {
    ":root": "teamsLightTheme",
    "[data-theme=dark]": "teamsDarkTheme",
    "[data-theme=contrast]": "teamsHighContrastTheme",
}
ICONS = {
    "add": "add_20_regular",
    "back": "arrow_left_20_regular",
    "building": "building_20_regular",
    "calendar": "calendar_ltr_20_regular",
    "calendar-add": "calendar_add_20_regular",
    "calendar-cancel": "calendar_cancel_20_regular",
    "calendar-edit": "calendar_edit_20_regular",
    "call": "call_20_regular",
    "chat": "chat_20_regular",
    "check": "checkmark_20_filled",
    "clock": "clock_20_regular",
    "close": "dismiss_20_regular",
    "flash": "flash_20_regular",
    "globe": "globe_20_regular",
    "help": "question_circle_20_regular",
    "hourglass": "hourglass_20_regular",
    "info": "info_20_regular",
    "left": "chevron_left_20_regular",
    "list": "list_20_regular",
    "location": "location_20_regular",
    "lock": "lock_closed_20_regular",
    "mail": "mail_20_regular",
    "message": "phone_chat_20_regular",
    "note": "note_20_regular",
    "ok": "checkmark_circle_20_regular",
    "open": "open_20_regular",
    "out": "person_walking_20_regular",
    "people": "people_20_regular",
    "person": "person_20_regular",
    "right": "chevron_right_20_regular",
    "send": "send_20_regular",
    "sync": "arrow_sync_20_regular",
    "video": "video_20_regular",
    "warning": "warning_20_regular",
}


def run(*command: str, cwd: Path | None = None) -> str:
    return subprocess.run(  # noqa: S603 - fixed commands, arguments from our own lock
        command, cwd=cwd, check=True, capture_output=True, text=True
    ).stdout


def integrity(data: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def sha384(data: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


def from_npm(package: dict[str, Any], scratch: Path) -> Path:
    """Fetch exactly name@version, and refuse other bytes than the lock promised."""
    wanted = f"{package['name']}@{package['version']}"
    packed = json.loads(run("npm", "pack", "--json", "--silent", wanted, cwd=scratch))
    archive = scratch / packed[0]["filename"]
    got = integrity(archive.read_bytes())
    if package["integrity"] not in ("", got):
        raise SystemExit(f"{wanted}: integrity is {got}, the lock says otherwise")
    package["integrity"] = got
    home: Path = scratch / archive.stem
    with tarfile.open(archive) as tar:
        tar.extractall(home, filter="data")
    return home / "package"


def from_git(package: dict[str, Any], checkout: Path, scratch: Path) -> Path:
    home: Path = scratch / package["name"].replace("/", "-")
    for file in package["files"]:
        if "from" in file:
            target = home / file["from"]
            target.parent.mkdir(parents=True, exist_ok=True)
            spot = f"{package['git']}:{file['from']}"
            target.write_text(run("git", "-C", str(checkout), "show", spot))
    return home


def tokens(home: Path) -> str:
    """Write the tokens our style sheets use, a block for each theme."""
    static = ROOT / "teams_app/web/static"
    used = {
        name for style in STYLES for name in TOKEN.findall((static / style).read_text())
    }
    dump = "process.stdout.write(JSON.stringify(require(process.argv[1])))"
    entry = home / "lib-commonjs/index.cjs"
    themes = json.loads(run("node", "-e", dump, str(entry)))
    blocks = {}
    for selector, theme in THEMES.items():
        unknown = used - themes[theme].keys()
        if unknown:
            raise SystemExit(f"no such token: {sorted(unknown)}")
        values = {name: themes[theme][name] for name in sorted(used)}
        blocks[selector] = "".join(f"  --{k}: {v};\n" for k, v in values.items())
    dark = blocks["[data-theme=dark]"].replace("  --", "    --")
    return (
        "/* Made by tools/vendor.py from @fluentui/tokens (MIT). Do not edit. */\n"
        + "\n".join(f"{selector} {{\n{body}}}\n" for selector, body in blocks.items())
        + "\n@media (prefers-color-scheme: dark) {\n"
        + f"  [data-theme=auto] {{\n{dark}  }}\n}}\n"
    )


def icons(home: Path) -> str:
    """Write one sprite; each icon is a symbol that takes the text's colour."""
    symbols = []
    for name, source in sorted(ICONS.items()):
        svg = (home / f"icons/{source}.svg").read_text()
        box = re.search(r'viewBox="([^"]+)"', svg)
        paths = re.findall(r"<path[^>]*>", svg)
        assert box
        assert paths, source
        body = "".join(re.sub(r' fill="[^"]*"', "", path) for path in paths)
        symbols.append(f'<symbol id="{name}" viewBox="{box[1]}">{body}</symbol>\n')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">\n'
        "<!-- Made by tools/vendor.py from @fluentui/svg-icons (MIT). -->\n"
        + "".join(symbols)
        + "</svg>\n"
    )


MAKERS = {"tokens": tokens, "icons": icons}


def keep(package: dict[str, Any], home: Path) -> None:
    for file in package["files"]:
        target = ROOT / file["path"]
        if "from" in file:
            data = (home / file["from"]).read_bytes()
            if "without" in file:
                data, found = re.subn(file["without"].encode(), b"", data)
                assert found, f"{file['path']}: nothing to take out"
        elif "made" in file:
            data = MAKERS[file["made"]](home).encode()
        else:
            data = target.read_bytes()  # a licence text the package itself leaves out
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        file["sha384"] = sha384(data)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--git", type=Path, help="checkout for the packages from git")
    ask.add_argument("only", nargs="*", help="names of packages; all when left out")
    told = ask.parse_args()
    lock = json.loads(LOCK.read_text())
    with tempfile.TemporaryDirectory() as scratch:
        for package in lock["packages"]:
            if told.only and package["name"] not in told.only:
                continue
            if "git" not in package:
                home = from_npm(package, Path(scratch))
            elif told.git:
                home = from_git(package, told.git, Path(scratch))
            else:
                continue
            keep(package, home)
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
