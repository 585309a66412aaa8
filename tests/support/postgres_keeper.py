"""Keep one throw-away PostgreSQL for as long as somebody holds our standard input.

Started as a process of its own by `tests.support.postgres`. It makes a cluster in a
fresh directory, says where, and waits. When its input closes, whatever the reason, a
killed test run among them, the server is stopped and the directory removed. Nothing
here ever looks at a cluster that the system has.
"""

import grp
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


def unprivileged() -> dict[str, object]:
    """Give what `subprocess` needs to drop root, which PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return {}
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    group = grp.getgrgid(user.pw_gid).gr_name
    return {"user": user.pw_name, "group": group, "extra_groups": []}


def make(programs: Path, home: Path, runner: dict[str, object]) -> None:
    if "user" in runner:
        shutil.chown(home, runner["user"], runner["group"])
    made = subprocess.run(
        [
            programs / "initdb",
            f"--pgdata={home / 'data'}",
            "--username=vuoro",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
        **runner,
    )
    if made.returncode:
        sys.exit(f"initdb failed: {made.stderr.strip()}")


def start(
    programs: Path, home: Path, runner: dict[str, object]
) -> subprocess.Popen[bytes]:
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", home / "data", "-k", home, *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=home,
            start_new_session=True,
            **runner,
        )


def keep(programs: Path, where: Path) -> None:
    home = Path(tempfile.mkdtemp(prefix="vuoro-pg-", dir=where))
    runner = unprivileged()
    server = None
    try:
        make(programs, home, runner)
        server = start(programs, home, runner)
        print(home, flush=True)  # noqa: T201
        sys.stdin.read()
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    # A Ctrl-C is meant for the test run; it closes our input when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    keep(Path(sys.argv[1]), Path(sys.argv[2]))
