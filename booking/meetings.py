"""Which meeting an address to join leads into, and which one a window stands beside.

A Teams meeting has a thread, `19:meeting_…@thread.v2`. It stands in the address to join,
percent-encoded, and Teams tells it to a page that is opened in the meeting. See
`docs/decisions/the-meetings-thread.md`.
"""

import base64
import binascii
import re
from urllib.parse import unquote

_THREAD = r"19:meeting_[A-Za-z0-9_/+=-]{1,200}@thread\.v2"
_IN_ADDRESS = re.compile(rf"/l/meetup-join/({_THREAD})(?:/|$)")
_ALONE = re.compile(_THREAD)
_WRAPPED = re.compile(rf"0#({_THREAD})#0")
_SAID_MAX = 600


def thread_of(join_url: str | None) -> str | None:
    """Give the thread of the meeting an address leads into; None: it names none."""
    found = _IN_ADDRESS.search(unquote(join_url or ""))
    return found.group(1) if found else None


def thread_in(said: str) -> str | None:
    """Give the thread a window says it stands beside.

    Either the chat's id, which is the thread, or the meeting's, which wraps it.
    """
    if len(said) > _SAID_MAX:
        return None
    if _ALONE.fullmatch(said):
        return said
    try:
        opened = base64.b64decode(said, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    found = _WRAPPED.fullmatch(opened)
    return found.group(1) if found else None
