"""What cards say as things come true: to whom it is said, and what is put forward."""

import json
from dataclasses import replace

import pytest

import cards
from booking.model import Language
from booking.views.waiting import Asked, Question
from booking.wording import text
from booking.wording.dates import clock, when_range
from cards import verbs
from cards.parts import when
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


@pytest.mark.parametrize("language", Language)
def test_what_stands_against_the_agreed_time_alone_is_said_before_it_is_pressed(
    language: Language,
) -> None:
    card = samples.card("handover.agreed_busy", language)

    at = clock(language, samples.START)
    assert text(language, "handovers.agreed.yours.busy", at=at) in texts(card)
    presses = of_type(card, "Action.Execute")
    assert [(each["verb"], each.get("style")) for each in presses] == [
        ("handover.take_agreed", None),
        ("handover.take", "positive"),
        ("handover.leave", None),
    ]


def test_where_neither_time_can_be_had_it_is_left_where_it_is() -> None:
    card = samples.card("handover.desk.agreed_near", Language.EN)

    near = (
        "The agreed time (10:30) is too close to something else in Bo Berg's calendar."
    )
    assert near in texts(card)
    presses = of_type(card, "Action.Execute")
    assert [each.get("style") for each in presses] == [None, None, "positive"]


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("doubtful", Language.FI, ["Otan sovitun (10.30)", "Otan uuden (12.30)"]),
        ("doubtful", Language.SV, ["Ta avtalad tid (10.30)", "Ta ny tid (12.30)"]),
        ("doubtful", Language.EN, ["Take agreed (10:30)", "Take new (12:30)"]),
        ("another_day", Language.FI, ["Otan sovitun (24.11.)", "Otan uuden (25.11.)"]),
        (
            "desk.new_time",
            Language.FI,
            ["Sovittuun aikaan 10.30", "Uuteen aikaan 12.30"],
        ),
    ],
)
def test_of_two_times_each_button_says_which_it_takes(
    name: str, language: Language, said: list[str]
) -> None:
    card = samples.card(f"handover.{name}", language)

    titles = [press["title"] for press in of_type(card, "Action.Execute")]
    assert titles[:2] == said


def test_her_own_question_speaks_to_her() -> None:
    assert "Asiakkaan kieli ei ole palvelukielesi." in texts(
        samples.card("handover.doubtful", Language.FI)
    )
    assert "Bo Berg ei palvele asiakkaan kielellä." in texts(
        samples.card("handover.desk.doubtful", Language.FI)
    )


@pytest.mark.parametrize("language", Language)
def test_the_card_of_a_move_says_first_when_it_is_and_then_when_it_was(
    language: Language,
) -> None:
    card = samples.card("appointment.moved_by_client", language)

    view = samples.appointment(language)
    was = when_range(language, *samples.WAS)
    now, before = (
        when(language, view.start, view.end),
        text(language, "cards.appointment.moved_from", when=was),
    )
    blocks = of_type(card, "TextBlock")
    said = [each["text"] for each in blocks]
    assert said.index(now) < said.index(before)
    looks = {each["text"]: each for each in blocks}
    assert (looks[now]["weight"], looks[before]["isSubtle"]) == ("bolder", True)
    assert before not in [each["text"] for each in card["body"][0]["items"]]


@pytest.mark.parametrize("language", Language)
def test_who_is_stuck_has_each_thing_once_in_the_order_it_is_needed(
    language: Language,
) -> None:
    card = samples.card("arrival.could_not_join.begun", language)

    top = [
        action["title"]
        for row in card["body"]
        if row["type"] == "ActionSet"
        for action in row["actions"]
    ]
    assert top == [
        text(language, each)
        for each in (
            "cards.do.join",
            "lateness.do.late",
            "outcomes.way.not_reached",
            "cards.do.details",
            "outcomes.do.record",
            "cards.do.cancel",
        )
    ]
    data = [each["data"] for each in of_type(card, "Action.Execute")]
    said = [each[verbs.OUTCOME] for each in data if verbs.OUTCOME in each]
    assert sorted(said) == ["completed", "late", "no_show", "not_reached"]


def test_one_time_offered_is_one_time() -> None:
    assert "Ehdotettu aika" in texts(samples.card("offer.one", Language.FI))
    assert "Aikaa on ehdotettu" in texts(samples.card("offer.one", Language.FI))
    assert "Ehdotetut ajat" in texts(samples.card("offer.open", Language.FI))


def test_an_offer_whose_times_are_all_gone_says_so_and_has_no_deadline() -> None:
    card = samples.card("offer.none_left", Language.EN)

    assert "The suggested times are no longer free" in texts(card)
    assert "The client can no longer choose a time by the link." in texts(card)
    assert "Expires" not in texts(card)
    assert verbs.OFFER_WITHDRAW in json.dumps(card)


def test_where_its_client_may_choose_any_other_the_card_says_so_and_until_when() -> (
    None
):
    card = samples.card("offer.none_left.any_free", Language.EN)

    assert "The client can now choose any of your free times by the link." in texts(
        card
    )
    assert "can no longer choose" not in texts(card)
    assert "Valid until" in texts(card)


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


def test_whose_calendar_is_busy_is_said_and_what_to_do() -> None:
    own = texts(samples.card("handover.busy", Language.FI))
    desk = texts(samples.card("handover.desk.doubtful", Language.FI))

    assert "Kalenterissasi on jo muuta samaan aikaan. Jos otat ajan, vapauta" in own
    assert "Henkilön Bo Berg kalenterissa on jo muuta samaan aikaan. Siirto" in desk


def test_which_colleague_is_hers_to_choose() -> None:
    (whom,) = of_type(
        samples.card("conflict.colleagues", Language.FI), "Input.ChoiceSet"
    )

    assert "value" not in whom
    assert whom["isRequired"]
    assert whom["errorMessage"] == "Valitse kollega."


@pytest.mark.parametrize("whose", ["", "desk."])
def test_what_is_only_too_near_is_not_said_to_be_at_the_same_time(whose: str) -> None:
    asked = samples.card(f"handover.{whose}near", Language.FI)
    refused = texts(samples.card(f"handover.{whose}pause", Language.FI))

    assert "aikojen väliin ei jää 10 minuutin taukoa" in texts(asked).lower()
    assert refused.count("minuutin taukoa") == 1, "said once is enough"
    assert "samaan aikaan" not in texts(asked) + refused
    take, leave = of_type(asked, "Action.Execute")
    assert ("style" in take, leave["style"]) == (False, "positive")


def test_a_refusal_for_a_busy_time_names_the_ways_out() -> None:
    own = texts(samples.card("handover.overlap", Language.EN))
    desk = texts(samples.card("handover.desk.overlap", Language.EN))

    assert "Free it in your calendar and try again, or choose “Put it back”." in own
    assert "move it to another colleague or another time" in desk
    assert "Bo Berg's calendar already has" not in desk, "said once is enough"


@pytest.mark.parametrize("name", ["moved", "copied", "invited", "doubtful", "overlap"])
@pytest.mark.parametrize("language", Language)
def test_her_own_question_names_her_not_as_somebody_else(
    name: str, language: Language
) -> None:
    assert "Bo Berg" not in texts(samples.card(f"handover.{name}", language))


def test_a_question_put_again_says_that_it_is_a_reminder() -> None:
    again = text("en", "handovers.again")

    assert again in texts(samples.card("handover.again", Language.EN))
    assert again not in texts(samples.card("handover.moved", Language.EN))


def test_what_it_is_too_late_for_is_not_offered() -> None:
    assert of_type(samples.card("handover.over", Language.EN), "Action.Execute") == []
    (first, second) = of_type(
        samples.card("handover.new_ahead", Language.EN), "Action.Execute"
    )
    assert (first["verb"], first["style"]) == ("handover.take", "positive")
    assert second["verb"] == "handover.leave"


def test_what_nobody_answered_says_so_to_her_whose_it_was() -> None:
    card = samples.card("conflict.unanswered", Language.EN)

    assert "The time passed without an answer" in texts(card)
    assert "asked" not in texts(card)


@pytest.mark.parametrize("about", Asked)
def test_a_line_of_the_day_says_in_words_what_is_asked_about_it(about: Asked) -> None:
    view = samples.morning(Language.EN, 1)
    asked = Question(about, view.lines[0].end, "Bo Berg")
    line = replace(view.lines[0], waits=(asked,))

    drawn = texts(cards.morning(replace(view, lines=(line,))))

    what = text("en", f"waiting.kind.{about}", colleague="Bo Berg")
    whose = "yours" if asked.of_professional else "theirs"
    assert text("en", f"waiting.{whose}", what=what) in drawn
