"""How an appointment is asked to be moved: whose, and to when."""

import pytest

from booking.model import Language
from tests.booking.saying.test_understand import EN, FI, SV, heard

CLEAR = {
    "move 2026-11-24 Helmi Korhonen": {
        FI: ["siirrä Helmi Korhonen huomenna"],
        SV: ["flytta Helmi Korhonen till i morgon"],
        EN: ["move Helmi Korhonen to tomorrow"],
    },
    "move 2026-11-27 Maj": {SV: ["flytta Maj till fredag"]},
    "move 2026-11-27 April Jones": {EN: ["move April Jones to Friday"]},
    "move 2026-11-27 Maija": {
        FI: ["voitko siirtää Maija perjantaille", "pitäisi siirtää Maija perjantaihin"],
        SV: ["kan du flytta Maija till fredag", "boka om Maija till fredag"],
        EN: ["could you move Maija to Friday", "I need to move Maija to Friday"],
    },
    "move K7Q2FM 14:00": {
        FI: ["siirrä K7Q2FM klo 14", "siirrä K7Q2FM klo 14.00"],
        SV: ["flytta K7Q2FM till kl. 14", "boka om K7Q2FM till kl 14"],
        EN: ["move K7Q2FM to 2 pm", "reschedule K7Q2FM to 14:00"],
    },
}


@pytest.mark.parametrize(
    ("said", "language", "meant"),
    [
        (said, language, meant)
        for meant, spoken in CLEAR.items()
        for language, sentences in spoken.items()
        for said in sentences
    ],
)
def test_whose_it_is_and_to_when(said: str, language: Language, meant: str):
    assert heard(said, language) == meant


@pytest.mark.parametrize(
    ("said", "language", "meant"),
    [
        ("siirrä K7Q2FM 14", FI, "several: move 2026-12-14 K7Q2FM, move K7Q2FM 14:00"),
        ("siirrä K7Q2FM klo 2", FI, "several: move K7Q2FM 14:00, move K7Q2FM 02:00"),
        ("move K7Q2FM to another day", EN, "strange: move K7Q2FM"),
        ("move Jones to 3 May Smith", EN, "strange: move 2027-05-03 Jones"),
        ("boka om en vecka", SV, "strange: book"),
    ],
)
def test_no_part_of_it_is_guessed_or_dropped(said: str, language: Language, meant: str):
    assert heard(said, language) == f"? {meant}"
