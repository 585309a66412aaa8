"""The OData that Graph's clients use here: $filter, $select, $orderby, $expand.

A small recursive reader turns a filter into a function over the JSON of one item.
What it does not understand is refused with 400, never ignored.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from dev_tenant.graph.answers import Failure, bad_request
from dev_tenant.tenant import Json

Test = Callable[[Json], bool]
Value = Callable[[Json], Any]

_token = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<moment>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?(?![\w-]))"
    r"|(?P<name>[@A-Za-z_][\w.@-]*(?:/[A-Za-z_][\w.]*)*)"
    r"|(?P<mark>[(),:=]))"
)
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: bool(a == b),
    "ne": lambda a, b: bool(a != b),
    "gt": lambda a, b: a is not None and b is not None and bool(a > b),
    "ge": lambda a, b: a is not None and b is not None and bool(a >= b),
    "lt": lambda a, b: a is not None and b is not None and bool(a < b),
    "le": lambda a, b: a is not None and b is not None and bool(a <= b),
}
FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "startswith": lambda a, b: a.startswith(b),
    "endswith": lambda a, b: a.endswith(b),
    "contains": lambda a, b: b in a,
}


def property_id(text: str) -> str:
    """The comparable form of an extended property's id."""
    return re.sub(r"\{[^}]*\}", lambda m: m.group(0).lower(), text.strip())


def read_filter(text: str) -> Test:
    reader = _Reader(text)
    test = reader.either()
    reader.finish()
    return test


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            found = _token.match(text, at)
            if found is None:
                raise self.wrong()
            assert found.lastgroup is not None
            self.tokens.append((found.lastgroup, found.group(found.lastgroup)))
            at = found.end()
        self.at = 0

    def wrong(self) -> Failure:
        return bad_request(f"Invalid filter clause: {self.text}")

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def take(self, kind: str = "", text: str = "") -> str:
        found = self.peek()
        if (kind and found[0] != kind) or (text and found[1] != text) or not found[0]:
            raise self.wrong()
        self.at += 1
        return found[1]

    def finish(self) -> None:
        if self.at != len(self.tokens):
            raise self.wrong()

    def either(self) -> Test:
        tests = [self.both()]
        while self.peek() == ("name", "or"):
            self.at += 1
            tests.append(self.both())
        return lambda item: any(t(item) for t in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.peek() == ("name", "and"):
            self.at += 1
            tests.append(self.one())
        return lambda item: all(t(item) for t in tests)

    def one(self) -> Test:
        kind, text = self.peek()
        if (kind, text) == ("name", "not"):
            self.at += 1
            inner = self.one()
            return lambda item: not inner(item)
        if (kind, text) == ("mark", "("):
            self.at += 1
            inner = self.either()
            self.take("mark", ")")
            return inner
        if kind == "name" and text.lower() in FUNCTIONS and self.next_opens():
            return self.function()
        if kind == "name" and text.endswith(("/any", "/all")) and self.next_opens():
            return self.lambda_()
        return self.comparison()

    def next_opens(self) -> bool:
        following = self.tokens[self.at + 1 : self.at + 2]
        return following == [("mark", "(")]

    def function(self) -> Test:
        name = self.take("name").lower()
        self.take("mark", "(")
        left = self.value()
        self.take("mark", ",")
        right = self.value()
        self.take("mark", ")")
        test = FUNCTIONS[name]
        return lambda item: test(_lower(left(item)), _lower(right(item)))

    def lambda_(self) -> Test:
        path, _, kind = self.take("name").rpartition("/")
        self.take("mark", "(")
        variable = self.take("name")
        self.take("mark", ":")
        inner = self.either()
        self.take("mark", ")")
        every = all if kind == "all" else any
        return lambda item: every(
            inner({variable: one, "$outer": item}) for one in _at(item, path) or []
        )

    def comparison(self) -> Test:
        left = self.value()
        kind, text = self.peek()
        if kind != "name" or text not in COMPARE:
            return lambda item: left(item) is True
        self.at += 1
        right, test = self.value(), COMPARE[text]
        return lambda item: _compare(test, left(item), right(item))

    def value(self) -> Value:
        kind, text = self.peek()
        self.at += 1
        if kind == "text":
            literal = text[1:-1].replace("''", "'")
            return lambda _: literal
        if kind == "moment":
            return lambda _: text
        if kind == "number":
            number = float(text)
            return lambda _: number
        if kind == "name" and text in {"true", "false", "null"}:
            known = {"true": True, "false": False, "null": None}[text]
            return lambda _: known
        if kind == "name":
            if text.lower() == "cast" and self.peek() == ("mark", "("):
                return self.cast()
            return lambda item: _at(item, text)
        raise self.wrong()

    def cast(self) -> Value:
        self.take("mark", "(")
        inner = self.value()
        self.take("mark", ",")
        self.take("name")
        self.take("mark", ")")
        return inner


def _lower(value: Any) -> str:
    return "" if value is None else str(value).lower()


def _compare(test: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        a, b = _moment(left), _moment(right)
        if a is not None and b is not None:
            return test(a, b)
        if left.startswith(("String {", "Integer {")):
            return test(property_id(left), property_id(right))
        return test(left.lower(), right.lower())
    if isinstance(left, int) and not isinstance(left, bool):
        left = float(left)
    return test(left, right)


def _moment(text: str) -> datetime | None:
    if text[10:11] != "T":
        return None
    try:
        found = datetime.fromisoformat(text[:26].rstrip("Z"))
    except ValueError:
        return None
    return found.replace(tzinfo=None)


def _at(item: Any, path: str) -> Any:
    for name in path.split("/"):
        if not isinstance(item, dict):
            return None
        item = item.get(name)
    return item


def names(text: str) -> list[str]:
    return [n.strip() for n in text.split(",") if n.strip()]


def select(item: Json, wanted: list[str]) -> Json:
    """Only the wanted properties; id, annotations and what is expanded come along."""
    if not wanted or "*" in wanted:
        return item
    tops = {w.partition("/")[0] for w in wanted}
    tops |= {"id", "singleValueExtendedProperties"}
    return {k: v for k, v in item.items() if k in tops or k.startswith("@")}


def order(items: list[Json], text: str) -> list[Json]:
    """Sort by `a/b desc, c`; the last key first, for Python's sort is stable."""
    ordered = list(items)
    for part in reversed(names(text)):
        path, _, way = part.partition(" ")
        if way.strip() not in {"", "asc", "desc"}:
            raise bad_request(f"Invalid orderby clause: {text}")
        ordered.sort(
            key=lambda item: _rank(_at(item, path)), reverse=way.strip() == "desc"
        )
    return ordered


def _rank(value: Any) -> tuple[int, Any]:
    if value is None:
        return (0, "")
    return (1, value.lower() if isinstance(value, str) else str(value))


def expanded_properties(expand: str) -> list[str]:
    """Ids asked for by $expand=singleValueExtendedProperties($filter=id eq '...')."""
    if "singleValueExtendedProperties" not in expand:
        return []
    found = re.findall(r"\bid eq '((?:[^']|'')*)'", expand)
    if not found:
        raise bad_request(
            "Expanding singleValueExtendedProperties requires a filter by id."
        )
    return [property_id(f.replace("''", "'")) for f in found]


def number(query: dict[str, str], name: str, most: int) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not text.isdigit() or not int(text) <= most or (name == "$top" and text == "0"):
        raise bad_request(
            f"Invalid value '{text}' for {name} query option found. The value must"
            f" be between 1 and {most}."
        )
    return int(text)


def refuse(query: dict[str, str], allowed: Iterable[str], where: str) -> None:
    """Refuse query options this place does not know."""
    for name in query:
        if name.startswith("$") and name not in allowed:
            raise bad_request(
                f"The query parameter '{name}' is not supported for {where}.",
                "ErrorInvalidUrlQuery",
            )
