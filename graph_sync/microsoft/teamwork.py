"""Our app in Teams: `graph_sync.teamwork`, over HTTP."""

from collections.abc import Sequence
from typing import Any, Final

from graph_sync.graph import Changed, Forbidden, Gone, GraphError, Unavailable
from graph_sync.microsoft.errors import Reply
from graph_sync.microsoft.requests import Requests
from graph_sync.microsoft.transport import Transport
from graph_sync.teamwork import Told

#: How Graph calls what is not there; a 404 without it may mean anything.
_NOT_FOUND: Final = "NotFound"


class Installed:
    """Asks by the connections of the client it belongs to."""

    def __init__(self, transport: Transport, make: Requests, package: str) -> None:
        """`package`: the id of the Teams package; empty: none is set."""
        self._transport = transport
        self._make = make
        self._package = package
        self._app = ""  #: Its id in the catalogue, once it is known.

    async def chat(self, user: str) -> str | None:
        installation, _ = await self._found(user)
        if not installation:
            return None
        reply = await self._transport.ask(self._make.chat(user, installation))
        return _id(reply.value())

    async def install(self, user: str, colleagues: Sequence[str]) -> None:
        app = await self._catalogued(colleagues)
        try:
            await self._transport.ask(self._make.install(user, app))
        except Changed:
            return  # she has it
        except GraphError as error:
            if error.code == _NOT_FOUND:
                self._app = ""
                raise Forbidden(_NOT_FOUND, "not in the catalogue") from error
            raise

    async def address(self, mailbox: str) -> str:
        # Who owns a calendar is seen by the right to it; to read people is another one.
        reply = await self._transport.ask(self._make.owner(mailbox))
        owner = reply.value().get("owner")
        return str(owner.get("address") or "") if isinstance(owner, dict) else ""

    async def notify(self, user: str, told: Told) -> None:
        try:
            await self._transport.ask(self._make.notify(user, told))
        except GraphError as error:
            if error.code == _NOT_FOUND:
                raise Forbidden(_NOT_FOUND, "nobody to tell") from error
            raise

    async def _found(self, user: str) -> tuple[str, str]:
        """Give by which ids somebody has the app, and the catalogue; empty: has not."""
        if not self._package:
            raise Forbidden("NoPackage", "no package is set")
        ask = self._make.installed(user, self._package, whole=True)
        try:
            reply = await self._transport.ask(ask)
        except GraphError as error:
            if error.code == _NOT_FOUND:
                raise Forbidden(_NOT_FOUND, "Teams knows nobody of that id") from error
            raise
        for each in reply.items():
            app = each.get("teamsApp")
            catalogued = _id(app) if isinstance(app, dict) else ""
            return _id(each), catalogued
        return "", ""

    async def _catalogued(self, colleagues: Sequence[str]) -> str:
        """Give the app's id in the catalogue. Raises Forbidden where it is not known."""
        if self._app:
            return self._app
        for each in colleagues:
            try:
                _, self._app = await self._found(each)
            except (Forbidden, Gone):
                continue  # Entra may know her no more: another one is asked.
            if self._app:
                return self._app
        reply = await self._transport.ask(self._make.catalogue(self._package))
        self._app = _first(reply)
        if not self._app:
            raise Forbidden(_NOT_FOUND, "not in the catalogue")
        return self._app


def _first(reply: Reply) -> str:
    return next((_id(each) for each in reply.items()), "")


def _id(found: dict[str, Any]) -> str:
    named = found.get("id")
    if not isinstance(named, str) or not named:
        raise Unavailable("Unreadable", "something without an id")
    return named
