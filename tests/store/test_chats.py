"""Whose chats are known, and who of them may be asked about the app."""

from teams_app.actions import reach
from teams_app.store import chats, directory
from teams_app.store.database import Database, Tx
from teams_app.store.directory import Known
from tests import make
from tests.support.counting import counted


def test_by_whom_the_app_is_known_is_asked_in_one_way_however_many_have_left(
    database: Database,
):
    def chat(tx: Tx, *names: str, left: bool) -> None:
        for each in names:
            chats.save_conversation(tx, each, {"id": each})
            known = Known(each, each, make.NOW if left else None)
            directory.save(tx, known)

    def others() -> list[str]:
        return database.read_here(reach.colleagues, "her")

    database.write_here(chat, "her", "b", "d", left=False)
    database.write_here(chat, "a", left=True)
    # Who was never in the group is here as far as anybody knows.
    database.write_here(chats.save_conversation, "c", {"id": "c"})
    with counted() as few:
        assert others() == ["b", "c", "d"]
    database.write_here(chat, *(f"a{each}" for each in range(40)), left=True)

    with counted() as many:
        found = others()

    assert found == ["b", "c", "d"]
    assert many == few
