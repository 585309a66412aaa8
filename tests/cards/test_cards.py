"""What holds for every card, and what single cards show."""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import cards
from booking.model import AGREED, Language, Status
from booking.views.cards import Choice, ConflictKind, Truth, Truths
from booking.wording import text
from cards import verbs
from tests.cards import pieces, samples
from tests.support.leading import path_of

ROOT = Path(__file__).parents[2]

Card = dict[str, Any]


def nodes(part: Any) -> Iterator[dict[str, Any]]:
    """Walk a card: every object in it."""
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from nodes(value)
    elif isinstance(part, list):
        for value in part:
            yield from nodes(value)


def of_type(card: Card, kind: str) -> list[dict[str, Any]]:
    return [node for node in nodes(card) if node.get("type") == kind]


def texts(card: Card) -> str:
    """Everything a person reads on the card."""
    said = [
        str(node[name])
        for node in nodes(card)
        for name in ("text", "title", "value", "label")
        if isinstance(node.get(name), str)
    ]
    return "\n".join(said)


def strange_verbs(card: Card) -> set[str]:
    sent = {node["verb"] for node in nodes(card) if "verb" in node}
    return sent - verbs.ALL - verbs.DIALOG - verbs.CHANNEL


def without_way_back(card: Card) -> list[str]:
    """Buttons that an old Teams could not press: no fallback, or another than its own."""
    pressed = [
        node
        for node in nodes({"body": card["body"]})
        if node.get("type") == "Action.Execute"
    ]
    return [
        node["title"]
        for node in pressed
        if node.get("fallback", {}).get("type") != "Action.Submit"
        or node["fallback"]["data"] != node["data"]
        or node["data"].get("verb") != node["verb"]
    ]


@pytest.mark.parametrize("name", samples.NAMES)
@pytest.mark.parametrize("language", Language)
def test_a_card_keeps_the_rules(name: str, language: Language) -> None:
    card = samples.card(name, language)

    shared = name.startswith("shared.")
    assert card["version"] == ("1.3" if shared else "1.5")
    assert card["lang"] == language
    assert strange_verbs(card) == set()
    assert without_way_back(card) == []
    assert "actions" not in card  # Every button stands in an ActionSet.
    heading = card["body"][0]["items"][0]
    assert heading["wrap"] is True
    assert heading.get("style") == (None if shared else "heading")
    for action_set in of_type(card, "ActionSet"):
        primary = [
            one for one in action_set["actions"] if one.get("style") == "positive"
        ]
        assert len(primary) <= 1
    for entry in (node for node in nodes(card) if node.get("isRequired")):
        assert entry["label"]
        assert entry["errorMessage"]
    for choices in of_type(card, "Input.ChoiceSet"):
        known = {one["value"] for one in choices["choices"]}
        assert set(filter(None, choices.get("value", "").split(","))) <= known


def test_every_verb_is_sent_by_some_card() -> None:
    sent = {
        node["verb"]
        for _, card in samples.everything()
        for node in nodes(card)
        if "verb" in node
    }

    assert sent == verbs.ALL | verbs.DIALOG | verbs.CHANNEL


def _strange(card: Card) -> None:
    of_type(card, "Action.Execute")[0]["verb"] = "book.everything"


def _stranded(card: Card) -> None:
    del of_type(card, "Action.Execute")[0]["fallback"]


def _different(card: Card) -> None:
    of_type(card, "Action.Submit")[0]["data"] = {"verb": "book.times"}


def test_the_checks_of_buttons_see_planted_faults() -> None:
    faults = []
    for plant in (_strange, _stranded, _different):
        card = copy.deepcopy(samples.card("book", Language.FI))
        plant(card)
        faults.append((bool(strange_verbs(card)), bool(without_way_back(card))))

    assert faults == [(True, True), (False, True), (False, True)]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "about",
    [
        "book",
        "times",
        "offer",
        "appointment",
        "reminder",
        "arrived",
        "waiting",
        "could_not_join",
        "conflict",
        "morning",
        "notice",
    ],
)
def test_lock_screens_show_neither_client_nor_service_nor_time(
    about: Any, language: Language
) -> None:
    card = samples.card("appointment.booked_by_client", language)

    sent = cards.activity(card, about)

    assert sent["attachments"] == [
        {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    ]
    shown = f"{sent['summary']} {card['fallbackText']} {sent.get('text', '')}"
    assert not any(
        private in shown
        for private in ("Aino", samples.SERVICE, "K7Q2FM", "24", "10.30", "10:30")
    )


@pytest.mark.parametrize(("name", "language"), samples.GOLDEN)
def test_a_card_is_drawn_as_it_was_reviewed(name: str, language: Language) -> None:
    """After a wanted change: `python -m tests.cards.samples`, and read the difference."""
    drawn = samples.written(samples.card(name, language))

    assert drawn == samples.golden_file(name, language).read_text("utf-8")


def test_a_mistake_gives_the_form_back_as_it_was_filled_in() -> None:
    card = samples.card("book.wrong", Language.EN)

    filled = {node["id"]: node.get("value") for node in nodes(card) if "label" in node}
    assert filled == {name: value or None for name, value in pieces.TYPED.items()}
    assert "There is a mistake in the e-mail address" in texts(card)


def test_the_clients_language_is_asked_and_not_guessed() -> None:
    for language in Language:
        entry = next(
            node
            for node in nodes(samples.card("book", language))
            if node.get("id") == verbs.CLIENT_LANGUAGE
        )
        assert entry["isRequired"]
        assert "value" not in entry


def test_the_only_service_needs_no_choosing() -> None:
    form = replace(samples.form(Language.FI), services=(Choice("7", "Neuvonta"),))

    (service,) = [
        node for node in nodes(cards.book_form(form)) if node.get("id") == "service"
    ]

    assert service["value"] == "7"


def test_a_proposal_carries_the_form_and_ticks_three_times() -> None:
    card = samples.card("times", Language.FI)
    (several,) = [node for node in nodes(card) if node.get("id") == verbs.SLOTS]
    (one,) = [node for node in nodes(card) if node.get("id") == verbs.SLOT]

    assert several["value"].split(",") == [s.value for s in samples.slots(3)]
    assert one["value"] == samples.slots(1)[0].value
    for verb in (verbs.BOOK_NOW, verbs.BOOK_OFFER, verbs.BOOK_OPEN, verbs.BOOK_BACK):
        (press,) = [
            node for node in of_type(card, "Action.Execute") if node["verb"] == verb
        ]
        assert press["data"] == pieces.TYPED | {"verb": verb, "request": "r1"}


def test_only_forms_carry_names() -> None:
    for name, card in samples.everything():
        if not name.startswith("times"):
            for press in of_type(card, "Action.Execute"):
                carried = json.dumps(press["data"])
                # Who was named in a question is in its answer: `ask.who_or_when`.
                named = press["data"].get("say") == "find"
                assert named or "Aino" not in carried, name
                assert set(press["data"]) <= {
                    *("verb", "request", "appointment", "offer", "conflict", "cover"),
                    *(
                        "version",
                        verbs.SLOTS,
                        verbs.SLOT,
                        verbs.WISH,
                        verbs.AIM,
                        verbs.OUTCOME,
                        verbs.LISTED,
                        verbs.MINUTES,
                        "say",
                        "when",
                        "whom",
                        "what",
                    ),
                    *("away", "absence", "start", "end"),
                }


def test_the_three_truths_are_shown_apart_and_in_words() -> None:
    truths = Truths(Truth.DONE, Truth.WAITING, Truth.FAILED)

    card = cards.appointment(samples.appointment(Language.EN, truths=truths))

    said = [
        [item["text"] for column in row["columns"] for item in column["items"]]
        for row in of_type(card, "ColumnSet")
    ]
    assert said[-3:] == [
        ["Booking", "✓ Done"],
        ["Outlook", "… Writing"],
        ["Message to the client", "! Not delivered"],
    ]


@pytest.mark.parametrize("status", Status)
def test_nothing_over_can_be_cancelled_or_joined(status: Status) -> None:
    card = cards.appointment(samples.appointment(Language.EN, status=status))

    ahead = status in {Status.HELD, *AGREED}
    assert (verbs.APPOINTMENT_CANCEL in json.dumps(card)) == ahead
    assert ("Join the meeting" in texts(card)) == ahead


def test_cancelling_takes_a_second_press() -> None:
    card = samples.card("appointment.booked", Language.FI)

    (unfolds,) = of_type(card, "Action.ShowCard")
    inside = [node.get("verb") for node in nodes(unfolds["card"])]
    outside = [
        action.get("verb")
        for shown in card["body"]
        if shown["type"] == "ActionSet"
        for action in shown["actions"]
    ]
    assert verbs.APPOINTMENT_CANCEL in inside
    assert verbs.APPOINTMENT_CANCEL not in outside


def test_once_it_has_begun_no_message_is_spoken_of() -> None:
    lead = text(Language.FI, "cards.appointment.cancel_lead")

    assert lead in texts(samples.card("appointment.booked", Language.FI))
    assert lead not in texts(samples.card("appointment.begun", Language.FI))


def test_what_takes_whole_days_can_be_neither_told_nor_taken() -> None:
    asked = json.dumps(samples.card("conflict.too_long", Language.FI))
    handed = json.dumps(samples.card("handover.too_long", Language.FI))

    assert f'"{verbs.CONFLICT_TELL}"' not in asked
    assert f'"{verbs.CONFLICT_PUT_BACK}"' in asked
    assert f'"{verbs.HANDOVER_TAKE}"' not in handed
    assert f'"{verbs.HANDOVER_TAKE_AGREED}"' in handed


ASKED = [kind for kind in ConflictKind if kind is not ConflictKind.COPIED]


@pytest.mark.parametrize("kind", ASKED)
def test_what_the_client_hears_of_takes_a_second_press(kind: ConflictKind) -> None:
    card = samples.card(f"conflict.{kind}", Language.FI)

    inside = {
        node["verb"]
        for part in of_type(card, "Action.ShowCard")
        for node in of_type(part["card"], "Action.Execute")
    }
    assert inside == {verbs.CONFLICT_PROPOSE, verbs.CONFLICT_CANCEL}
    assert "Asiakkaalle kerrotaan, ettei aika enää sovi" in texts(card)


def test_the_present_state_outranks_old_news() -> None:
    view = samples.appointment(
        Language.EN, news="booked", status=Status.CANCELLED_BY_CLIENT
    )

    assert cards.appointment(view)["body"][0]["items"][0]["text"] == (
        "The client cancelled"
    )


def test_an_offer_that_was_taken_becomes_the_appointment() -> None:
    booked = samples.card("offer.booked", Language.FI)

    assert booked == cards.appointment(samples.appointment(Language.FI, news="booked"))


@pytest.mark.parametrize("language", Language)
def test_who_withdraws_an_offer_reads_that_the_client_is_not_told(
    language: Language,
) -> None:
    untold = text(language, "cards.offer.withdrawn_untold")

    for state in ("open", "withdrawn"):
        assert untold in texts(samples.card(f"offer.{state}", language))


@pytest.mark.parametrize("kind", ASKED)
def test_a_question_says_that_the_client_has_not_been_told(kind: ConflictKind) -> None:
    card = samples.card(f"conflict.{kind}", Language.EN)

    assert "The client has not been told about this yet." in texts(card)


@pytest.mark.parametrize("kind", ASKED)
def test_a_settled_question_asks_nothing_more(kind: ConflictKind) -> None:
    view = samples.conflict(Language.EN, kind, settled="told")

    assert of_type(cards.conflict(view), "Action.Execute") == []


@pytest.mark.parametrize("name", ["moved", "copied", "invited", "desk", "doubtful"])
def test_the_question_of_a_hand_over_names_no_client(name: str) -> None:
    card = samples.card(f"handover.{name}", Language.EN)

    assert "The client has not been told anything yet." in texts(card)
    assert "Aino_Maija" not in json.dumps(card)


def test_a_copy_at_another_time_offers_both_times() -> None:
    card = samples.card("handover.doubtful", Language.EN)

    said = [one["verb"] for one in of_type(card, "Action.Execute")]
    assert said == ["handover.take_agreed", "handover.take", "handover.leave"]
    assert "12:30" in str(texts(card))


def test_a_hand_over_settled_asks_nothing_more() -> None:
    for name in ("handed_over", "put_back", "overtaken", "hers", "desk"):
        card = samples.card(f"handover.{name}.settled", Language.FI)
        assert of_type(card, "Action.Execute") == []


def test_a_long_day_says_how_many_more() -> None:
    card = samples.card("morning.many", Language.EN)

    assert "20 appointments today" in texts(card)
    assert "and 8 more" in texts(card)


@pytest.mark.parametrize("language", Language)
def test_a_mistake_is_said_beside_its_field_too(language: Language) -> None:
    """The chat shows the foot of a long card, and the list of mistakes is at its head."""
    said = [
        node["text"]
        for node in of_type(samples.card("book.wrong", language), "TextBlock")
    ]
    assert said.count(text(language, "cards.error.client_email")) == 2


def test_a_line_of_the_day_says_that_its_client_chooses_another_time() -> None:
    view = samples.morning(Language.EN, 1)
    line = replace(view.lines[0], join_url=None, choosing=True)

    drawn = cards.morning(replace(view, lines=(line,)))

    assert "The client is choosing a new time" in texts(drawn)


def test_times_later_than_the_first_are_a_press_away() -> None:
    links = of_type(samples.card("times", Language.EN), "Action.OpenUrl")

    assert [path_of(link["url"]) for link in links] == ["/teams/book?form=r1"]


def test_the_page_of_cards_shows_each_of_them():
    """Drawn anew by `tools/card_pictures.py` when a card comes or goes."""
    page = (ROOT / "docs/cards.md").read_text(encoding="utf-8")
    shown = re.findall(r"`([a-z_.]+)`", page.partition("## ")[2])
    pictures = {name.partition(".")[0] for name in samples.NAMES}

    assert sorted(shown) == sorted(samples.NAMES)
    assert all((ROOT / f"docs/img/cards/{one}.jpg").is_file() for one in pictures)
    assert len(list((ROOT / "docs/img/cards").iterdir())) == len(pictures)
