"""What is said to the bot in a Teams channel: a word or two, in any language.

A channel knows few things, so nothing is asked back: the first word known decides, and
what holds none that is known asks for help.
"""

import re
from enum import StrEnum
from unicodedata import normalize

_WORD = re.compile(r"[^\W\d_]+")
#: Of a longer text no more is read: it is a talk among people.
_WORDS_MAX = 40


class DeskVerb(StrEnum):
    DESK = "desk"  #: Whose desk this channel is; on its card it is made one or let go.
    TODAY = "today"  #: The day of the unit.
    HELP = "help"


#: Beginnings: *päivystyskanava* and *päivystykseksi* are meant by *päivystys* too.
_BEGUN = {
    DeskVerb.DESK: "päivysty päivysta paivyst jour jouren desk duty on_call",
    DeskVerb.TODAY: "tänään tanaan tämänpäiv päivän_til tilanne idag i_dag dagens läget"
    " lägesbild today overview status",
    DeskVerb.HELP: "ohje apu apua hjälp help",
}


def understand(said: str) -> DeskVerb:
    """Say what is asked for; the desk itself comes first."""
    words = _WORD.findall(normalize("NFC", said).casefold())[:_WORDS_MAX]
    text = " ".join(words)
    for verb, beginnings in _BEGUN.items():
        for one in beginnings.split():
            if f" {text}".find(f" {one.replace('_', ' ')}") >= 0:
                return verb
    return DeskVerb.HELP
