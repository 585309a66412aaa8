# ruff: noqa: INP001 - a script, not a package
"""Resolve pyproject.toml into the two lock files, with a hash for every file.

`requirements.lock` holds what the product and the tenant run on, and
`requirements-test.lock` what the tests need beyond that. Both hold names, versions
and hashes and nothing else: where packages come from is the affair of whoever
installs them. Versions already locked stay, unless `--upgrade` is given.
"""

import re
import subprocess
import sys
from pathlib import Path

RUNTIME = Path("requirements.lock")
TEST = Path("requirements-test.lock")
WORK = Path("build/lock")

OPTIONS = [
    *("--quiet", "--generate-hashes", "--strip-extras", "--allow-unsafe"),
    *("--no-header", "--no-annotate", "--no-emit-options"),
    *("--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links"),
]
ENTRY = re.compile(
    r"^(?P<name>[a-z0-9._-]+)==[^\s;]+(?: ; [^\\\n]+)?"
    r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n",
    re.MULTILINE,
)


def entries(text: str) -> dict[str, str]:
    """Split a lock file by name; anything that is not an entry is a mistake."""
    found = {match["name"]: match[0] for match in ENTRY.finditer(text)}
    assert "".join(found.values()) == text, "a lock holds entries and nothing else"
    return found


def locked() -> str:
    files = [path for path in (RUNTIME, TEST) if path.exists()]
    return "".join(path.read_text() for path in files)


def resolve(extras: list[str], *, upgrade: bool) -> dict[str, str]:
    out = WORK / f"{'-'.join(extras)}.txt"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("" if upgrade else locked())
    chosen = [option for extra in extras for option in ("--extra", extra)]
    command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *chosen]
    command += ["-o", str(out), "pyproject.toml"]
    subprocess.run(command, check=True)  # noqa: S603 - all of it is written above
    return entries(out.read_text())


def main(arguments: list[str]) -> None:
    upgrade = "--upgrade" in arguments
    runtime = resolve(["tenant"], upgrade=upgrade)
    # What runs is locked first, so that the tests run on exactly that.
    RUNTIME.write_text("".join(runtime.values()))
    everything = resolve(["tenant", "test"], upgrade=False)
    differing = [name for name in runtime if everything[name] != runtime[name]]
    assert not differing, f"the tests ask for other versions of {differing}"
    beyond = {name: text for name, text in everything.items() if name not in runtime}
    TEST.write_text("".join(beyond.values()))


if __name__ == "__main__":
    main(sys.argv[1:])
