"""Reading a PNG file as far as Teams judges it: its size, and what is transparent."""

import struct
import zlib

_BEGINNING = b"\x89PNG\r\n\x1a\n"
_RGBA = (8, 6, 0)  #: Bits a channel, colour with transparency, not interlaced.
_STEP = 4  #: Octets a pixel.
_BROKEN = (KeyError, ValueError, IndexError, struct.error, zlib.error)


def size(content: bytes) -> tuple[int, int] | None:
    """Give width and height; None when it is no PNG."""
    try:
        width, height, *_ = _head(_chunks(content))
    except _BROKEN:
        return None
    return width, height


def pixels(content: bytes) -> list[bytes] | None:
    """Give every pixel as RGBA; None where the file keeps them another way."""
    try:
        chunks = _chunks(content)
        width, height, bits, colour, _, _, laced = _head(chunks)
        if (bits, colour, laced) != _RGBA:
            return None
        most = (width * _STEP + 1) * height
        rows = zlib.decompressobj().decompress(chunks[b"IDAT"], most)
        found = _unfiltered(rows, width * _STEP, height)
    except _BROKEN:
        return None
    return [found[at : at + _STEP] for at in range(0, len(found), _STEP)]


def _head(chunks: dict[bytes, bytes]) -> tuple[int, ...]:
    return struct.unpack(">IIBBBBB", chunks[b"IHDR"])


def _chunks(content: bytes) -> dict[bytes, bytes]:
    if not content.startswith(_BEGINNING):
        raise ValueError("no PNG")
    at, found = len(_BEGINNING), dict[bytes, bytes]()
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind = content[at + 4 : at + 8]
        found[kind] = found.get(kind, b"") + content[at + 8 : at + 8 + length]
        at += 12 + length
    return found


def _unfiltered(rows: bytes, length: int, height: int) -> bytes:
    """Undo what each row says it was compared with."""
    above, done = bytes(length), bytearray()
    for row in range(height):
        kind, *line = rows[row * (length + 1) : (row + 1) * (length + 1)]
        for at in range(length):
            left = line[at - _STEP] if at >= _STEP else 0
            corner = above[at - _STEP] if at >= _STEP else 0
            line[at] = (line[at] + _guess(kind, left, above[at], corner)) % 256
        above = bytes(line)
        done += above
    return bytes(done)


def _guess(kind: int, left: int, above: int, corner: int) -> int:
    nearest = min(
        (left, above, corner), key=lambda each: abs(left + above - corner - each)
    )
    return (0, left, above, (left + above) // 2, nearest)[kind]
