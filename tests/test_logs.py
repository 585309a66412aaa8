"""What the log says, and what it keeps to itself."""

import json
import logging
import sys

from aiohttp.http_exceptions import TransferEncodingError

from teams_app.logs import JsonLines


def line(logger: str, error: Exception) -> dict[str, str]:
    try:
        raise error
    except type(error):
        said = "Error handling request from %s"
        record = logging.LogRecord(
            logger, logging.ERROR, __file__, 1, said, ("203.0.113.7",), sys.exc_info()
        )
    found: dict[str, str] = json.loads(JsonLines().format(record))
    return found


def test_what_is_no_http_is_neither_a_failure_of_ours_nor_traced_to_anybody():
    found = line("aiohttp.server", TransferEncodingError("zz"))

    assert (found["level"], found["error"]) == ("warning", "TransferEncodingError")
    assert "trace" not in found
    assert "203.0.113.7" not in str(found)


def test_a_failure_of_ours_has_its_stack():
    assert "ZeroDivisionError" in line("aiohttp.server", ZeroDivisionError())["trace"]
    assert "trace" in line("vuoro.web", TransferEncodingError("zz"))
