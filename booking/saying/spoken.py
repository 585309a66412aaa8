"""Hours as they are spoken: *puoli kymmenen*, *halv tio*, *half past nine*, *at noon*.

They are rewritten as they would be written (*klo 9.30*), and all that is known of hours
goes for them. Only what says one hour in its language is: English *half ten* is left as
it stands, for some mean half past nine by it and some half past ten.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_HOURS, _MINUTES = 12, 60
#: From one to twelve: as they are counted, at what hour, until and since what hour.
_COUNTED = (
    "yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen"
    " yksitoista kaksitoista"
)
_WHEN = (
    "yhdeltä kahdelta kolmelta neljältä viideltä kuudelta seitsemältä kahdeksalta"
    " yhdeksältä kymmeneltä yhdeltätoista kahdeltatoista"
)
_TO = (
    "yhteen kahteen kolmeen neljään viiteen kuuteen seitsemään kahdeksaan yhdeksään"
    " kymmeneen yhteentoista kahteentoista"
)
_SINCE = (
    "yhdestä kahdesta kolmesta neljästä viidestä kuudesta seitsemästä kahdeksasta"
    " yhdeksästä kymmenestä yhdestätoista kahdestatoista"
)
_SV = "ett två tre fyra fem sex sju åtta nio tio elva tolv"
_EN = "one two three four five six seven eight nine ten eleven twelve"


@dataclass(frozen=True, slots=True)
class _Rule:
    """What stands for an hour, and how that is written."""

    pattern: re.Pattern[str]
    hours: Mapping[str, int]
    minutes: int  #: By which it is another than the hour that is named.
    written: str  #: With `{}` for the hour.

    def __call__(self, found: re.Match[str]) -> str:
        named = found["hour"]
        plain = named.isdecimal()
        if (plain and not self.minutes) or named.istitle():
            return found[0]  # Written already; or somebody's name.
        hour = int(named) if plain else self.hours[named.casefold()]
        if not 0 < hour <= _HOURS:
            return found[0]
        at = (hour * _MINUTES + self.minutes) % (_HOURS * _MINUTES)
        hour, minute = at // _MINUTES or _HOURS, at % _MINUTES
        return self.written.format(f"{hour}.{minute:02}" if minute else hour)


def _rule(
    before: str, words: str, minutes: int, written: str, after: str = ""
) -> _Rule:
    hours = {word: number for number, word in enumerate(words.split(), start=1)}
    # The longest first: *kahdelta* begins *kahdeltatoista*.
    named = "|".join(sorted(hours, key=len, reverse=True))
    found = rf"(?<!\w){before}(?P<hour>{named}|\d{{1,2}})(?![\w.:]){after}"
    return _Rule(re.compile(found, re.IGNORECASE), hours, minutes, written)


_KLO, _KL, _AT = r"(?:klo |kello )?", r"(?:kl\.? |klockan )?", r"(?:at )?(?:a )?"
_PARTS_FI = ((r"puoli ", -30), (r"varttia vaille ", -15), (r"varttia yli ", 15))
_PARTS_SV = ((r"halv ", -30), (r"kvart i ", -15), (r"kvart över ", 15))
_PARTS_EN = ((r"half past ", 30), (r"quarter to ", -15), (r"quarter past ", 15))
_NOON = re.compile(rf"(?<!\w){_AT}(?P<hour>noon|midday)(?!\w)", re.IGNORECASE)
_UNTIL, _FROM = r" (?:asti|saakka)(?!\w)", r" (?:alkaen|lähtien)(?!\w)"


def _finnish() -> Sequence[_Rule]:
    until, since = "klo {} asti", "klo {} alkaen"
    hour, named = r"(?:klo|kello) ", _TO.replace(" ", "|")
    next_is_end = rf"(?= {_KLO}(?:{named})(?!\w))"
    parts = [
        _rule(_KLO + part, words, minutes, said, after)
        for part, minutes in _PARTS_FI
        for words, said, after in (
            *((_COUNTED, "klo {}", ""), (_WHEN, "klo {}", "")),
            *((_TO, until, f"(?:{_UNTIL})?"), (_SINCE, since, f"(?:{_FROM})?")),
        )
    ]
    return [
        *parts,
        _rule(_KLO, _SINCE, 0, since, _FROM),
        _rule(_KLO, _SINCE, 0, since, next_is_end),
        _rule(hour, _SINCE, 0, since),
        _rule(_KLO, _TO, 0, until, _UNTIL),
        _rule(r"alkaen ", _TO, 0, f"alkaen {until}"),
        _rule(hour, _TO, 0, until),
        _rule(hour, _COUNTED, 0, "klo {}"),
        _rule(_KLO, _WHEN, 0, "klo {}"),
    ]


_RULES = (
    *_finnish(),
    *(_rule(_KL + part, _SV, minutes, "kl {}") for part, minutes in _PARTS_SV),
    _rule(r"(?:kl\.?|klockan) ", _SV, 0, "kl {}"),
    *(_rule(_AT + part, _EN, minutes, "at {}") for part, minutes in _PARTS_EN),
    _rule(r"at ", _EN, 0, "at {}"),
    _Rule(_NOON, dict.fromkeys(("noon", "midday"), _HOURS), 0, "at {}"),
)


def written(said: str) -> str:
    """Write the hours of a tidy sentence in figures; all else stays as it is."""
    for rule in _RULES:
        said = rule.pattern.sub(rule, said)
    return said
