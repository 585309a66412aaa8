"""The outside world of the kill test: it does what workers ask and remembers it all.

A process of its own, so that killing workers takes nothing from its memory. One
connection is one request, in JSON. `do`: carry out a job, which takes a moment, then
answer; how many run at once in each lane is counted here, where they truly run. A
worker that dies closes its connection, and what it asked for ends. `report`: tell.
"""

import asyncio
import json
import sys
from collections import Counter

EFFECT_SECONDS = 0.015


class Recorder:
    def __init__(self) -> None:
        self.done: list[tuple[str, int]] = []
        self.running: Counter[str] = Counter()
        self.peaks: Counter[str] = Counter()
        self.at_work: Counter[int] = Counter()

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        asked = json.loads(await reader.readline())
        if asked["what"] == "do":
            await self._do(asked, reader)
            answer: object = "done"
        else:
            answer = {
                "done": self.done,
                "peaks": self.peaks,
                "at_work": {pid: n for pid, n in self.at_work.items() if n},
            }
        writer.write(json.dumps(answer).encode() + b"\n")
        writer.close()

    async def _do(self, asked: dict, reader: asyncio.StreamReader) -> None:
        lane, worker = asked["lane"] or "none", asked["worker"]
        self.running[lane] += 1
        self.at_work[worker] += 1
        self.peaks[lane] = max(self.peaks[lane], self.running[lane])
        self.done.append((asked["key"], asked["n"]))
        try:
            # Nothing more is said, so reading ends only when the worker is gone.
            await asyncio.wait_for(reader.read(), EFFECT_SECONDS)
        except TimeoutError:
            pass
        finally:
            self.running[lane] -= 1
            self.at_work[worker] -= 1


async def main() -> None:
    server = await asyncio.start_server(Recorder().serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    # Our input closes when the test is over, whatever became of it.
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
