"""Holding recorded traffic against the published contracts of Graph and the connector.

`check_har` gives a list of complaints, empty when there are none. The contracts are
other people's data and not part of the project: VUORO_CONTRACTS names their folder, by
default `../shared/contracts` beside the repository. Where they are missing, `folder`
is None and there is nothing to check, which the last lines of a run say; a folder that
is named and does not hold them is a mistake and ends the run.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
GRAPH_FILE = "graph-v1.0.json"
CONNECTOR_FILE = "botframework-ConnectorAPI.json"
TOKENS = {"$skiptoken", "$deltatoken"}
#: What Teams adds to activities beyond the connector's own document.
BEYOND = {"channelData", "value", "entities"}
#: What Teams tells of a member beyond it, and a call Teams documents and it does not.
MEMBER = {
    "objectId",
    "givenName",
    "surname",
    "email",
    "userPrincipalName",
    "tenantId",
    "userRole",
}
ONE_MEMBER = "/v3/conversations/{conversationId}/members/{memberId}"


NAMED_BY = "VUORO_CONTRACTS"
#: As it was when the run began: Vuoro itself, which knows no such setting, never sees it.
NAMED = os.environ.get(NAMED_BY, "")
#: How often somebody had nothing to check by, under "empty".
CHECKS: Counter[str] = Counter()


def folder() -> Path | None:
    """Give where the contracts are, or count one more check that is empty."""
    found = Path(NAMED or ROOT.parent / "shared/contracts")
    if (found / GRAPH_FILE).exists():
        return found
    assert not NAMED, named_in_vain()
    CHECKS["empty"] += 1
    return None


def named_in_vain() -> str:
    """Say so where a folder is named that does not hold the contracts."""
    if not NAMED or (Path(NAMED) / GRAPH_FILE).exists():
        return ""
    return f"{NAMED_BY}={NAMED}, but there is no {GRAPH_FILE}"


def said(empty: int) -> str:
    """Say how many checks had nothing to check by."""
    return f"contracts not at hand: {empty} checks empty" if empty else ""


def manifest_schema() -> dict[str, Any] | None:
    """Give the newest published schema of the Teams manifest, where it is at hand."""
    where = folder()
    found = sorted(where.glob("MicrosoftTeams.schema.*.json")) if where else []
    if not found:
        return None
    schema: dict[str, Any] = json.loads(found[-1].read_text("utf-8"))
    return schema


def published_permissions(method: str, pattern: tuple[str, ...]) -> Iterator[set[str]]:
    """Give the permissions each published row of a path accepts, of either kind."""
    where = folder()
    if where is None:
        return
    graph = _graph(where)
    path = "/" + "/".join(pattern)
    spellings = {path, path.replace("calendars/{calendar}/", "calendar/")}
    for name in filter(None, map(graph.find, spellings)):
        rows = graph.document["paths"][name].get(method.lower(), {})
        kinds = rows.get("x-permissions", {}).values()
        told = [kind["all"] for kind in kinds if isinstance(kind, dict)]
        accepted = {name for names in told for name in names}
        if accepted:
            yield accepted


def check_har(har: dict[str, Any]) -> list[str]:
    """Every way in which the recorded traffic departs from the contracts."""
    where = folder()
    if where is None:
        return []
    graph, connector = _graph(where), _connector(where)
    complaints: list[str] = []
    for entry in har["log"]["entries"]:
        path = urlsplit(entry["request"]["url"]).path
        incoming = entry.get("_direction") != "from tenant"
        if incoming and path.startswith("/v1.0/"):
            complaints += _check_graph(graph, _exchange(entry, "/v1.0"))
        elif incoming and "/v3/" in path:
            complaints += _check_connector(
                connector, _exchange(entry, path[: path.index("/v3/")])
            )
        elif not incoming:
            complaints += _check_told(graph, connector, _exchange(entry, ""))
    return complaints


@dataclass(frozen=True)
class Exchange:
    method: str
    path: str
    query: dict[str, str]
    sent: Any
    status: int
    answered: Any

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def _exchange(entry: dict[str, Any], prefix: str) -> Exchange:
    parts = urlsplit(entry["request"]["url"])
    return Exchange(
        method=entry["request"]["method"],
        path=parts.path.removeprefix(prefix),
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        sent=_json(entry["request"].get("postData", {}).get("text", "")),
        status=entry["response"]["status"],
        answered=_json(entry["response"]["content"].get("text", "")),
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


@dataclass
class Contract:
    """A document of paths and schemas; `strict` about null as OpenAPI is."""

    document: dict[str, Any]
    schemas: dict[str, Any]
    prefix: str  #: of references to schemas
    nulls: bool  #: null is taken anywhere
    patterns: list[tuple[re.Pattern[str], str]] = field(default_factory=list)

    def find(self, path: str) -> str | None:
        for pattern, name in self.patterns:
            if pattern.fullmatch(path):
                return name
        return None

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].removeprefix(self.prefix)]
        return schema

    def properties(self, schema: dict[str, Any]) -> dict[str, Any]:
        schema = self.resolved(schema)
        found = dict(schema.get("properties", {}))
        for part in schema.get("allOf", []):
            found |= self.properties(part)
        return found

    def open(self, schema: dict[str, Any]) -> bool:
        """Whether an object may hold anything at all."""
        schema = self.resolved(schema)
        extra = schema.get("additionalProperties")
        return isinstance(extra, dict) or not self.properties(schema)

    def check(self, value: Any, schema: dict[str, Any], at: str) -> list[str]:
        nullable = bool(schema.get("nullable"))
        schema = self.resolved(schema)
        if value is None:
            fine = self.nulls or nullable or self.takes_null(schema) or not schema
            return [] if fine else [f"{at}: null is not allowed"]
        if "anyOf" in schema:
            named = [s for s in schema["anyOf"] if "$ref" in s] or schema["anyOf"]
            tries = [self.check(value, s, at) for s in named]
            return min(tries, key=len)
        kind = schema.get("type") or ("object" if "allOf" in schema else None)
        if kind == "object":
            return self.check_object(value, schema, at)
        if kind == "array":
            if not isinstance(value, list):
                return [f"{at}: {_short(value)} is not a list"]
            items = schema.get("items", {})
            return [
                c
                for n, one in enumerate(value)
                for c in self.check(one, items, f"{at}[{n}]")
            ]
        return self.check_scalar(value, kind, schema, at)

    def takes_null(self, schema: dict[str, Any]) -> bool:
        return bool(schema.get("nullable")) or any(
            s.get("nullable") for s in schema.get("anyOf", [])
        )

    def check_object(self, value: Any, schema: dict[str, Any], at: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{at}: {_short(value)} is not an object"]
        told = str(value.get("@odata.type", "")).removeprefix("#")
        schema = self.schemas.get(told, schema)
        known = self.properties(schema)
        loose = {k.lower(): v for k, v in known.items()}
        found: list[str] = []
        for name, one in value.items():
            if name in known:
                found += self.check(one, known[name], f"{at}.{name}")
            elif self.action(schema) and name.lower() in loose:
                found += self.check(one, loose[name.lower()], f"{at}.{name}")
            elif "@" not in name and not self.open(schema):
                found.append(f"{at}: unknown property {name}")
        required = self.resolved(schema).get("required", [])
        return found + [f"{at}: {n} is missing" for n in required if n not in value]

    def action(self, schema: dict[str, Any]) -> bool:
        """Parameters of an action are named whatever the first letter's case."""
        return self.resolved(schema).get("additionalProperties") is True

    def check_scalar(
        self, value: Any, kind: str | None, schema: dict[str, Any], at: str
    ) -> list[str]:
        types: dict[str, type | tuple[type, ...]] = {
            "string": str,
            "boolean": bool,
            "integer": int,
            "number": (int, float),
        }
        if kind not in types:
            return []
        wrong_bool = isinstance(value, bool) and kind != "boolean"
        if not isinstance(value, types[kind]) or wrong_bool:
            return [f"{at}: {_short(value)} is not a {kind}"]
        if "enum" in schema and isinstance(value, str):
            parts = value.split(",") if schema.get("x-enum-flags") else [value]
            allowed = {str(e).lower() for e in schema["enum"]}
            if any(p.strip().lower() not in allowed for p in parts):
                return [f"{at}: {_short(value)} is not one of {schema['enum']}"]
        if "pattern" in schema and not re.search(schema["pattern"], str(value)):
            return [f"{at}: {_short(value)} does not match {schema.get('format')}"]
        return []


def _short(value: Any) -> str:
    return repr(value)[:60]


@lru_cache(maxsize=2)
def _graph(where: Path) -> Contract:
    document = json.loads((where / GRAPH_FILE).read_text(encoding="utf-8"))
    return Contract(
        document,
        document["components"]["schemas"],
        "#/components/schemas/",
        nulls=False,
        patterns=_patterns(document),
    )


@lru_cache(maxsize=2)
def _connector(where: Path) -> Contract:
    document = json.loads((where / CONNECTOR_FILE).read_text(encoding="utf-8"))
    return Contract(
        document,
        document["definitions"],
        "#/definitions/",
        nulls=True,
        patterns=_patterns(document),
    )


def _patterns(document: dict[str, Any]) -> list[tuple[re.Pattern[str], str]]:
    """Fixed segments before placeholders, so that `createOrGet` is not an id."""
    names = sorted(document["paths"], key=lambda p: (p.count("{"), p))
    return [(_pattern(n), n) for n in names]


def _pattern(path: str) -> re.Pattern[str]:
    made = ""
    for part in re.split(r"(\{[^}]*\}|\(\))", path):
        if part.startswith("{"):
            made += "[^/]+"
        elif part == "()":
            made += r"(?:\(\))?"
        else:
            made += re.escape(part)
    return re.compile(made, re.IGNORECASE)


def _check_graph(contract: Contract, seen: Exchange) -> list[str]:
    path = re.sub(r"^/me(?=/|$)", "/users/me", unquote(seen.path))
    path = re.sub(r"\('([^'/=]*)'\)", r"/\1", path)  # users('x') is users/x
    name = contract.find(path)
    if name is None:
        return [f"{seen.name}: unknown path"]
    operation = contract.document["paths"][name].get(seen.method.lower())
    if operation is None:
        return [f"{seen.name}: {seen.method} is not allowed on {name}"]
    # What is refused may have been wrong on purpose; then only the refusal is checked.
    refused = seen.status >= 400
    found = [] if refused else _check_query(contract, operation, seen)
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    if seen.sent is not None and schema is not None and not refused:
        found += contract.check(seen.sent, schema, f"{seen.name} sent")
    found += _check_answer(contract, operation, seen)
    if name == "/$batch" and not refused:
        found += _check_batch(contract, seen)
    return found


def _check_answer(
    contract: Contract, operation: dict[str, Any], seen: Exchange
) -> list[str]:
    if seen.status == 0 or seen.answered is None:
        return []
    answers = operation["responses"]
    exact, kind = str(seen.status), f"{seen.status // 100}XX"
    answer = answers.get(exact) or answers.get(kind) or {}
    if "$ref" in answer:
        name = answer["$ref"].removeprefix("#/components/responses/")
        answer = contract.document["components"]["responses"][name]
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return []
    return contract.check(seen.answered, schema, f"{seen.name} {seen.status}")


def _check_query(
    contract: Contract, operation: dict[str, Any], seen: Exchange
) -> list[str]:
    given = {k.lower() for k in seen.query}
    allowed = {
        p["name"].lower(): p
        for p in operation.get("parameters", [])
        if p["in"] == "query"
    }
    found = [
        f"{seen.name}: unknown query option {name}"
        for name in given
        if name not in allowed and name not in TOKENS
    ]
    if not given & TOKENS:
        found += [
            f"{seen.name}: {name} is missing"
            for name, p in allowed.items()
            if p.get("required") and name not in given
        ]
    return found + _check_select(contract, operation, seen)


def _check_select(
    contract: Contract, operation: dict[str, Any], seen: Exchange
) -> list[str]:
    if not seen.query.get("$select"):
        return []
    answer = operation["responses"].get("2XX", {})
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    known = contract.properties(schema)
    items = known.get("value", {}).get("items")
    if items is not None:
        # Members of a group are of a derived kind, which has more.
        if str(items.get("$ref")).endswith(".directoryObject"):
            return []
        known = contract.properties(items)
    return [
        f"{seen.name}: $select names {name}, which is no property"
        for name in seen.query["$select"].split(",")
        if known and name.strip().partition("/")[0] not in {*known, "*"}
    ]


def _check_batch(contract: Contract, seen: Exchange) -> list[str]:
    answers = {r["id"]: r for r in (seen.answered or {}).get("responses", [])}
    found: list[str] = []
    for part in seen.sent["requests"]:
        answer = answers.get(part["id"])
        if answer is None:
            found.append(f"{seen.name}: part {part['id']} has no answer")
            continue
        path, _, query = part["url"].partition("?")
        inner = Exchange(
            method=part["method"],
            path="/" + unquote(path).lstrip("/"),
            query=dict(parse_qsl(query, keep_blank_values=True)),
            sent=part.get("body"),
            status=answer["status"],
            answered=answer.get("body"),
        )
        found += _check_graph(contract, inner)
    return found


def _check_told(graph: Contract, connector: Contract, seen: Exchange) -> list[str]:
    """What the tenant sends by itself: activities to a bot, change notices."""
    if not isinstance(seen.sent, dict):
        return []
    if seen.path.endswith("/api/messages"):
        schema = {"$ref": "#/definitions/Activity"}
        found = connector.check(seen.sent, schema, "activity")
        return [f for f in found if not any(f".{b}" in f for b in BEYOND)]
    if any("subscriptionId" in n for n in seen.sent.get("value", [])):
        name = "microsoft.graph.changeNotificationCollection"
        found = graph.check(seen.sent, {"$ref": graph.prefix + name}, "notice")
        # Every sample has the id of what changed; the schema does not.
        return [f for f in found if "resourceData: unknown property id" not in f]
    return []


def _check_connector(contract: Contract, seen: Exchange) -> list[str]:
    name = contract.find(seen.path)
    if name is None:
        return [f"{seen.name}: unknown path"]
    operation = contract.document["paths"][name].get(seen.method.lower())
    if operation is None and (seen.method, name) == ("GET", ONE_MEMBER):
        return []
    if operation is None:
        return [f"{seen.name}: {seen.method} is not allowed on {name}"]
    bodies = [p for p in operation["parameters"] if p["in"] == "body"]
    found: list[str] = []
    if bodies and seen.status < 400:
        found += contract.check(seen.sent, bodies[0]["schema"], f"{seen.name} sent")
    answer = operation["responses"].get(str(seen.status)) or {}
    if seen.status >= 400:
        answer = operation["responses"].get("default", {})
    if "schema" in answer and seen.answered is not None:
        found += contract.check(
            seen.answered, answer["schema"], f"{seen.name} {seen.status}"
        )
    told = {f"unknown property {name}" for name in MEMBER if "members" in seen.path}
    return [
        f
        for f in found
        if not any(f".{b}" in f for b in BEYOND) and not f.endswith(tuple(told))
    ]
