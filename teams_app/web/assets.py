"""The files a page needs, read once, named by what is in them.

At start every file under `static` is read, hashed and packed. A page asks
`asset("app.css")` and gets `/static/<hash>/app.css`; the answer to that address never
changes, so browsers keep it for a year. A file is known by its bare name, which is
therefore unique in the tree. Nothing is read from the disk while serving.
"""

import base64
import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

STATIC = Path(__file__).parent / "static"
PREFIX = "/static"
FOREVER = "public, max-age=31536000, immutable"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_PACKED = {".css", ".js", ".svg"}
_HASH_BYTES = 9


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served. `packed` is the gzip of `plain`, or None."""

    name: str
    hash: str
    plain: bytes
    packed: bytes | None
    headers: dict[str, str]

    @property
    def href(self) -> str:
        return f"{PREFIX}/{self.hash}/{self.name}"

    def answer(self, accept_encoding: str) -> tuple[bytes, dict[str, str]]:
        """Give body and headers for what the browser says it can unpack."""
        if self.packed is None or "gzip" not in accept_encoding.lower():
            return self.plain, self.headers
        return self.packed, self.headers | {"Content-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Assets:
    """All static files, by name."""

    by_name: dict[str, Asset] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path = STATIC) -> "Assets":
        found: dict[str, Asset] = {}
        for path in _served(folder):
            assert path.name not in found, f"two static files called {path.name}"
            found[path.name] = _asset(path)
        return cls(found)

    def href(self, name: str) -> str:
        """Give the address of a file. An unknown name is a mistake in a template."""
        return self.by_name[name].href

    def find(self, hash_: str, name: str) -> Asset | None:
        """Give the file at an address; None when name or hash is not ours now."""
        asset = self.by_name.get(name)
        return asset if asset is not None and asset.hash == hash_ else None


def _served(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix in TYPES)


def _asset(path: Path) -> Asset:
    plain = path.read_bytes()
    digest = hashlib.sha256(plain).digest()[:_HASH_BYTES]
    packs = path.suffix in _PACKED
    headers = {
        "Content-Type": TYPES[path.suffix],
        "Cache-Control": FOREVER,
        "X-Content-Type-Options": "nosniff",
    }
    return Asset(
        name=path.name,
        hash=base64.urlsafe_b64encode(digest).decode(),
        plain=plain,
        packed=gzip.compress(plain, 9, mtime=0) if packs else None,
        headers=headers | ({"Vary": "Accept-Encoding"} if packs else {}),
    )
