"""What is said to the bot in a channel, in three languages and as people type."""

import pytest

from booking.saying.desk import DeskVerb, understand

SAID = {
    DeskVerb.DESK: (
        *("päivystys", "Päivystyskanava!", "tee tästä päivystys", "paivystys"),
        *("jour", "gör detta till jourkanal", "desk", "the duty desk, please"),
        *("lopeta päivystys", "päivystys tänään"),
    ),
    DeskVerb.TODAY: (
        *("tänään", "TÄNÄÄN?", "tanaan", "päivän tilanne", "idag", "i dag"),
        *("dagens läge", "today", "today's status", "overview"),
    ),
    DeskVerb.HELP: ("ohje", "hjälp", "help", "", "   ", "hae Virtanen", "x" * 9999),
}


@pytest.mark.parametrize(
    ("said", "verb"), [(one, verb) for verb, every in SAID.items() for one in every]
)
def test_a_word_is_enough_and_the_rest_is_help(said: str, verb: DeskVerb):
    assert understand(said) is verb
