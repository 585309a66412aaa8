"""No test speaks to anything but this machine.

Connecting, or asking for the address of a name, outside the loopback raises; since
the code under test may well survive an error of its network, the attempt is also
written down, and the guard fails the test that made it.
"""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class WorldIsClosedError(OSError):
    """A test tried to reach something beyond this machine."""


def is_here(host: object) -> bool:
    if host is None or host in {"", "localhost", b"localhost"}:
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    if text.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


class Guard:
    """Stands where `socket` stood, and lets through what stays on this machine."""

    def __init__(self) -> None:
        self.attempts: list[str] = []
        self._connect = socket.socket.connect
        self._connect_ex = socket.socket.connect_ex
        self._getaddrinfo = socket.getaddrinfo

    def check(self, host: object) -> None:
        if not is_here(host):
            self.attempts.append(str(host))
            raise WorldIsClosedError(f"tests may not reach {host}")

    def _check_address(self, sock: socket.socket, address: Any) -> None:
        if sock.family in {socket.AF_INET, socket.AF_INET6}:
            self.check(address[0])

    def stand(self) -> None:
        def connect(sock: socket.socket, address: Any) -> None:
            self._check_address(sock, address)
            self._connect(sock, address)

        def connect_ex(sock: socket.socket, address: Any) -> int:
            self._check_address(sock, address)
            return self._connect_ex(sock, address)

        def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
            self.check(host)
            return self._getaddrinfo(host, *args, **kwargs)

        socket.socket.connect = connect
        socket.socket.connect_ex = connect_ex
        socket.getaddrinfo = getaddrinfo

    def leave(self) -> None:
        socket.socket.connect = self._connect
        socket.socket.connect_ex = self._connect_ex
        socket.getaddrinfo = self._getaddrinfo


@contextmanager
def closed() -> Iterator[list[str]]:
    """Close the world; gives the list in which attempts to reach it are written."""
    guard = Guard()
    guard.stand()
    try:
        yield guard.attempts
    finally:
        guard.leave()
