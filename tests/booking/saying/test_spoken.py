"""Hours as they are spoken are heard as if they were written."""

import pytest

from booking.model import Language
from booking.saying import Command, understand
from booking.saying.spoken import written
from booking.spans import HELSINKI
from tests.make import NOW

SPOKEN = {
    "klo 9.30": ["puoli kymmenen", "klo puoli 10", "kello puoli kymmeneltä"],
    "klo 9.45": ["varttia vaille kymmenen", "varttia vaille 10"],
    "klo 10": ["kello kymmenen", "KELLO KYMMENEN", "klo kymmeneltä", "kymmeneltä"],
    "klo 12": ["kahdeltatoista", "kello kaksitoista"],
    "klo 12.30": ["puoli yksi", "puoli yhdeltä"],
    "klo 10 asti": ["kymmeneen asti", "klo kymmeneen", "kello kymmeneen saakka"],
    "klo 9.30 alkaen": ["puoli kymmenestä", "puoli kymmenestä lähtien"],
    "klo 10 alkaen klo 12 asti": [
        "kymmenestä kahteentoista",
        "klo kymmenestä kahteentoista asti",
    ],
    "kl 9.30": ["halv tio", "kl. halv tio", "klockan halv 10"],
    "kl 9.15": ["kvart över nio"],
    "kl 3": ["klockan tre", "kl. tre"],
    "at 9.30": ["half past nine", "at half past 9"],
    "at 9.45": ["a quarter to ten", "at quarter to ten"],
    "at 12": ["noon", "at midday"],
    "at 9": ["at nine"],
}
#: No hour, somebody's name, or an hour of which it is not known which.
LEFT = [
    *("half ten", "halv", "puoli", "puoli tuntia", "en halvtimme", "kymmeneen"),
    *("Noon", "at Seven", "Puoli Kymmenen", "half past 25", "half past 0", "klo 10.30"),
    *(
        "klo 10",
        "kl. 9",
        "at 10:30",
        "kymmenen minuuttia",
        "one appointment",
        "ett samtal",
    ),
]


@pytest.mark.parametrize(
    ("figures", "said"), [(one, each) for one, all_ in SPOKEN.items() for each in all_]
)
def test_an_hour_is_written_in_figures(figures: str, said: str):
    assert written(f"varaa {said} Maija") == f"varaa {figures} Maija"


@pytest.mark.parametrize("said", LEFT)
def test_what_is_no_hour_stays_as_it_is(said: str):
    assert written(f"varaa {said}") == f"varaa {said}"


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("varaa huomenna puoli kymmeneltä", Language.FI),
        ("boka i morgon kl. halv tio", Language.SV),
        ("book tomorrow at half past nine", Language.EN),
    ],
)
def test_it_is_booked_as_if_it_had_been_written(said: str, language: Language):
    found = understand(said, language, NOW, HELSINKI)

    assert isinstance(found, Command)
    assert found == understand("varaa huomenna klo 9.30", language, NOW, HELSINKI)
