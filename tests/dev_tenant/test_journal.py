"""The journal, held against what HAR 1.2 asks of a file of traffic."""

from contextlib import suppress

import aiohttp
import jsonschema

from tests.dev_tenant.graph_world import DESK

#: What HAR 1.2 asks of an entry, transcribed from its specification.
HEADERS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "value"],
        "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
    },
}
ENTRY = {
    "type": "object",
    "required": ["startedDateTime", "time", "request", "response", "cache", "timings"],
    "properties": {
        "startedDateTime": {
            "type": "string",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
        },
        "time": {"type": "number", "minimum": 0},
        "request": {
            "required": [
                "method",
                "url",
                "httpVersion",
                "cookies",
                "headers",
                "queryString",
                "headersSize",
                "bodySize",
            ],
            "properties": {
                "url": {"type": "string", "pattern": "^https?://"},
                "cookies": {"type": "array"},
                "headers": HEADERS,
                "queryString": HEADERS,
                "headersSize": {"type": "integer"},
                "bodySize": {"type": "integer"},
                "postData": {"required": ["mimeType", "text"]},
            },
        },
        "response": {
            "required": [
                "status",
                "statusText",
                "httpVersion",
                "cookies",
                "headers",
                "content",
                "redirectURL",
                "headersSize",
                "bodySize",
            ],
            "properties": {
                "status": {"type": "integer"},
                "headers": HEADERS,
                "redirectURL": {"type": "string"},
                "content": {
                    "required": ["size", "mimeType"],
                    "properties": {
                        "size": {"type": "integer"},
                        "mimeType": {"type": "string"},
                    },
                },
            },
        },
        "cache": {"type": "object"},
        "timings": {
            "required": ["send", "wait", "receive"],
            "additionalProperties": {"type": "number", "minimum": 0},
        },
    },
}
HAR = {
    "required": ["log"],
    "properties": {
        "log": {
            "required": ["version", "creator", "entries"],
            "properties": {
                "version": {"const": "1.2"},
                "creator": {"required": ["name", "version"]},
                "entries": {"type": "array", "minItems": 1, "items": ENTRY},
            },
        }
    },
}


async def test_the_journal_is_a_har_of_version_1_2(graph):
    hook = await graph.hook()
    asked = {
        "resource": f"/users/{DESK}/events",
        "changeType": "created",
        "notificationUrl": hook.url,
        "expirationDateTime": "2026-11-24T00:00:00Z",
    }
    await graph.post("/subscriptions", asked)
    await graph.make(subject="Ä ✓")
    await graph.delete("no-such-event")
    await graph.ask("GET", "/users?$top=1&$select=id")
    graph.tenant.faults.add({"drop": True})
    with suppress(aiohttp.ClientError):
        await graph.get("/users")

    har = (await graph.control("traffic.har", method="GET")).body

    jsonschema.validate(har, HAR)
    entries = har["log"]["entries"]
    assert {e["response"]["status"] for e in entries} > {200, 201, 400}
    for entry in entries:
        assert entry["time"] == sum(entry["timings"].values())
        size = len(entry["response"]["content"]["text"].encode())
        assert entry["response"]["content"]["size"] == size
