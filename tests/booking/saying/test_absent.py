"""Away, back, and the settings: what is heard, what is asked, and what is never kept."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.absence import Wrong, span_of
from booking.model import Language
from booking.saying import Command, Unclear, Verb, understand
from booking.spans import HELSINKI

#: A Tuesday, 10.47 in Helsinki.
NOW = datetime(2026, 11, 24, 8, 47, 30, tzinfo=UTC)
FI, SV, EN = Language.FI, Language.SV, Language.EN


def heard(said: str, language: Language = FI) -> str:
    found = understand(said, language, NOW, HELSINKI)
    if isinstance(found, Unclear):
        return " | ".join(written(each) for each in found.readings)
    return "unknown" if found is None else written(found)


def written(command: Command) -> str:
    if command.verb is not Verb.AWAY:
        return command.verb.value
    return command.away.written if command.away else "when?"


TODAY, TOMORROW = "2026-11-24/2026-11-24", "2026-11-25/2026-11-25"
FRIDAY, WEEK = "2026-11-24/2026-11-27", "2026-12-01/2026-12-04"
HEARD = {
    TODAY: {
        FI: ["olen kipeä tänään", "poissa tänään", "Olen sairas koko päivän."],
        SV: ["jag är sjuk i dag", "borta idag", "jag är borta hela dagen"],
        EN: ["I'm ill today", "off sick today", "I am away all day"],
    },
    TOMORROW: {
        FI: ["olen huomenna poissa", "sairas huomenna", "lomalla ke"],
        SV: ["jag är borta i morgon", "sjuk imorgon"],
        EN: ["I'm away tomorrow", "off work tomorrow", "away on Wednesday"],
    },
    FRIDAY: {
        FI: ["poissa pe asti", "olen sairas perjantaihin", "kipeä perjantaihin saakka"],
        SV: ["borta till fredag", "sjuk t.o.m. fredag", "sjuk till och med fredag"],
        EN: ["away until Friday", "I'm off sick till Fri", "ill through Friday"],
    },
    WEEK: {
        FI: ["poissa 1.12.–4.12.", "poissa 1.-4.12.", "lomalla ti 1.12. - pe 4.12."],
        SV: ["borta 1.12–4.12.", "borta från 1 december till 4 december"],
        EN: ["away 1 Dec to 4 Dec", "away from 1 Dec until 4 Dec"],
    },
    "2026-11-30/2026-12-13": {
        FI: ["lomalla viikot 49-50"],
        SV: ["på semester vecka 49-50"],
        EN: ["on leave week 49 to 50"],
    },
    "2026-11-25/2026-11-27": {
        FI: ["poissa huomisesta perjantaihin", "poissa ke-pe"],
        SV: ["borta från i morgon till fredag"],
        EN: ["away from tomorrow to Friday"],
    },
    "2026-11-24/2026-11-24T12:00": {
        FI: ["poissa klo 12 asti", "olen sairas klo 12 saakka"],
        SV: ["borta till kl. 12", "jag är borta till klockan 12"],
        EN: ["away until 12:00", "I'm away till 12 pm"],
    },
    "2026-11-25T08:00/2026-11-25T12:00": {
        FI: ["poissa huomenna klo 8-12", "poissa huomenna klo 8.00–12.00"],
        SV: ["borta i morgon kl. 8–12"],
        EN: ["away tomorrow 8:00-12:00"],
    },
    "2026-11-24T12:00/2026-11-24": {
        FI: ["poissa klo 12 alkaen"],
        SV: ["borta från kl. 12"],
        EN: ["away from 12:00"],
    },
    "2026-11-30/2026-12-06": {
        FI: ["poissa ensi viikolla"],
        SV: ["borta nästa vecka"],
        EN: ["away next week"],
    },
    "when?": {
        FI: [
            *("olen kipeä", "poissa", "poissa 3 päivää", "poissa viikon", "kipeä 2 h"),
            *("poissa iltapäivällä", "poissa eilen", "poissa 30.2.", "poissa ennen pe"),
            *("Kalle on kipeä", "poissa maanantaista", "poissa ke, pe ja su"),
        ],
        SV: ["jag är sjuk", "borta två dagar", "borta på eftermiddagen", "sjuk igår"],
        EN: ["I'm ill", "away for 3 days", "away in the afternoon", "sick for a week"],
    },
    # Two ways to read it, and she says which.
    "2026-11-24T12:00/2026-11-24 | 2026-11-24/2026-11-24T12:00": {
        FI: ["poissa klo 12"],
        SV: ["borta kl 12"],
        EN: ["away at 12"],
    },
    "2026-11-24/2026-11-25T12:00 | 2026-11-25/2026-11-25T12:00": {
        FI: ["poissa huomenna klo 12 asti"],
    },
    "2026-11-24/2026-11-24 | 2026-12-01/2026-12-01": {
        FI: ["poissa tiistaina"],
        SV: ["borta på tisdag"],
        EN: ["away on Tuesday"],
    },
    "back": {
        FI: [
            *(
                "olen takaisin",
                "olen taas täällä",
                "palasin töihin",
                "en ole enää poissa",
                "olen terve",
            ),
            *("peru poissaolo", "Peru huomisen poissaolo", "perun poissaoloni"),
        ],
        SV: [
            *("jag är tillbaka", "jag är inte sjuk", "jag är frisk igen"),
            *("återkalla frånvaron", "avboka min frånvaro", "ta bort frånvaron"),
        ],
        EN: [
            *("I'm back", "I am back at work", "I'm not ill"),
            *("withdraw absence", "cancel my absence", "Cancel the absence"),
        ],
    },
    "settings": {
        FI: ["asetukset", "näytä asetukset"],
        SV: ["inställningar", "mina inställningar"],
        EN: ["settings", "my settings"],
    },
}


@pytest.mark.parametrize(
    ("meant", "language", "said"),
    [
        (meant, language, said)
        for meant, spoken in HEARD.items()
        for language, every in spoken.items()
        for said in every
    ],
)
def test_what_is_said_of_being_away_is_heard(meant: str, language: Language, said: str):
    assert heard(said, language) == meant


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("varaa Eva Back", "book"),
        ("etsi Maija Sairas", "find"),
        ("peru huomisen aika, asiakas on sairas", "find"),
        ("peru Maijan aika, poissaolo", "find"),
        ("asiakas on sairas", "unknown"),
        ("kunden är sjuk i dag", None),
        ("Eva Back", "unknown"),
        ("lediga tider i morgon", "free"),
        ("ehdota Maijalle aikaa, olen poissa pe", "offer"),
    ],
)
def test_what_is_about_something_else_is_not_her_absence(said: str, verb: str | None):
    found = heard(said)

    assert found not in {"when?", "back"}
    assert "/" not in found
    assert verb is None or found.startswith(verb)


@pytest.mark.parametrize(
    "said",
    [
        "olen poissa, palaan maanantaina",
        "olen sairas, töissä taas perjantaina",
        "jag är sjuk, tillbaka på fredag",
        "I'm ill, back on Friday",
    ],
)
def test_the_day_she_is_back_is_not_taken_for_the_day_she_is_away(said: str):
    assert heard(said) == "when?"


@pytest.mark.parametrize(
    "said",
    [
        "peru poissaolo",
        "poista poissaoloni",
        "poissaoloni on ohi",
        "avboka frånvaron",
        "ta bort min frånvaro",
        "cancel my absence",
    ],
)
def test_an_absence_is_taken_back_and_not_looked_for_as_a_client(said: str):
    assert heard(said) == "back"


def test_a_long_row_of_numbers_is_asked_about_and_takes_no_longer_than_others():
    assert heard("poissa " + "10.11, " * 140) == "when?"


@pytest.mark.parametrize("language", Language)
def test_why_she_is_away_is_in_nothing_that_comes_out(language: Language):
    reasons = {FI: "sairas kipeä flunssassa", SV: "sjuk sjukskriven", EN: "ill sick"}
    for reason in reasons[language].split():
        for rest in ("", " 24.11.", " klo 12", " flunssa", " x" * 99):
            found = understand(f"{reason}{rest}", language, NOW, HELSINKI)
            plain = understand(f"{_PLAIN[language]}{rest}", language, NOW, HELSINKI)
            assert found == plain
            assert reason not in repr(found)


_PLAIN = {FI: "poissa", SV: "borta", EN: "away"}


@given(st.text(max_size=60), st.sampled_from(["poissa", "sjuk", "I'm away until"]))
def test_whatever_is_written_beside_it_makes_an_absence_that_can_be(
    said: str, word: str
):
    found = understand(f"{word} {said}", FI, NOW, HELSINKI)

    readings = found.readings if isinstance(found, Unclear) else [found]
    for each in readings:
        if isinstance(each, Command) and each.away is not None:
            assert not isinstance(span_of(each.away, NOW, HELSINKI), Wrong)
            assert Command.read(each.written) == each
