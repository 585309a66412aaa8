"""An organisation's own lines: plain, short, leading nowhere, naming nothing."""

import pytest

from booking import own_lines
from booking.sms_length import length

UNSAID = ("Työnhakupalvelut", "Aino Aalto", "TE", "Neuvonta")


@pytest.mark.parametrize(
    "line",
    ["Hyvä asiakkaamme", "Ystävällisin terveisin", "Palvelemme klo 9.00-16.00", "Moi."],
)
def test_what_says_nothing_of_anybody_may_be_said(line: str):
    assert own_lines.wrong(line, UNSAID) is None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("x" * 161, "too_long"),
        ("Katso https://kunta.example", "line_link"),
        ("Katso www.kunta.example", "line_link"),
        ("Katso kunta.fi", "line_link"),
        ("Katso bit.ly/2abc", "line_link"),
        ("Katso 1a.gov", "line_link"),
        ("Kirjoita posti@kunta", "line_link"),
        ("Hei {name}", "line_place"),
        ("<b>Hei</b>", "line_place"),
        ("Terveisin Työnhakupalvelut", "line_names"),
        ("Terveisin TYÖNHAKUPALVELUT", "line_names"),
        ("Aino  Aalto tervehtii", "line_names"),
        ("Neuvontaan tervetuloa", "line_names"),
    ],
)
def test_what_leads_somewhere_or_names_something_may_not(line: str, problem: str):
    assert own_lines.wrong(own_lines.tidy(line), UNSAID) == problem


def test_a_line_is_one_line_without_what_cannot_be_seen():
    assert own_lines.tidy(" Hei\r\nBcc: x\u202e\u0000 ") == "Hei Bcc: x"


@pytest.mark.parametrize(
    ("text", "characters", "parts", "wide"),
    [
        ("ä" * 160, 160, 1, False),
        ("ä" * 161, 161, 2, False),
        ("x" * 306, 306, 2, False),
        ("x" * 307, 307, 3, False),
        ("€" * 80, 160, 1, False),
        ("€" * 81, 162, 2, False),
        ("–" + "x" * 69, 70, 1, True),
        ("–" + "x" * 70, 71, 2, True),
        ("🙂" * 35, 70, 1, True),
        ("", 0, 1, False),
    ],
)
def test_an_sms_is_counted_as_networks_count_it(
    text: str, characters: int, parts: int, *, wide: bool
):
    found = length(text)

    assert (found.characters, found.parts, found.wide) == (characters, parts, wide)
