"""A client's browser without script: pages, links and plain forms.

A form is sent as a browser sends it: the controls that would be sent, in order, the
button pressed, `Origin` beside; redirects are followed. Nothing is kept between two
requests, for the pages set no cookie.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from typing_extensions import override

from teams_app.story.script import Unmet, expect

#: For an answer whose status is looked at afterwards.
ANY = 0

Typed = Mapping[str, str | Sequence[str]]


@dataclass(slots=True)
class Control:
    """An input, a text area, a choice of a select, or a button."""

    name: str
    kind: str
    value: str
    on: bool = True  #: Sent as it stands: ticked, chosen, or simply there.


@dataclass(slots=True)
class Form:
    action: str
    method: str
    controls: list[Control] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        """Give every value this name could be sent with."""
        return [each.value for each in self.controls if each.name == name]

    def sent(self, name: str) -> list[str]:
        """Give what this name would be sent with as the form stands."""
        buttons = ("submit", "button")
        return [
            each.value
            for each in self.controls
            if each.name == name and each.on and each.kind not in buttons
        ]

    def pairs(self, typed: Typed, button: tuple[str, str] | None) -> list[list[str]]:
        """Give what is sent. Raises Unmet for what a browser could not do."""
        wanted = {
            name: [value] if isinstance(value, str) else list(value)
            for name, value in typed.items()
        }
        unknown = set(wanted) - {each.name for each in self.controls}
        expect(not unknown, f"a form with {sorted(unknown)}", self)
        found = list(self._filled(wanted))
        return [*found, list(button)] if button else found

    def _filled(self, wanted: dict[str, list[str]]) -> Iterator[list[str]]:
        for each in self.controls:
            if each.kind in {"submit", "button"} or not each.name:
                continue
            new = wanted.get(each.name)
            if each.kind in {"radio", "checkbox", "option"}:
                if each.on if new is None else each.value in new:
                    yield [each.name, each.value]
            elif new is not None:
                yield [each.name, new.pop(0) if new else ""]
            else:
                yield [each.name, each.value]


_LINE_END = re.compile(r"\r\n|\r|\n")
_UNSEEN = frozenset({"script", "style", "head", "title", "svg"})


class _Reader(HTMLParser):
    """Reads forms, links and visible text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.text: list[str] = []
        self._hidden = 0
        self._form: Form | None = None
        self._area: Control | None = None
        self._select: str | None = None
        self._link: list[str] | None = None

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _UNSEEN:
            self._hidden += 1
        elif tag == "form":
            method = given.get("method", "get").upper()
            self._form = Form(given.get("action", ""), method)
            self.forms.append(self._form)
        elif tag == "a" and "href" in given:
            self.links.append((given["href"], ""))
            self._link = []
        elif self._form is not None:
            self._control(self._form, tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input":
            kind = given.get("type", "text")
            on = kind not in {"radio", "checkbox"} or "checked" in given
            form.controls.append(Control(name, kind, value, on))
        elif tag == "button":
            form.controls.append(Control(name, given.get("type", "submit"), value))
        elif tag == "textarea":
            self._area = Control(name, "textarea", "")
            form.controls.append(self._area)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select is not None:
            on = "selected" in given
            form.controls.append(Control(self._select, "option", value, on))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._hidden -= 1
        elif tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "a" and self._link is not None:
            said = " ".join(" ".join(self._link).split())
            self.links[-1] = (self.links[-1][0], said)
            self._link = None

    @override
    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data
        elif not self._hidden:
            self.text.append(data)
            if self._link is not None:
                self._link.append(data)


@dataclass(slots=True)
class Document:
    """One answer: a page, or a file."""

    status: int
    url: str
    kind: str
    source: str
    headers: Mapping[str, str]
    forms: list[Form] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""

    @classmethod
    def read(cls, answer: aiohttp.ClientResponse, source: str) -> Self:
        made = cls(
            answer.status, str(answer.url), answer.content_type, source, answer.headers
        )
        if made.kind == "text/html":
            reader = _Reader()
            reader.feed(source)
            made.forms, made.links = reader.forms, reader.links
            made.text = " ".join(" ".join(reader.text).split())
        return made

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def form(self, part: str) -> Form:
        """Give the last form whose address has this part, or a control so named."""
        for each in reversed(self.forms):
            if part in each.action or each.values(part):
                return each
        raise Unmet(f"a page with a form for {part!r}", f"{self.status} {self.text}")

    def link(self, part: str) -> str:
        """Give the first link whose address has this part."""
        for href, _ in self.links:
            if part in href:
                return urljoin(self.url, href)
        raise Unmet(f"a page with a link to {part!r}", f"{self.status} {self.text}")

    def has_link(self, part: str) -> bool:
        return any(part in href for href, _ in self.links)

    def slots(self) -> list[str]:
        """Give the times the page offers, each once."""
        found = [value for form in self.forms for value in form.values("slot")]
        return list(dict.fromkeys(found))


@dataclass(slots=True)
class Browser:
    """Opens pages and sends forms. `headers` go with every request."""

    session: aiohttp.ClientSession
    base: str
    headers: dict[str, str] = field(default_factory=dict)

    async def open(self, address: str, status: int = 200) -> Document:
        """Open an address; Unmet when the answer has another status."""
        url = urljoin(self.base, address)
        async with self.session.get(url, headers=self.headers) as answer:
            return _sure(Document.read(answer, await answer.text()), status)

    async def send(
        self,
        page: Document,
        part: str,
        typed: Typed | None = None,
        *,
        button: tuple[str, str] | None = None,
        status: int = 200,
    ) -> Document:
        """Fill in the form named by `part` (see `Document.form`) and send it."""
        form = page.form(part)
        pairs = form.pairs(typed or {}, button)
        url = urljoin(page.url, form.action)
        return await self.post(url, pairs, status)

    async def post(
        self, address: str, pairs: list[list[str]], status: int = 200
    ) -> Document:
        """Send name and value pairs, whatever a form would have allowed."""
        url = urljoin(self.base, address)
        headers = {**self.headers, "Origin": self.base}
        # A browser ends lines as mail does, whatever the page had.
        lines = [(name, _LINE_END.sub("\r\n", value)) for name, value in pairs]
        body = aiohttp.FormData(lines)
        async with self.session.post(url, data=body, headers=headers) as answer:
            return _sure(Document.read(answer, await answer.text()), status)

    async def choose(self, page: Document, slot: str, status: int = 200) -> Document:
        """Choose one of the times a page offers: its radio, or its button."""
        for form in reversed(page.forms):
            for each in form.controls:
                if each.name == "slot" and each.value == slot:
                    button = ("slot", slot) if each.kind == "submit" else None
                    typed: Typed = {} if button else {"slot": slot}
                    pairs = form.pairs(typed, button)
                    return await self.post(
                        urljoin(page.url, form.action), pairs, status
                    )
        raise Unmet(f"a page that offers {slot}", page.slots())


def _sure(page: Document, status: int) -> Document:
    seen = f"{page.status} {page.path}: {page.text[:600]}"
    expect(status in {page.status, ANY}, f"status {status}", seen)
    return page
