"""Payloads as Microsoft printed them, where they are at hand.

They are other people's texts and no part of the project: a test that wants one is
collected only when the folder is there (VUORO_EXAMPLES, else ../shared/examples).
"""

import json
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = (
    Path(os.environ.get("VUORO_EXAMPLES", ROOT.parent / "shared" / "examples"))
    / "graph"
)


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return found


def at_hand() -> bool:
    return FOLDER.is_dir()
