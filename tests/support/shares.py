"""Which tests one process runs together, and which it begins with.

Tests that share a dear fixture are not torn apart: a process that gets one of them
gets its file's (on two databases: its database's). What makes a whole world for each
test is dealt out test by test, and begins first, so that no process is left alone with
it at the end.
"""

from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

#: The folders of tests that take minutes, the longest first.
LONG = ("world", "story", "browser", "store")
#: Files and folders of them whose tests share nothing that takes time to make.
SINGLY = ("test_kill.py", "test_replicas.py", "test_storm.py", "browser")


def begins(path: str) -> int:
    """Say how early a file of tests, `tests/world/test_kill.py`, is begun: 0 first."""
    folder = PurePosixPath(path).parent.name
    return LONG.index(folder) if folder in LONG else len(LONG)


def share(nodeid: str) -> str:
    """Name the share a test belongs to: `tests/story/test_story.py, postgres`."""
    path, _, test = nodeid.partition("::")
    if not {*PurePosixPath(path).parts[-2:]}.isdisjoint(SINGLY):
        return nodeid
    long = begins(path) < len(LONG)
    return f"{path}, postgres" if long and "[postgres" in test else path


class Shares(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Deal out the tests share by share, in the order they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)
