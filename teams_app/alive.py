"""`python -m teams_app.alive [ADDRESS]`: whether a service answers, for container probes.

Ends with 0 when the address answers 200, otherwise with 1. Without an address it asks
the application of this container whether it runs.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

_SECONDS = 4


def answers(address: str) -> bool:
    """Say whether 200 comes from there in time."""
    parts = urlsplit(address)
    asked = http.client.HTTPConnection(parts.netloc, timeout=_SECONDS)
    try:
        asked.request("GET", parts.path)
        return asked.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def main(words: list[str]) -> int:
    own = f"http://127.0.0.1:{os.environ.get('VUORO_PORT', '8080')}/health"
    return 0 if answers(words[0] if words else own) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
