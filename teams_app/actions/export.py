"""Everything Vuoro keeps, written into one file for whoever takes it over.

A zip: each table as lines of JSON, the coming appointments as a table that a person can
read, and a page that says what is what. It holds clients' data; it is readable by its
owner alone, and that it was made is in the access log.
"""

import csv
import io
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from booking.model import AGREED, Appointment
from booking.wording import text
from teams_app.store import calendars, export, log, people, removal
from teams_app.store.database import Tx


def begun(tx: Tx, now: datetime) -> None:
    """Write down that everything is about to be read, whatever comes of it."""
    log.record(
        tx, at=now, who="admin", what="export", subject="everything", source="remove"
    )


class NotExported(Exception):
    """The file cannot be written; nothing was changed."""


def write(
    tx: Tx, path: Path, language: str, zone: ZoneInfo, now: datetime
) -> dict[str, int]:
    """Write everything into a new file; give how many rows of each table.

    The file stands there whole or not at all. Raises NotExported.
    """
    fresh = path.with_name(f"{path.name}.part")
    try:
        with _private(fresh) as file, zipfile.ZipFile(file, "w", _PACKED) as packed:
            counts = {name: _table(tx, packed, name) for name in export.names()}
            coming = removal.coming(tx, now)
            packed.writestr(
                f"{text(language, 'removal.csv.file')}.csv",
                _csv(tx, coming, language, zone),
            )
            packed.writestr("README.txt", text(language, "removal.export.readme"))
        with fresh.open("rb") as done:
            os.fsync(done.fileno())
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise NotExported(error.strerror or str(error)) from error
    return counts


_PACKED = zipfile.ZIP_DEFLATED


def _private(path: Path) -> io.FileIO:
    """Open a new file that nobody else may read.

    Where others may write too, one of theirs may lie there, or lead elsewhere: it is
    taken away, as is what a run before has left, and never written to.
    """
    path.unlink(missing_ok=True)
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return io.FileIO(opened, "w")


def _table(tx: Tx, packed: zipfile.ZipFile, name: str) -> int:
    count = 0
    with packed.open(f"{name}.jsonl", "w", force_zip64=True) as file:
        for row in export.rows(tx, name):
            line = json.dumps(row, ensure_ascii=False, sort_keys=True)
            file.write(f"{line}\n".encode())
            count += 1
    return count


_COLUMNS = (
    *("day", "begins", "ends", "reference", "professional", "service", "modality"),
    *("client", "email", "phone", "language", "state", "join"),
)


def _csv(tx: Tx, coming: Sequence[Appointment], language: str, zone: ZoneInfo) -> bytes:
    """Write the coming appointments as spreadsheets in Finland read them."""
    made = io.StringIO()
    table = csv.writer(made, delimiter=";", lineterminator="\r\n")
    table.writerow(text(language, f"removal.csv.{name}") for name in _COLUMNS)
    for each in coming:
        table.writerow(map(_harmless, _cells(tx, each, language, zone)))
    return "\ufeff".encode() + made.getvalue().encode()


def _cells(tx: Tx, one: Appointment, language: str, zone: ZoneInfo) -> Iterator[str]:
    begins, ends = (at.astimezone(zone) for at in (one.span.start, one.span.end))
    client = people.client(tx, one.client) if one.client else None
    link = calendars.link(tx, one.id, one.professional)
    yield from (f"{begins:%Y-%m-%d}", f"{begins:%H:%M}", f"{ends:%H:%M}")
    yield one.reference
    yield people.professional(tx, one.professional).name
    yield getattr(people.service(tx, one.service).name, language)
    yield text(language, f"common.modality.{one.modality.value}")
    yield client.name if client else ""
    yield (client.email if client else None) or ""
    yield (client.phone if client else None) or ""
    yield client.language.value if client else ""
    confirmed = one.status in AGREED and not one.confirming
    yield text(language, f"removal.csv.{'booked' if confirmed else 'open'}")
    yield (link.join_url if link else None) or ""


def _harmless(cell: str) -> str:
    """Keep a cell from being taken for a formula; a phone number is none."""
    plain = cell.lstrip("+").replace(" ", "").isdecimal()
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell and not plain else cell
