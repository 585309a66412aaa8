"""A request with header bytes that no proper client would send."""

import asyncio
import base64

from yarl import URL

#: Authorizations that are no token, though each looks like one at first.
ODD_TOKENS = {
    "no text": b"Bearer \xff.\xff.\xff",
    "not ASCII": "Bearer ä.b.c".encode(),
    "nested without end": b"Bearer "
    + base64.urlsafe_b64encode(b"[" * 4500)
    + b".e30.AA",
    "no object": b"Bearer " + base64.urlsafe_b64encode(b"[]") + b".e30.AA",
}


async def status_of(
    url: URL, method: str, path: str, authorization: bytes, body: bytes = b""
) -> int:
    """Ask with these very bytes; gives the status of the answer."""
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    proof = b"Authorization: " + authorization
    writer.write((head + kind).encode() + proof + b"\r\n\r\n" + body)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer.split()[1])
