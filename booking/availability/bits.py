"""Rows of bits, a bit a cell, and how many of them are set at each."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from booking.availability.cells import Cells
from booking.model import ProfessionalId

Counts = NDArray[np.int16]
#: Where counts differ, and by how much.
Change = tuple[slice, Counts]
Row = tuple[ProfessionalId, bytes]


def difference(before: bytes, after: bytes) -> Change | None:
    """Give where two rows differ, and by how much there."""
    if before == after:
        return None
    differ = int.from_bytes(before, "little") ^ int.from_bytes(after, "little")
    first, last = (differ & -differ).bit_length() - 1 >> 3, differ.bit_length() + 7 >> 3
    more = bits(after[first:last]).astype(np.int16)
    return slice(first * 8, last * 8), more - bits(before[first:last])


def recount(counts: Counts | None, change: Change, size: int) -> Counts:
    where, by = change
    result = np.zeros(size, np.int16) if counts is None else counts.copy()
    result[where] += by
    return result


def marked(row: bytes, first: int, last: int) -> Cells:
    return np.flatnonzero(bits(row)[first:last]) + first


def unmarked(row: bytes, mark: int) -> bytes:
    return (int.from_bytes(row, "little") & ~mark).to_bytes(len(row), "little")


def bits(row: bytes) -> NDArray[np.uint8]:
    return np.unpackbits(np.frombuffer(row, np.uint8), bitorder="little")


def free_at(cell: int, rows: Iterable[Row]) -> Iterator[ProfessionalId]:
    place, bit = cell >> 3, 1 << (cell & 7)
    return (of for of, row in rows if row[place] & bit)
