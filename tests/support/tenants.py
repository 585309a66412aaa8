"""A tenant in a box beside the tests: in a thread and a loop of its own.

What a server leaves running between two requests is then no concern of the tests' loop.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from dev_tenant import server
from graph_sync.microsoft import Identity, TokenSource, credential


@contextmanager
def running(config: server.Config) -> Iterator[server.Running]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="tenant", daemon=True)
    thread.start()
    try:
        started = asyncio.run_coroutine_threadsafe(server.start(config), loop)
        tenant = started.result(timeout=30)
        try:
            yield tenant
        finally:
            stopped = asyncio.run_coroutine_threadsafe(tenant.stop(), loop)
            stopped.result(timeout=30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=30)
        loop.close()


@asynccontextmanager
async def tokens_of(running: server.Running) -> AsyncIterator[TokenSource]:
    """Give tokens for Graph, as the application that the tenant knows."""
    said = running.addresses()
    source = credential(
        Identity(
            tenant=said["tenant_id"],
            client_id=said["client_id"],
            secret=said["client_secret"],
            authority=said["entra_url"],
            ca_file=running.ca_path,
        )
    )
    try:
        yield source
    finally:
        await source.close()
