# ruff: noqa: INP001 - a script, not a package
"""Show the style guide and every page in every state: `.venv/bin/python tools/style_guide.py`."""

import asyncio
import contextlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.browser.pages import Samples, serving


async def main() -> None:
    async with serving(Samples().app(), int(sys.argv[1]) if sys.argv[1:] else 0) as at:
        print(f"{at}/guide?theme=default", flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
