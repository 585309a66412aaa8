"""What is written on a telephone, without dots, and words that people use besides."""

import pytest

from booking.model import Language
from booking.saying import Command, Verb, understand
from booking.saying.dots import dotted
from booking.spans import HELSINKI
from tests.booking.saying.test_understand import EN, FI, NOW, SV, heard


@pytest.mark.parametrize(
    ("said", "language", "meant"),
    [
        ("tanaan", FI, "day 2026-11-23"),
        ("paivan ajat", FI, "day 2026-11-23"),
        ("siirra Maija Meri perjantaille", FI, "move 2026-11-27 Maija Meri"),
        ("Siirra K7Q2FM huomenna", FI, "move 2026-11-24 K7Q2FM"),
        ("myohastyn 10 min", FI, "late 10"),
        ("nasta vecka", SV, "week 2026-11-30/2026-12-06"),
        ("muuta Maija Meri perjantaille", FI, "move 2026-11-27 Maija Meri"),
        ("ställ in Maija Meri", SV, "find Maija Meri"),
        ("ställ in K7Q2FM", SV, "find K7Q2FM"),
        ("avbryt Maija Meri", SV, "find Maija Meri"),
        ("tulos Maija Meri", FI, "find Maija Meri"),
        ("resultat Maija Meri", SV, "find Maija Meri"),
        ("running 20 min late", EN, "late 20"),
        ("running 10 minutes late", EN, "late 10"),
        ("vapaa huomenna iltapäivällä", FI, "free 2026-11-24T12:00"),
        ("ledig i morgon eftermiddag", SV, "free 2026-11-24T12:00"),
        ("free tomorrow afternoon", EN, "free 2026-11-24T12:00"),
    ],
)
def test_it_is_understood(said: str, language: Language, meant: str):
    assert heard(said, language) == meant


@pytest.mark.parametrize(
    "said", ["Maki", "hae Nasta Salo", "en andra tid", "book for Anna", "på plats"]
)
def test_names_and_words_of_their_own_stay_as_they_are(said: str):
    assert dotted(said) == said


def test_another_time_is_not_a_move():
    assert "move" not in heard("onko muuta aikaa vapaana huomenna", FI)
    assert heard("varaa huomenna iltapäivällä", FI) == "? strange: book 2026-11-24"


@pytest.mark.parametrize(
    ("said", "language", "meant", "which"),
    [
        ("siirrä kello 10.45 aika huomiseksi", FI, "move 2026-11-24 10.45", "10:45"),
        ("siirrä 10.45 aika huomiseksi", FI, "move 2026-11-24 10.45", "10:45"),
        ("siirrä seuraava huomiseen", FI, "move 2026-11-24 seuraava", "next"),
        ("flytta nästa till i morgon", SV, "move 2026-11-24 nästa", "next"),
        ("flytta tiden kl 10.45 till fredag", SV, "move 2026-11-27 10.45", "10:45"),
        ("move the 10:45 appointment to Friday", EN, "move 2026-11-27 10.45", "10:45"),
        ("move my next to tomorrow", EN, "move 2026-11-24 next", "next"),
    ],
)
def test_what_is_moved_is_pointed_at(
    said: str, language: Language, meant: str, which: str
):
    found = understand(said, language, NOW, HELSINKI)

    assert heard(said, language) == meant
    assert isinstance(found, Command)
    assert found.which == which
    assert Command.read(found.written) == found


@pytest.mark.parametrize("said", ["siirrä seuraavalle viikolle", "siirrä klo 14"])
def test_where_only_to_when_is_said_it_is_asked_which(said: str):
    found = understand(said, FI, NOW, HELSINKI)

    assert getattr(found, "verb", None) is not Verb.MOVE
