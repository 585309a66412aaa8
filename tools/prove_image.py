# ruff: noqa: INP001, S108, T201, TID251 - a script, not a package
"""Prove container image and compose file where no image can be pulled.

    sudo .venv/bin/python tools/prove_image.py

Takes `Containerfile` and `compose.yaml` at their word: each stage is a bare Debian root
made by debootstrap, in which COPY and RUN are carried out; each service is a process in
such a root, as the user, with the environment, the read-only file system and the one
shared network that the files name. Python's packages are fetched as this machine's pip is told to and
installed from a folder. Of two images that are not ours, nginx and PostgreSQL,
Debian's packages stand in. Then a client books through the balancer, the replica that
answers is killed, and she books again.
"""

import ctypes
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

HOME = Path(__file__).parent.parent
HERE = HOME / "deploy"
PACKAGES = {
    "front": "nginx-light libnginx-mod-stream",
    "database": "postgresql",
}
#: Debian's nginx keeps this part of it in a file of its own.
STREAM = "load_module /usr/lib/nginx/modules/ngx_stream_module.so;"
WHEELS = "wheels"
START_SECONDS = 180
NEW_NETWORK = 0x40000000  #: CLONE_NEWNET of unshare(2).


@dataclass
class Stage:
    """A root that a stage of the Containerfile has made, and how it is entered."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)
    user: str = "0:0"
    folder: str = "/"


def run(*words: str | Path) -> None:
    subprocess.run([str(each) for each in words], check=True)  # noqa: S603


def inside(root: Path, words: list[str]) -> None:
    """Run something in a root; pip finds there what was fetched outside."""
    words = ["PIP_NO_INDEX=1", f"PIP_FIND_LINKS=/{WHEELS}", *words]
    run(
        "chroot",
        root,
        "/usr/bin/env",
        "-i",
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
        *words,
    )


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Read a Containerfile: each instruction and its rest."""
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest.strip()


def built(work: Path, bare: Path) -> Stage:
    """Carry out the Containerfile; gives its last stage."""
    stages: dict[str, Stage] = {}
    stage = Stage(bare)
    for word, rest in instructions((HERE / "Containerfile").read_text()):
        print(f"  {word} {rest[:100]}", flush=True)
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            assert "debian:bookworm" in image, image
            stage = stages[name] = Stage(work / (name or "last"))
            run("cp", "--archive", bare, stage.root)
        elif word == "RUN":
            inside(stage.root, ["sh", "-ec", rest])
        elif word == "COPY":
            copied(stage, stages, rest)
        else:
            noted(stage, word, rest)
    return stage


def noted(stage: Stage, word: str, rest: str) -> None:
    """Keep what says how the image is run."""
    match word:
        case "ENV":
            stage.environ |= dict(each.split("=", 1) for each in shlex.split(rest))
        case "USER":
            stage.user = rest
        case "WORKDIR":
            stage.folder = rest
        case "CMD" | "VOLUME" | "EXPOSE" | "HEALTHCHECK" | "STOPSIGNAL":
            pass  # the compose file says it, or a plain process has none
        case _:
            raise SystemExit(f"{word} is not known here")


def fetched(root: Path) -> None:
    """Fetch what is locked, from wherever this machine's pip is told to."""
    lock = HOME / "requirements.lock"
    words = ["-m", "pip", "download", "--quiet", "--require-hashes", "--requirement"]
    run(sys.executable, *words, lock, "--dest", root / WHEELS)


def copied(stage: Stage, stages: dict[str, Stage], rest: str) -> None:
    source = HOME
    if found := re.match(r"--from=(\S+) ", rest):
        source, rest = stages[found[1]].root, rest[found.end() :]
    what, to = rest.split()
    target = stage.root / to.lstrip("/")
    target = target / what if to.endswith("/") else target
    target.parent.mkdir(parents=True, exist_ok=True)
    run("cp", "--archive", "--no-preserve=ownership", source / what.lstrip("/"), target)


@dataclass
class Service:
    """A service of the compose file as a process in a root."""

    name: str
    stage: Stage
    words: list[str]
    probe: list[str]
    once: list[str] = field(default_factory=list)  #: Run when it first answers.
    process: subprocess.Popen[bytes] | None = None

    def start(self, log: Path) -> None:
        log.touch()
        log.chmod(0o666)  # nginx opens it anew, as its own user
        with log.open("ab") as to:
            self.process = subprocess.Popen(  # noqa: S603
                self.call(self.words), stdout=to, stderr=to, start_new_session=True
            )

    def call(self, words: list[str]) -> list[str]:
        """Enter the root before the right to do so is given up."""
        environ = [f"{name}={value}" for name, value in self.stage.environ.items()]
        user, _, group = self.stage.user.partition(":")
        return [
            *("chroot", str(self.stage.root), "/usr/bin/env", "-i", "-C"),
            *(self.stage.folder, "PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
            *(
                "setpriv",
                f"--reuid={user}",
                f"--regid={group or user}",
                "--clear-groups",
            ),
            *("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"),
            *("/usr/bin/env", *environ, *words),
        ]

    def healthy(self) -> bool:
        if not self.probe:
            time.sleep(1)
            return self.process is not None and self.process.poll() is None
        asked = subprocess.run(self.call(self.probe), capture_output=True, check=False)  # noqa: S603
        return asked.returncode == 0

    def wait(self, log: Path) -> None:
        for _ in range(START_SECONDS * 2):
            assert self.process is not None
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended:\n{log.read_text()[-3000:]}")
            if self.healthy():
                return
            time.sleep(0.5)
        raise SystemExit(f"{self.name} does not answer:\n{log.read_text()[-3000:]}")


def foreign(work: Path, bare: Path, name: str) -> Stage:
    """Make a root of Debian's packages for an image that is not ours."""
    root = work / name
    run("cp", "--archive", bare, root)
    install = f"apt-get update -qq && apt-get install -qq -y --no-install-recommends {PACKAGES[name]}"
    inside(root, ["sh", "-ec", install])
    return Stage(root, {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})


def uid(root: Path, name: str) -> str:
    for line in (root / "etc/passwd").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return ":".join(line.split(":")[2:4])
    raise SystemExit(f"no user {name}")


def database(work: Path, bare: Path, asked: dict[str, Any]) -> Service:
    stage = foreign(work, bare, "database")
    stage.user = uid(stage.root, "postgres")
    home = next((stage.root / "usr/lib/postgresql").iterdir()).name
    tools = f"/usr/lib/postgresql/{home}/bin"
    data = stage.root / "data"
    data.mkdir()
    owner, group = (int(each) for each in stage.user.split(":"))
    os.chown(data, owner, group)
    user, password = (
        asked["environment"][f"POSTGRES_{n}"] for n in ("USER", "PASSWORD")
    )
    (stage.root / "secret").write_text(password)
    stage.environ["PGPASSWORD"] = password
    probe = [f"{tools}/pg_isready", *asked["healthcheck"]["test"][2:]]
    words = [f"{tools}/postgres", "-D", "/data", "-k", "/tmp"]
    # As the image does when it first starts: a database named like its user.
    once = [f"{tools}/createdb", "-h", "/tmp", "-U", user, user]
    made = Service("database", stage, words, probe, once)
    locale = "--encoding=UTF8 --locale=C.UTF-8 --auth=scram-sha-256"
    init = f"{tools}/initdb -D /data -U {user} {locale} --pwfile=/secret"
    run(*made.call(init.split()))
    return made


def front(work: Path, bare: Path) -> Service:
    stage = foreign(work, bare, "front")
    shutil.copy(HERE / "front.conf", stage.root / "etc/nginx/nginx.conf")
    stage.user = uid(stage.root, "www-data")
    words = ["nginx", "-g", f"{STREAM} daemon off;", "-e", "/dev/stderr"]
    return Service("front", stage, words, [])


def ours(stage: Stage, name: str, asked: dict[str, Any]) -> Service:
    return Service(name, stage, asked["command"], asked["healthcheck"]["test"][1:])


def mounted(stage: Stage, *, data: Path | None = None) -> None:
    """Make a root read-only, but for /tmp and the volume."""
    root = stage.root
    run("mount", "--bind", root, root)
    run("mount", "-t", "tmpfs", "tmpfs", root / "tmp")
    run("mount", "-t", "proc", "proc", root / "proc")
    run("mount", "--bind", "/dev", root / "dev")
    if data is not None:
        run("mount", "--bind", data, root / "data")
    run("mount", "-o", "remount,bind,ro", root)


def services(work: Path) -> list[Service]:
    bare = work / "bare"
    print("A bare Debian", flush=True)
    run("debootstrap", "--variant=minbase", "bookworm", bare)
    for name in ("etc/resolv.conf", "etc/apt/apt.conf.d", "etc/apt/sources.list"):
        if Path("/", name).exists():
            run(
                "cp",
                "--archive",
                "--dereference",
                "--no-target-directory",
                Path("/", name),
                bare / name,
            )
    # As a container engine writes it; without it nobody knows what localhost is.
    (bare / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
    asked = yaml.safe_load((HERE / "compose.yaml").read_text())["services"]
    print("The image", flush=True)
    fetched(bare)
    stage = built(work, bare)
    stage.environ.setdefault("LANG", "C.UTF-8")
    print("Debian's nginx and PostgreSQL", flush=True)
    found = [database(work, bare, asked["database"]), front(work, bare)]
    volume = work / "volume"
    run("cp", "--archive", stage.root / "data", volume)
    mounted(stage, data=volume)
    mounted(found[1].stage)
    return [
        *found,
        *(ours(stage, each, asked[each]) for each in ("tenant", "first", "second")),
    ]


def proven(work: Path) -> None:
    found = services(work)
    # From here on all of them share one network with nothing else in it.
    ctypes.CDLL(None).unshare(NEW_NETWORK)
    run("ip", "link", "set", "lo", "up")
    try:
        for each in found:
            log = work / f"{each.name}.log"
            print(f"{each.name}: starts", flush=True)
            each.start(log)
            each.wait(log)
            if each.once:
                run(*each.call(each.once))
        booked(found[-1], "both run")
        killed = found[-2].process
        assert killed is not None
        killed.kill()
        killed.wait()
        booked(found[-1], "one is killed")
    except SystemExit:
        for each in found:
            print(f"--- {each.name}", (work / f"{each.name}.log").read_text()[-1500:])
        raise
    finally:
        ended(found)


def booked(within: Service, when: str) -> None:
    """Let a client book, from inside the image."""
    script = (HOME / "tools" / "prove_image_books.py").read_bytes()
    words = within.call(["python", "-"])
    if subprocess.run(words, input=script, check=False).returncode:  # noqa: S603
        raise SystemExit(f"{when}: no booking came about")
    print(f"{when}: booked through the balancer", flush=True)


def ended(found: list[Service]) -> None:
    running = [each.process for each in reversed(found) if each.process is not None]
    for each in running:
        if each.poll() is None:
            each.terminate()
    for each in running:
        each.wait(40)


def main() -> int:
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        print("needs root, and debootstrap from the system's packages")
        return 2
    if len(sys.argv) > 1:
        proven(Path(sys.argv[1]))
        print("proven")
        return 0
    with TemporaryDirectory(prefix="vuoro-roots-") as folder:
        Path(folder).chmod(0o755)
        # Mounts and processes of its own, which end with it.
        apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        words = [*apart, sys.executable, __file__, folder]
        return subprocess.run(words, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
