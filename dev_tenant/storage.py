"""Keeping a tenant over a restart: its records as one JSON file.

Faults, the journal and delta generations in flight are not kept. The file is replaced
in one step, so a kill leaves the old or the new one.
"""

import json
import os
import types
from collections import deque
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from dev_tenant.clock import Clock
from dev_tenant.tenant import Tenant

FILE = "tenant.json"
NOT_KEPT = {
    "clock",
    "faults",
    "journal",
    "tokens",
    "listeners",
    "install_listeners",
    "changed",
    "closers",
    "blows",
    "base_url",
    "tls_url",
    "app_url",
    "changed_at",
}


def text(tenant: Tenant) -> str:
    """Give all that is kept of a tenant, as JSON."""
    offset = tenant.clock.offset.total_seconds()
    kept = {**_fields(tenant), "clock_offset": offset}
    return json.dumps(kept, ensure_ascii=False, default=_plain)


def save(tenant: Tenant, folder: Path) -> None:
    write(text(tenant), folder)


def write(kept: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / FILE
    fresh = target.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(kept)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(target)


def load(folder: Path) -> Tenant | None:
    """Give the tenant kept in `folder`, or None when there is none yet."""
    target = folder / FILE
    if not target.exists():
        return None
    data = json.loads(target.read_text(encoding="utf-8"))
    clock = Clock(offset=timedelta(seconds=data.pop("clock_offset", 0)))
    tenant = _record(Tenant, data | {"clock": clock})
    assert isinstance(tenant, Tenant)
    return tenant


def _plain(value: Any) -> Any:
    """Give a value that JSON lacks as one it has."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, deque):
        return list(value)
    return _fields(value)


def _fields(record: Any) -> dict[str, Any]:
    return {
        f.name: getattr(record, f.name)
        for f in fields(record)
        if f.name not in NOT_KEPT
    }


def _record(kind: Any, data: dict[str, Any]) -> Any:
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind)}
    return kind(
        **{name: _typed(hints[name], v) for name, v in data.items() if name in known}
    )


def _typed(hint: Any, value: Any) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if value is None:
        return None
    if origin in {Union, types.UnionType}:
        return _typed(next(a for a in args if a is not type(None)), value)
    if origin is list:
        return [_typed(args[0], v) for v in value]
    if origin is dict:
        return {k: _typed(args[1], v) for k, v in value.items()}
    if is_dataclass(hint) and isinstance(value, dict):
        return _record(hint, value)
    return datetime.fromisoformat(value) if hint is datetime else value
