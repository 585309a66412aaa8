"""Teams: where each person's chat with the bot is, and which cards stand in it.

The intent to post a card is stored before the card is posted. One intended and never
posted may stand in the chat all the same, when the process died in between.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.model import Language
from teams_app.store.columns import maybe_moment, moment, seconds
from teams_app.store.database import Tx
from teams_app.store.rows import Row, row, rows, the_row
from teams_app.store.tables import conversations, directory
from teams_app.store.tables import posted_cards as table
from teams_app.store.upserts import insert, upsert


@dataclass(frozen=True, slots=True)
class PostedCard:
    id: int
    key: str  #: Names the posting: a card of one key is posted once.
    object_id: str  #: Whose chat it is in.
    activity_id: str | None  #: Teams' own id; None: not known to be posted.
    subject: str  #: What it shows: `appointment:12`, `offer:5`, `conflict:3` ...
    shown_version: int
    intended: datetime
    posted: datetime | None


@dataclass(frozen=True, slots=True)
class Chat:
    conversation: dict[str, str]
    language: Language | None  #: Of her Teams; None: nothing has said it yet.


def save_conversation(
    tx: Tx, object_id: str, given: dict[str, str], language: Language | None = None
) -> None:
    """Remember where a person's chat is, in place of where it was.

    `language` None: not known from this, so what was known of it stays.
    """
    values: dict[str, object] = {"object_id": object_id, "conversation": given}
    if language is not None:
        values["language"] = language.value
    upsert(tx.connection, conversations, ["object_id"], values)


def chat(tx: Tx, object_id: str) -> Chat | None:
    kept = row(tx, conversations, object_id=object_id)
    if kept is None:
        return None
    language = Language(kept.language) if kept.language else None
    return Chat(kept.conversation, language)


def conversation(tx: Tx, object_id: str) -> dict[str, str] | None:
    kept = chat(tx, object_id)
    return None if kept is None else kept.conversation


def others_reached(tx: Tx, without: str, limit: int) -> list[str]:
    """Give some others whose chats are known, nobody who has left among them."""
    asked = {"without": without, "most": limit}
    return [str(each) for each in tx.execute(_OTHERS, asked).scalars()]


_HAS_LEFT = sa.exists().where(
    directory.c.object_id == conversations.c.object_id,
    directory.c.left_at.is_not(None),
)
_OTHERS = (
    sa.select(conversations.c.object_id)
    .where(conversations.c.object_id != sa.bindparam("without"), ~_HAS_LEFT)
    .order_by(conversations.c.object_id)
    .limit(sa.bindparam("most"))
)


def forget_conversation(tx: Tx, object_id: str) -> None:
    """Forget a chat, as when the person takes the app away."""
    tx.execute(sa.delete(conversations).where(conversations.c.object_id == object_id))


def intend_card(
    tx: Tx, key: str, object_id: str, subject: str, now: datetime
) -> PostedCard:
    """Write down that a card will be posted; gives the earlier one of the same key."""
    statement = insert(tx.connection, table).values(
        key=key,
        object_id=object_id,
        subject=subject,
        shown_version=0,
        intended_at=seconds(now),
    )
    tx.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
    return _card(the_row(tx, table, key=key))


def card_posted(
    tx: Tx, key: str, activity_id: str, version: int, now: datetime
) -> None:
    """Write down that a card stands in the chat, and what it shows."""
    tx.execute(
        sa.update(table)
        .where(table.c.key == key)
        .values(activity_id=activity_id, shown_version=version, posted_at=seconds(now))
    )


#: What a card shows that a drawing may have come to or not: no drawing at all.
ON_ITS_WAY = -1


def _under_way(drawing: int) -> int:
    """Give what a card shows while a drawing is on its way: which of several, below -1."""
    return ON_ITS_WAY - 1 - drawing


def card_shown(tx: Tx, key: str, version: int) -> None:
    """Write down what a card shows now."""
    tx.execute(_SHOWN, {"which": key, "version": version})


def card_sets_out(tx: Tx, key: str, seen: int | None, drawing: int) -> bool:
    """Write down that `drawing` is on its way, made when the card showed `seen`.

    False: the card has shown something else since, so that this drawing may be of before.
    """
    as_seen = table.c.shown_version.is_not_distinct_from(seen)
    ours = as_seen | (table.c.shown_version < 0)
    is_it = table.c.key == key
    values = {"shown_version": _under_way(drawing)}
    return tx.execute(sa.update(table).where(is_it & ours).values(values)).rowcount == 1


def card_arrived(tx: Tx, key: str, version: int) -> bool:
    """Write down what a card shows now.

    False: another drawing has set out since, or has come between.
    """
    values = {"which": key, "version": version, "before": _under_way(version)}
    return tx.execute(_ARRIVED, values).rowcount == 1


_SHOWN = (
    sa.update(table)
    .where(table.c.key == sa.bindparam("which"))
    .values(shown_version=sa.bindparam("version"))
)
_ARRIVED = _SHOWN.where(table.c.shown_version == sa.bindparam("before"))


def cards_of(tx: Tx, subject: str) -> list[PostedCard]:
    """Give the cards that show a thing, intended ones too, the oldest first."""
    return [_card(each) for each in rows(tx, table, "id", subject=subject)]


def cards_among(tx: Tx, subjects: Collection[str]) -> list[PostedCard]:
    """Give the cards that show any of some things, the oldest first."""
    chosen = sa.select(table).where(table.c.subject.in_(subjects)).order_by(table.c.id)
    return [_card(each) for each in tx.execute(chosen)]


def drop_cards_at(
    tx: Tx, object_id: str, activity_id: str, *, but: str = ""
) -> list[str]:
    """Forget what one message showed, but for cards of the subject it shows now.

    Gives the subjects it showed.
    """
    here = (table.c.object_id == object_id) & (table.c.activity_id == activity_id)
    gone = sa.delete(table).where(here, table.c.subject != but)
    return [str(each) for each in tx.execute(gone.returning(table.c.subject)).scalars()]


def drop_card(tx: Tx, key: str) -> None:
    """Forget a card that stands in no chat any more."""
    tx.execute(sa.delete(table).where(table.c.key == key))


def _card(row: Row) -> PostedCard:
    return PostedCard(
        id=row.id,
        key=row.key,
        object_id=row.object_id,
        activity_id=row.activity_id,
        subject=row.subject,
        shown_version=row.shown_version,
        intended=moment(row.intended_at),
        posted=maybe_moment(row.posted_at),
    )
