"""Unpleasantness on order: rules that make chosen requests fail, and bad weather.

A rule matches by method, path and mailbox, lets `nth - 1` matching requests through
and then bites `count` times, every one or every so manieth. With `after_effect` the
request does its work first and only its answer is lost.
Weather needs no rules: each request has its chance to fail, drawn from a seed, so that
a storm can be played again.
"""

import random
import re
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from typing import Any

WEATHER = "weather"


@dataclass
class Fault:
    name: str = ""  #: For taking it back, and for counting; empty: nobody asks.
    method: str = ""  #: empty: any
    path: str = ""  #: regular expression searched in the path; empty: any
    mailbox: str = ""  #: user id or address; empty: any
    nth: int = 1
    count: int = 1  #: 0: for ever
    every: int = 1  #: From the nth on; 2: every second of those that match.
    status: int = 503
    code: str = ""
    message: str = ""
    retry_after: str | float | None = None
    delay: float = 0.0
    after_effect: bool = False
    drop: bool = False  #: Close the connection instead of answering.
    only_delay: bool = False  #: Answer as usual, but late.
    area: str = "graph"  #: graph, entra or connector
    seen: int = 0
    bitten: int = 0

    def matches(self, area: str, method: str, path: str, names: set[str]) -> bool:
        return (
            self.area == area
            and (not self.method or self.method.upper() == method.upper())
            and (not self.mailbox or self.mailbox.lower() in names)
            and (not self.path or re.search(self.path, path) is not None)
        )

    def bites(self) -> bool:
        """Count one matching request; True when it is to fail."""
        self.seen += 1
        if self.seen < self.nth or (self.count and self.bitten >= self.count):
            return False
        if (self.seen - self.nth) % max(1, self.every):
            return False
        self.bitten += 1
        return True


@dataclass
class Weather:
    """Chances, from 0 to 1, of what may befall a request to Graph."""

    seed: int = 0
    throttled: float = 0.0  #: 429 before anything was done
    failed: float = 0.0  #: 503 before anything was done
    lost: float = 0.0  #: 504 after it was done
    dropped: float = 0.0  #: the connection closed after it was done
    slow: float = 0.0  #: answered, but after `slow_seconds`
    slow_seconds: float = 1.0
    chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def draw(self) -> Fault | None:
        """What befalls the next request; one number is drawn for each."""
        point = self.chance.random()
        for share, fault in (
            (self.throttled, Fault(status=429, retry_after=1)),
            (self.failed, Fault(status=503)),
            (self.lost, Fault(status=504, after_effect=True)),
            (self.dropped, Fault(after_effect=True, drop=True)),
            (self.slow, Fault(only_delay=True, delay=self.slow_seconds)),
        ):
            if point < share:
                return fault
            point -= share
        return None


def read_weather(given: dict[str, Any]) -> Weather:
    known = {f.name for f in fields(Weather) if f.init}
    unknown = sorted(set(given) - known)
    if unknown:
        raise ValueError(f"unknown in weather: {', '.join(unknown)}")
    return Weather(**given)


@dataclass
class Faults:
    rules: list[Fault] = field(default_factory=list)
    weather: Weather | None = None
    #: How often each named rule, each switch and the weather have struck.
    struck: Counter[str] = field(default_factory=Counter)

    def strike(self, name: str, times: int = 1) -> None:
        """Count that a fault had its effect."""
        if times:
            self.struck[name] += times

    def add(self, rule: dict[str, Any]) -> Fault:
        """Add a rule; a name it does not know is refused with ValueError."""
        known = {f.name for f in fields(Fault)}
        unknown = sorted(set(rule) - known)
        if unknown:
            raise ValueError(f"unknown in a fault: {', '.join(unknown)}")
        re.compile(str(rule.get("path", "")))
        fault = Fault(**rule)
        self.rules.append(fault)
        return fault

    def clear(self) -> None:
        self.quiet()
        self.struck.clear()

    def quiet(self) -> None:
        """Take everything back; what has struck stays counted."""
        self.rules.clear()
        self.weather = None

    def remove(self, name: str) -> None:
        """Take the rules of a name back."""
        self.rules[:] = [rule for rule in self.rules if rule.name != name]

    def pick(self, area: str, method: str, path: str, names: set[str]) -> Fault | None:
        """The first rule that bites this request; `names` are the mailbox's, lower."""
        for rule in self.rules:
            if rule.matches(area, method, path, names) and rule.bites():
                self.strike(rule.name, times=bool(rule.name))
                return rule
        if self.weather is not None and area == "graph":
            drawn = self.weather.draw()
            self.strike(WEATHER, times=drawn is not None)
            return drawn
        return None

    def described(self) -> list[dict[str, Any]]:
        return [asdict(rule) for rule in self.rules]
