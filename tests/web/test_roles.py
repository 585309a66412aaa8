"""Every role tries every route, button and command, and docs/roles.md says what comes.

So table and code cannot part. The same walk holds the log to its word: whoever has been
shown anything of the marked client stands in it, and whoever has changed anything; who is
refused does not; and what a route leaves there is what docs/audit.md says of it.
"""

import ast
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import teams_app
from booking.saying import Verb
from booking.saying.desk import DeskVerb
from cards import verbs
from teams_app.web import staff
from tests.bot.at_the_desk import InChannel
from tests.bot.talk import Talk
from tests.support import audit_table, roles
from tests.support.roles import (
    ANSWER,
    NAME,
    NOTE,
    PEOPLE,
    TABLE,
    Marked,
)
from tests.support.small_world import SmallWorld
from tests.web.conftest import Door
from tests.web.role_calls import (
    CALLS,
    Call,
)

NAMED, NUMBERED = (NAME,), (roles.REFERENCE,)
ROWS = roles.rows(TABLE.read_text())
TAB = [each for each in ROWS if each.startswith(("GET ", "POST "))]
BOT = [each for each in ROWS if each not in TAB]


NOTHING = Call()
#: An invitation lets whoever has it do these; `tests/bot/test_dialogs.py` tries them.
INVITED = {verbs.COLLEAGUE_FORM, verbs.COLLEAGUE_BOOK}


def test_every_route_button_and_command_has_its_line():
    """What has none is open to nobody knows whom."""
    routes = {f"{each.method} {each.path}" for each in staff.routes()}
    pressed = {f"press {each}" for each in verbs.ALL | verbs.CHANNEL}
    said = {f"say {each}" for each in Verb} | {f"channel {each}" for each in DeskVerb}
    said |= {f"beside {each}" for each in {*BESIDE, *verbs.DIALOG} - INVITED}
    plain = {each.partition(" (")[0] for each in ROWS}

    assert plain == routes | pressed | said
    assert not set(CALLS) - set(ROWS)


@pytest.fixture
def small(small: SmallWorld) -> SmallWorld:
    roles.prepared(small)
    return small


async def in_the_tab(
    door: Door, row: str, who: str, found: Marked, call: Call
) -> tuple[int, str]:
    """Try a route of the tab; gives its status and what it says."""
    method, path = row.partition(" (")[0].split(" ")
    person, reference = PEOPLE[who], found.appointment.reference
    path += f"?{call.query}" if call.query else ""
    path = path.replace("{reference}", reference)
    path = path.replace("{person}", PEOPLE["colleague"].object_id)
    path = path.replace("{note}", str(found.note.id))
    asked = found.conflict.id if found.conflict is not None else 0
    path = path.replace("{conflict}", str(asked))
    path = path.replace("{unit}", "muualla").replace("{service}", "guidance")
    claims: dict[str, Any] = {"oid": person.object_id, "roles": list(person.roles)}
    sent = call.given(found) | call.also(door.small)
    more = {"data": sent} if method == "POST" else {}
    headers = door.staff(**claims)
    if call.meeting:
        headers["Vuoro-Meeting"] = roles.meeting(door.small, found)
    answer = await door.ask(method, path, headers=headers, **more)
    return answer.status, answer.text


SUBMIT = "composeExtension/submitAction"
BESIDE = {
    "find": "composeExtension/query",
    "free": "composeExtension/query",
    "link": "composeExtension/queryLink",
}


def beside(what: str, given: dict[str, str]) -> dict[str, Any]:
    """Give what Teams sends from beside a message: a search, a link, a dialog."""
    if what == "link":
        return given
    if what not in BESIDE:
        return {"commandId": "find", "commandContext": "compose", "data": given}
    asked = [{"name": name, "value": value} for name, value in given.items()]
    return {"commandId": what, "parameters": asked, "queryOptions": {"count": 25}}


async def in_the_chat(
    small: SmallWorld, row: str, who: str, found: Marked, call: Call
) -> tuple[int, str]:
    """Press a button, or say something; what is answered has no status."""
    how, _, what = row.partition(" ")
    shared = how == "channel" or what in verbs.CHANNEL
    talk = (InChannel if shared else Talk)(small, PEOPLE[who].object_id)
    given = call.given(found)
    before = len(talk.posted)
    if how == "beside":
        answer = await talk.invoke(beside(what, given), name=BESIDE.get(what, SUBMIT))
        return 200, json.dumps(answer, ensure_ascii=False)
    if how == "press":
        answer = await talk.press(what, given, on=f"M{found.appointment.id}")
        return 200, json.dumps(answer, ensure_ascii=False)
    await talk.say(given["text"], id=f"f:{who}:{what}")
    said = [each.activity for each in talk.posted[before:]]
    assert said, row
    return 200, json.dumps(said, ensure_ascii=False)


async def tried(door: Door, row: str) -> list[str]:
    """Let each person try a line; gives what is otherwise than the table says."""
    call, small = CALLS.get(row, NOTHING), door.small
    acts = call.changes or row.startswith(("POST ", "press "))
    faults, found, done = [], None, False
    left: set[str] = set()
    for number, (who, word) in enumerate(ROWS[row].items()):
        may = acts and word != "no"
        if found is None or may or (call.anew and done):
            found = await call.before(small, roles.marked(small, number, call.kind))
        done = may
        before = small.read(roles.state, *call.tables) if acts else {}
        lines = small.read(roles.logged, 0)
        if row in TAB:
            status, said = await in_the_tab(door, row, who, found, call)
        else:
            status, said = await in_the_chat(small, row, who, found, call)
        after = small.read(roles.state, *call.tables) if acts else {}
        new = small.read(roles.logged, lines[-1].id)
        mine = [each for each in new if each.who == f"staff:{PEOPLE[who].object_id}"]
        left |= {audit_table.token(each) for each in mine}
        case = Case(call, word, found, status, said, row in BOT, before, after)
        wrong = [*case.wrong(), *case.wrongly_changed(), *unlogged(case, mine)]
        faults += [f"{row}, {who}: {each}" for each in wrong]
    told = audit_table.every().get(row)
    if told is None or told != left:
        said = "has no line of it" if told is None else f"says {sorted(told)}"
        faults.append(f"{row}: leaves {sorted(left)}, and docs/audit.md {said}")
    return faults


@dataclass(frozen=True)
class Case:
    """What came of one cell."""

    call: Call
    word: str
    found: Marked
    status: int
    said: str
    in_chat: bool  #: What is answered there has no status.
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def shown(self) -> list[str]:
        """Give what the answer holds of the marked client, but for what was typed."""
        typed = set(self.named(self.call.types))
        return [
            each
            for each in self.found.secrets
            if each in self.said and each not in typed
        ]

    def named(self, words: tuple[str, ...]) -> list[str]:
        own = self.found.appointment.reference
        return [own if each == roles.REFERENCE else each for each in words]

    def wrong(self) -> list[str]:
        if self.word == "no":
            refusals = {403, 404} if self.call.meeting else {403}
            refused = self.in_chat or self.status in refusals
            return (
                [] if refused and not self.shown else [f"{self.status}, {self.shown}"]
            )
        if self.status >= 400:
            return [f"refused with {self.status}"]
        if self.word == "own":
            return [f"sees {self.shown}"] if self.shown else []
        return self.left_out()

    def left_out(self) -> list[str]:
        wanted = self.named(self.call.shows)
        faults = (
            []
            if not wanted or any(each in self.said for each in wanted)
            else ["sees nothing of it"]
        )
        reads = ANSWER in self.said
        if self.word == "part" and (reads or NOTE in self.said):
            faults.append("sees the answers, or notes")
        if self.word == "yes" and self.call.answers and not reads:
            faults.append("does not see the answers")
        return faults

    def wrongly_changed(self) -> list[str]:
        """Say when what is of Aino's clients was changed, or was not."""
        if not self.before:
            return []
        of_hers = roles.hers(self.before) != roles.hers(self.after)
        tables = self.call.tables
        changed = of_hers or any(self.before[t] != self.after[t] for t in tables)
        may = self.word in {"yes", "part"}
        if changed and not may:
            return ["something was changed that is not hers to change"]
        return ["nothing was changed"] if self.call.changes and may != changed else []


def unlogged(case: Case, mine: list[Any]) -> list[str]:
    """Say what the log lacks, or claims: who saw her, and who changed something."""
    faults = []
    seen = any(roles.names(each.subject, case.found) for each in mine)
    if seen and case.word == "no" and case.found.appointment.reference not in case.said:
        faults.append("was refused, and a line says that she saw")
    if case.shown and not seen:
        faults.append(f"saw {case.shown}, and no line says so")
    if case.before != case.after and not [each for each in mine if each.what != "view"]:
        faults.append("changed something, and no line says who")
    return faults


@pytest.mark.parametrize("row", TAB)
async def test_in_the_tab_each_role_may_what_the_table_says(door: Door, row: str):
    assert await tried(door, row) == []


@pytest.mark.parametrize("row", BOT)
async def test_in_the_chat_each_role_may_what_the_table_says(door: Door, row: str):
    assert await tried(door, row) == []


# That roles are checked in one place.

#: By which a role could be told from outside the room that knows of roles.
_ROLES = {"supervises", "receives", "RIGHTS", "Role"}
_ROOM = "actions/access.py"


def checked_elsewhere(root: Path) -> list[str]:
    """Name where a role is looked at outside the one room in which it may be."""
    found = []
    for path in sorted(root.rglob("*.py")):
        if path.as_posix().endswith(_ROOM):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            attribute = isinstance(node, ast.Attribute) and node.attr in _ROLES
            bare = isinstance(node, ast.Name) and node.id in {"RIGHTS", "Role"}
            if attribute or bare:
                found.append(f"{path.relative_to(root)}:{node.lineno}")
    return found


def test_roles_are_checked_in_access_alone():
    assert checked_elsewhere(Path(teams_app.__file__).parent) == []


def test_a_role_that_is_checked_elsewhere_is_found(tmp_path: Path):
    (tmp_path / "actions").mkdir()
    (tmp_path / _ROOM).write_text("who.supervises\n")
    (tmp_path / "web.py").write_text("x = 1\nif seat.who.supervises:\n    pass\n")
    (tmp_path / "bot.py").write_text("may = right in RIGHTS[role]\n")

    assert checked_elsewhere(tmp_path) == ["bot.py:1", "web.py:2"]
