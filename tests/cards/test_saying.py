"""What cards say as things come true: to whom it is said, and what is put forward."""

import json

import pytest

import cards
from booking.model import Language
from cards import verbs
from tests.cards import samples
from tests.cards.test_cards import Card, of_type, texts


def columns(card: Card) -> list[list[str]]:
    """Everything in columns, row by row."""
    return [
        [item["text"] for column in row["columns"] for item in column["items"]]
        for row in of_type(card, "ColumnSet")
    ]


def test_what_is_cancelled_is_not_said_to_be_booked() -> None:
    card = samples.card("appointment.cancelled.dated", Language.EN)

    assert columns(card)[-3:] == [
        ["Cancelling", "✓ Done", "Mon 23 Nov at 10:30"],
        ["Outlook", "✓ Removed", "Mon 23 Nov at 10:30"],
        ["Message to the client", "✓ Sent", "Mon 23 Nov at 10:30"],
    ]


def test_whom_she_is_to_call_stands_with_a_number_to_call() -> None:
    card = samples.card("appointment.phone", Language.EN)
    day = samples.card("morning", Language.EN)

    assert ["Phone", samples.PHONE] in columns(card)
    assert texts(day).count(samples.PHONE) == 1
    for about in ("appointment", "reminder", "morning"):
        shown = cards.activity(card, about)
        assert samples.PHONE not in f"{shown['summary']} {card['fallbackText']}"


@pytest.mark.parametrize("name", ["handover.busy", "handover.overlap"])
def test_what_would_be_refused_is_not_put_forward(name: str) -> None:
    card = samples.card(name, Language.EN)

    styles = {
        press["verb"]: press.get("style") for press in of_type(card, "Action.Execute")
    }
    assert styles == {"handover.take": None, "handover.leave": "positive"}


def test_a_busy_new_time_does_not_speak_against_the_agreed_one() -> None:
    (first, *others) = of_type(
        samples.card("handover.doubtful", Language.EN), "Action.Execute"
    )

    assert (first["verb"], first["style"]) == ("handover.take_agreed", "positive")
    assert {press.get("style") for press in others} == {None}


def test_her_own_question_speaks_to_her() -> None:
    assert "Asiakkaan kieli ei ole palvelukielesi." in texts(
        samples.card("handover.doubtful", Language.FI)
    )
    assert "Bo Berg ei palvele asiakkaan kielellä." in texts(
        samples.card("handover.desk.doubtful", Language.FI)
    )


def test_one_time_offered_is_one_time() -> None:
    assert "Ehdotettu aika" in texts(samples.card("offer.one", Language.FI))
    assert "Aikaa on ehdotettu" in texts(samples.card("offer.one", Language.FI))
    assert "Ehdotetut ajat" in texts(samples.card("offer.open", Language.FI))


def test_an_offer_whose_times_are_all_gone_says_so_and_has_no_deadline() -> None:
    card = samples.card("offer.none_left", Language.EN)

    assert "The suggested times have passed or been booked." in texts(card)
    assert "Expires" not in texts(card)
    assert verbs.OFFER_WITHDRAW in json.dumps(card)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            "conflict.told",
            "The client is told the new time",
            "The client has been told the new time",
        ),
        (
            "conflict.moved",
            "The client is told that this time no longer suits",
            "The client has been told that this time no longer suits",
        ),
    ],
)
def test_a_message_is_said_to_have_gone_once_it_has(
    name: str, before: str, after: str
) -> None:
    assert before in texts(samples.card(f"{name}.settled", Language.EN))
    assert after in texts(samples.card(f"{name}.heard", Language.EN))


def test_who_is_choosing_is_said_to_know_once_she_does() -> None:
    untold = texts(samples.card("appointment.choosing.untold", Language.FI))
    knows = texts(samples.card("appointment.choosing", Language.FI))

    assert "Asiakkaalle kerrotaan, ettei tämä aika enää sovi" in untold
    assert "Asiakkaalle on kerrottu, ettei tämä aika enää sovi" in knows


def test_a_warning_is_one_without_its_colour_too() -> None:
    for name in ("handover.busy", "conflict.moved", "book.wrong", "times.taken"):
        for box in of_type(samples.card(name, Language.EN), "Container")[1:]:
            if box.get("style") in {"warning", "attention"}:
                assert box["items"][0]["text"].startswith("\u26a0")


def test_what_readings_have_in_common_is_said_once() -> None:
    what = samples.card("ask.what", Language.EN)
    whens = samples.card("ask.conflict", Language.EN)

    assert texts(what).count("Tue 24 Nov at 22:30") == 1
    titles = [press["title"] for press in of_type(what, "Action.Execute")]
    assert titles == ["Book a time", "Free times", "Appointments"]
    titles = [press["title"] for press in of_type(whens, "Action.Execute")]
    assert titles == ["Tue 24 Nov", "Wed 24 Nov 2027", "Tue 29 Feb 2028"]
    assert texts(whens).count("Appointments") == 1
