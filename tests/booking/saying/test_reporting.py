"""What is reported to the bot: how an appointment went, and that somebody is late."""

import pytest

from booking.model import Language
from booking.saying import Command, Unclear, Verb, Why, understand
from booking.spans import HELSINKI
from tests.make import NOW

REF = "K7Q2FM"
OUTCOMES = {
    "": [
        *("tulos", "Tulokset", "tulos?", "näytä tulokset", "kirjaa", "ei saapunut"),
        *("resultat", "visa resultat", "outcome", "show outcomes", "results"),
    ],
    REF: [f"tulos {REF}", f"kirjaa {REF.lower()}", f"resultat {REF}", f"outcome {REF}"],
}
RECORDED = {
    "completed": [f"kirjaa {REF} toteutui", f"{REF} deltog", f"record {REF} attended"],
    "late": [f"{REF} myöhästyi", f"resultat {REF} kom för sent", f"outcome {REF} late"],
    "no_show": [
        *(f"kirjaa {REF} ei saapunut", f"{REF}: ei tullut", f"{REF} uteblev"),
        *(f"{REF} no-show", f"record {REF} didn\u2019t come", f"ei saapunut {REF}"),
    ],
    "not_reached": [
        *(f"{REF} ei tavoitettu", f"{REF} nåddes inte", f"{REF} not reached"),
    ],
}
LATE = {
    "": [
        *(
            "myöhässä",
            "Olen myöhässä",
            "sen",
            "Jag är sen",
            "late",
            "I\u2019m running late",
        ),
        *("myöhässä tunnin", "late 10:30", "myöhästyn 90 min", "myöhästyn 2 min"),
        *("myöhästyn 5 tai", "försenad 5 eller 10"),
    ],
    "10": [
        *("myöhästyn 10 min", "myöhästyn10min", "olen noin 10 minuuttia myöhässä"),
        *("10 min sen", "jag är tio minuter försenad", "10 minutes late"),
    ],
    "15": ["running late 15", "vartin myöhässä", "en kvart sen", "late 15"],
    "30": ["puoli tuntia myöhässä", "en halvtimme sen", "half an hour late"],
}
ON_TIME = [
    *("ajoissa sittenkin", "en ole myöhässä", "ehdin ajoissa", "ehdin sittenkin"),
    *("i tid ändå", "jag hinner i tid", "jag hinner ändå"),
    *("on time after all", "I'll make it on time", "I will make it after all"),
]


def meant(said: str, language: Language = Language.FI):
    return understand(said, language, NOW, HELSINKI)


@pytest.mark.parametrize(
    ("whom", "said"), [(ref, one) for ref, every in OUTCOMES.items() for one in every]
)
def test_it_is_asked_which_have_no_outcome_or_how_one_went(whom: str, said: str):
    assert meant(said) == Command(Verb.OUTCOME, whom=whom)


@pytest.mark.parametrize(
    ("what", "said"), [(what, one) for what, every in RECORDED.items() for one in every]
)
@pytest.mark.parametrize("language", Language)
def test_how_one_went_is_understood_in_any_language(
    what: str, said: str, language: Language
):
    assert meant(said, language) == Command(Verb.OUTCOME, whom=REF, what=what)


@pytest.mark.parametrize(
    ("what", "said"),
    [(what, one) for what, every in LATE.items() for one in every if " tai" not in one],
)
def test_how_late_is_understood_only_where_it_is_clear(what: str, said: str):
    found = meant(said)

    if "eller" in said:
        assert found == Unclear(Why.STRANGE, (Command(Verb.LATE),), "eller")
    else:
        assert found == Command(Verb.LATE, what=what)


@pytest.mark.parametrize("said", ON_TIME)
def test_it_is_taken_back(said: str):
    assert meant(said) == Command(Verb.ON_TIME)


@pytest.mark.parametrize(
    ("said", "reading", "strange"),
    [
        ("kirjaa Virtanen ei saapunut", Command(Verb.OUTCOME), "Virtanen"),
        (f"kirjaa {REF} ei", Command(Verb.OUTCOME, whom=REF), "ei"),
        (f"kirjaa {REF} ehkä toteutui", Command(Verb.OUTCOME, whom=REF), "ehkä"),
        ("myöhästyn Maijan ajasta 10 min", Command(Verb.LATE), "Maijan"),
        ("inte late", None, ""),
    ],
)
def test_a_word_not_known_leaves_it_open(said, reading, strange):
    found = meant(said)

    if reading is None:
        assert not isinstance(found, Command)
    else:
        assert found == Unclear(Why.STRANGE, (reading,), strange)


def test_two_references_and_two_outcomes_are_asked_about():
    both = meant(f"kirjaa {REF} H4X9PD toteutui")

    readings = tuple(Command(Verb.OUTCOME, whom=each) for each in (REF, "H4X9PD"))
    assert both == Unclear(Why.SEVERAL, readings)
    assert meant(f"{REF} toteutui myöhästyi") == Command(Verb.OUTCOME, whom=REF)


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        (REF, Verb.FIND),
        (f"peru {REF}", Verb.FIND),
        ("hae Late", Verb.FIND),
        ("varaa myöhässä", Verb.BOOK),
        ("varaa Amartya Sen", Verb.BOOK),
        ("seuraava", Verb.NEXT),
    ],
)
def test_what_is_about_something_else_goes_its_own_way(said: str, verb: Verb):
    assert getattr(meant(said), "verb", None) is verb


@pytest.mark.parametrize(
    "said",
    ["the client is late", "client running late", "klienten är sen", "kunden försenad"],
)
def test_a_client_who_is_late_is_no_delay_to_tell_others_of(said: str):
    assert meant(said) == Command(Verb.OUTCOME)


@pytest.mark.parametrize("said", ["late for the client", "jag är sen till kunden"])
def test_who_is_late_for_a_client_tells_of_her_own_delay(said: str):
    assert meant(said) == Command(Verb.LATE)


def test_a_button_of_a_reading_records_nothing_and_tells_nobody():
    for each in (
        Command(Verb.OUTCOME, whom=REF, what="no_show"),
        Command(Verb.LATE, what="10"),
    ):
        read = Command.read(each.written)
        assert read is not None
        assert (read.verb, read.what) == (each.verb, "")
