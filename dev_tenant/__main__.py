"""`python -m dev_tenant`: run a tenant until Ctrl-C or SIGTERM.

Prints one line of JSON once it answers.
"""

import argparse
import asyncio
import json
import signal
import sys
from datetime import datetime
from pathlib import Path

from dev_tenant.server import Config, start


def read_arguments(words: list[str]) -> Config:
    parser = argparse.ArgumentParser(prog="dev_tenant", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0: any free port")
    parser.add_argument("--tls-port", type=int, default=8443, help="0: any free port")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=Path("data/tenant"))
    parser.add_argument("--app-url", default="http://127.0.0.1:8080")
    parser.add_argument("--client-id", default="")
    parser.add_argument("--client-secret", default="")
    parser.add_argument("--latency", type=float, default=0.01, help="seconds")
    parser.add_argument("--now", type=datetime.fromisoformat, default=None)
    parser.add_argument("--memory", action="store_true", help="keep nothing on disk")
    given = parser.parse_args(words)
    return Config(
        host=given.host,
        port=given.port,
        tls_port=given.tls_port,
        seed=given.seed,
        data=None if given.memory else given.data,
        ca_path=given.data / "ca.pem",
        app_url=given.app_url,
        client_id=given.client_id,
        client_secret=given.client_secret,
        latency=given.latency,
        now=given.now,
    )


async def run(config: Config) -> int:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    try:
        running = await start(config)
    except OSError as busy:
        print(f"dev_tenant: {busy.strerror or busy}", file=sys.stderr)
        return 1
    print(json.dumps(running.addresses()), flush=True)
    await ended.wait()
    await running.stop()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(run(read_arguments(sys.argv[1:]))))
