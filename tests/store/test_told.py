"""What is said is written down before and after; the access log only grows."""

import pytest
import sqlalchemy as sa

from booking.model import Language
from teams_app.store import appointments, chats, deliveries, log, offers
from teams_app.store.chats import PostedCard
from teams_app.store.deliveries import Delivery
from tests import make

WHO = make.a_professional().object_id
CHAT = {"service_url": "https://smba.example/emea/", "conversation_id": "a:1"}


def test_a_chat_is_remembered_changed_and_forgotten(database):
    assert database.read_here(chats.conversation, WHO) is None
    database.write_here(chats.save_conversation, WHO, CHAT)
    database.write_here(chats.save_conversation, WHO, CHAT | {"conversation_id": "2"})

    kept = database.read_here(chats.conversation, WHO)
    assert kept == CHAT | {"conversation_id": "2"}
    database.write_here(chats.forget_conversation, WHO)
    assert database.read_here(chats.conversation, WHO) is None


def test_the_language_of_a_chat_stays_until_another_is_said(database):
    def save(given, language=None):
        database.write_here(chats.save_conversation, WHO, given, language)
        return database.read_here(chats.chat, WHO)

    assert save(CHAT) == chats.Chat(CHAT, None)
    assert save(CHAT, Language.SV) == chats.Chat(CHAT, Language.SV)
    other = CHAT | {"conversation_id": "2"}
    assert save(other) == chats.Chat(other, Language.SV)
    assert save(other, Language.EN) == chats.Chat(other, Language.EN)


def test_a_card_is_intended_once_then_posted_then_changed(database):
    def intend(now, who=WHO):
        return database.write_here(
            chats.intend_card, "announce:1:1", who, "appointment:1", now
        )

    card = intend(make.at(0))
    assert card == PostedCard(
        card.id, "announce:1:1", WHO, None, "appointment:1", 0, make.at(0), None
    )
    assert intend(make.at(5), "somebody else") == card

    database.write_here(chats.card_posted, card.key, "act-1", 2**32 - 1, make.at(1))
    (posted,) = database.read_here(chats.cards_of, "appointment:1")
    assert (posted.activity_id, posted.shown_version, posted.posted) == (
        "act-1",
        2**32 - 1,
        make.at(1),
    )
    database.write_here(chats.card_shown, card.key, 7)
    (shown,) = database.read_here(chats.cards_of, "appointment:1")
    assert (shown.shown_version, shown.activity_id) == (7, "act-1")
    database.write_here(chats.drop_card, card.key)
    assert database.read_here(chats.cards_of, "appointment:1") == []


def a_delivery(key="mail:1", **changes):
    plain = {
        "channel": "mail",
        "client": make.a_client().id,
        "to": "maija@client.example",
        "news": "booked",
        "version": 1,
        "language": "fi",
        "intended_at": make.NOW,
    }
    return Delivery(key=key, **plain | changes)


def test_a_message_is_intended_once(database):
    database.write_here(appointments.save, make.booked(1))
    database.write_here(offers.save, make.an_offer(2))
    about = a_delivery(appointment=make.booked(1).id, was=make.span(48))
    offered = a_delivery("mail:2", offer=make.an_offer(2).id, intended_at=make.at(1))

    assert database.write_here(deliveries.intend, about) == about
    assert database.write_here(deliveries.intend, a_delivery(to="x@y.example")) == about
    assert database.write_here(deliveries.intend, offered) == offered

    assert database.read_here(deliveries.find, "mail:1") == about
    assert database.read_here(deliveries.find, "mail:9") is None
    assert database.read_here(deliveries.of_appointment, make.booked(1).id) == [about]
    assert database.read_here(deliveries.of_offer, make.an_offer(2).id) == [offered]


@pytest.mark.parametrize(
    ("end", "said", "state"),
    [
        (deliveries.accepted, "ref-1", "accepted"),
        (deliveries.failed, "no such address", "failed"),
        (deliveries.skipped, "cancelled", "skipped"),
        (deliveries.unknown, "died in between", "unknown"),
    ],
)
def test_what_became_of_a_message_is_kept(database, end, said, state):
    database.write_here(deliveries.intend, a_delivery())
    database.write_here(end, "mail:1", said, make.at(1))

    kept = database.read_here(deliveries.find, "mail:1")
    assert (kept.state, kept.done_at, kept.attempts) == (state, make.at(1), 1)
    assert said in (kept.provider_ref, kept.why)


def test_the_log_gives_the_newest_first(database):
    for number in range(3):
        database.write_here(
            lambda tx, n=number: log.record(
                tx,
                at=make.at(n),
                who="aino",
                what=f"saw {n}",
                subject=f"appointment:{n % 2}",
                source="tab",
            )
        )

    def entries(subject, limit=9):
        return [each.what for each in database.read_here(log.entries, subject, limit)]

    assert entries(None) == ["saw 2", "saw 1", "saw 0"]
    assert entries("appointment:0") == ["saw 2", "saw 0"]
    assert entries(None, 1) == ["saw 2"]


def test_of_some_kinds_and_a_source_the_log_gives_the_first_since_a_moment(database):
    lines = [
        (0, "hand_over", "appointment:1", "professional:1>2"),
        (1, "hand_over", "appointment:2", "professional:1>2"),
        (1, "view", "appointment:1", "professional:1>2"),
        (1, "hand_over", "appointment:1", "v3"),
        (1, "undone", "appointment:1", "professional:2>1"),
        (2, "hand_over", "appointment:1", "professional:1>3"),
    ]
    every = [log.Entry(make.at(at), "aino", *rest) for at, *rest in lines]
    database.write_here(log.record_all, every)

    def first(since, subject="appointment:1", source="professional:"):
        kinds = ("hand_over", "undone")
        asked = (subject, kinds, source, make.at(since))
        return database.read_here(log.first_since, *asked)

    assert first(0) == every[0]
    assert first(1) == every[4]
    assert first(1.5) == every[5]
    assert first(0, source="v") == every[3]
    assert first(0, source="%") is None
    assert first(3) is None
    assert first(0, "appointment:3") is None


@pytest.mark.parametrize(
    "change", ["UPDATE access_log SET who = 'nobody'", "DELETE FROM access_log"]
)
def test_the_log_cannot_be_changed(database, change):
    database.write_here(
        lambda tx: log.record(
            tx, at=make.NOW, who="a", what="b", subject="c", source="d"
        )
    )

    with pytest.raises(sa.exc.DBAPIError, match="only grows"):
        database.write_here(lambda tx: tx.execute(sa.text(change)))
    assert len(database.read_here(log.entries, None, 9)) == 1
