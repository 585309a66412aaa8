"""The icons, drawn: a clock whose hands make a V.

`python -m manifest.icons` writes the files beside this module. Drawn by distance to
lines and circles, with soft edges, so that nothing but the standard library is needed.
"""

import struct
import zlib
from collections.abc import Callable
from math import hypot
from pathlib import Path

Colour = tuple[int, int, int]
#: How much of a pixel is covered (0 to 1), by its middle in units of the icon's side.
Shape = Callable[[float, float], float]

BLUE: Colour = (0x0F, 0x5A, 0xA6)
WHITE: Colour = (0xFF, 0xFF, 0xFF)


def clock(side: int, radius: float, stroke: float) -> Shape:
    """A ring with two hands, `stroke` thick, in an icon of `side` pixels."""
    low = (0.5, 0.5 + radius * 0.42)
    tips = (
        (0.5 - radius * 0.42, 0.5 - radius * 0.40),
        (0.5 + radius * 0.42, 0.5 - radius * 0.40),
    )

    def covered(x: float, y: float) -> float:
        ring = abs(hypot(x - 0.5, y - 0.5) - radius)
        hands = min(_to_segment((x, y), low, tip) for tip in tips)
        edge = stroke / 2 - min(ring, hands)
        return min(max(edge * side + 0.5, 0), 1)

    return covered


def _to_segment(
    at: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> float:
    along = (end[0] - start[0], end[1] - start[1])
    off = (at[0] - start[0], at[1] - start[1])
    share = (off[0] * along[0] + off[1] * along[1]) / (along[0] ** 2 + along[1] ** 2)
    share = min(max(share, 0), 1)
    return hypot(off[0] - share * along[0], off[1] - share * along[1])


def pixels(side: int, shape: Shape, ink: Colour, paper: Colour | None) -> bytes:
    """Rows of RGBA; without paper the shape stands on nothing."""
    drawn = bytearray()
    for row in range(side):
        for column in range(side):
            share = shape((column + 0.5) / side, (row + 0.5) / side)
            if paper is None:
                drawn += bytes((*ink, round(255 * share)))
            else:
                mixed = (
                    round(above * share + below * (1 - share))
                    for above, below in zip(ink, paper, strict=True)
                )
                drawn += bytes((*mixed, 255))
    return bytes(drawn)


def png(side: int, rgba: bytes) -> bytes:
    """Wrap rows of RGBA as a PNG file."""
    rows = b"".join(
        b"\0" + rgba[at : at + side * 4] for at in range(0, len(rgba), side * 4)
    )
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def drawings() -> dict[str, tuple[int, bytes]]:
    """Name of the file -> its side and its pixels."""
    # Teams rounds the corners of the large one and keeps its middle 120 pixels clear.
    large = clock(192, radius=0.27, stroke=0.055)
    small = clock(32, radius=0.40, stroke=0.085)
    return {
        "color.png": (192, pixels(192, large, WHITE, BLUE)),
        "outline.png": (32, pixels(32, small, WHITE, None)),
        "color32x32.png": (32, pixels(32, small, BLUE, None)),
    }


if __name__ == "__main__":
    for name, (side, rgba) in drawings().items():
        Path(__file__).with_name(name).write_bytes(png(side, rgba))
