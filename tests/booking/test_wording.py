"""How words are put together."""

import re

import pytest

from booking.model import Modality
from booking.wording import LANGUAGES, catalogue, listed, text


@pytest.mark.parametrize(
    ("language", "two", "three"),
    [
        ("fi", "A ja B", "A, B ja C"),
        ("sv", "A och B", "A, B och C"),
        ("en", "A and B", "A, B and C"),
    ],
)
def test_the_last_of_several_is_joined_by_the_languages_and(language, two, three):
    assert listed(language, ["A"]) == "A"
    assert listed(language, ["A", "B"]) == two
    assert listed(language, ["A", "B", "C"]) == three


@pytest.mark.parametrize(
    ("language", "if_"), [("fi", "jos olet"), ("sv", "om du är"), ("en", "if you are")]
)
def test_what_waits_for_a_calendar_is_promised_only_to_who_is_free(language, if_):
    assert if_ in text(language, "desk.bar.confirming")


@pytest.mark.parametrize("modality", Modality)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_way_of_meeting_has_one_name_wherever_it_is_said(language, modality):
    """On pages, on cards, and within a line; so two names never meet on one page."""
    named = {
        key: catalogue(language).gettext(key)
        for key in catalogue(language)._catalog
        if re.fullmatch(rf"(\w+\.)*modality\.{modality}(\.short)?", str(key))
    }

    assert {"modality", "cards.modality", "common.modality"} == {
        key.removesuffix(f".{modality}") for key in named
    }
    (name,) = {each[:1].upper() + each[1:] for each in named.values()}
    assert name == text(language, f"modality.{modality}")


@pytest.mark.parametrize(
    ("language", "key", "said"),
    [
        ("fi", "team.say.not_moved", "Ei siirretty. Bo ei ole vapaa klo 13.00."),
        ("sv", "team.say.not_moved", "Inte flyttad. Bo är inte ledig kl. 13.00."),
        ("fi", "team.say.not_moved_past", "Ei siirretty. Aika klo 13.00 on jo mennyt."),
        ("fi", "desk.asked.done", "Päivystyskanavalta on kysytty."),
        ("sv", "outcomes.way.late", "Kom sent"),
        ("fi", "cards.fact.expires", "Voimassa asti"),
        ("fi", "absence.do.change", "Muuta poissaoloa"),
    ],
)
def test_what_stands_alone_says_all_that_it_must(language, key, said):
    assert text(language, key, who="Bo", at="13.00") == said
