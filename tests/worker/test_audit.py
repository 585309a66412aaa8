"""What docs/audit.md says of the work that Vuoro does by itself."""

import re

from teams_app.store import log
from teams_app.worker.keepers import KEEPERS
from tests.support import audit_table, audited
from tests.support.small_world import SmallWorld

HEADING = "What Vuoro does by itself"


def test_every_kind_of_work_is_named_with_what_it_leaves():
    page = audit_table.PAGE.read_text()
    (rest,) = re.findall(r"^These leave none.*?\.$", page, re.MULTILINE | re.DOTALL)
    none = set(re.findall(r"`([a-z_]+)`", rest))
    some = set(audit_table.under(HEADING))

    assert not none & some
    assert none | some == KEEPERS.keys()


def test_what_it_does_and_the_page_does_not_know_is_found(small: SmallWorld):
    before = small.read(audited.before)
    known = {"at": small.now, "who": "system", "subject": "staff:x", "source": "entra"}
    small.write(log.record, what="left", **known)
    assert small.read(audited.unsaid, before) == []

    small.write(log.record, what="guessed", **known)
    small.write(log.record, what="book", **known)

    said = "\n".join(small.read(audited.unsaid, before))
    assert "guessed, which is explained nowhere" in said
    assert "by itself: book staff" in said
