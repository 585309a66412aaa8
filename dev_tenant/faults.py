"""Unpleasantness on order: rules that make chosen requests fail.

A rule matches by method, path and mailbox, lets `nth - 1` matching requests through
and then bites `count` times. With `after_effect` the request does its work first and
only its answer is lost.
"""

import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass
class Fault:
    method: str = ""  #: empty: any
    path: str = ""  #: regular expression searched in the path; empty: any
    mailbox: str = ""  #: user id or address; empty: any
    nth: int = 1
    count: int = 1  #: 0: for ever
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
        self.bitten += 1
        return True


@dataclass
class Faults:
    rules: list[Fault] = field(default_factory=list)

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
        self.rules.clear()

    def pick(self, area: str, method: str, path: str, names: set[str]) -> Fault | None:
        """The first rule that bites this request; `names` are the mailbox's, lower."""
        for rule in self.rules:
            if rule.matches(area, method, path, names) and rule.bites():
                return rule
        return None

    def described(self) -> list[dict[str, Any]]:
        return [asdict(rule) for rule in self.rules]
