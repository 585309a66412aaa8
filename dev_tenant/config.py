"""How a tenant is started."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Config:
    """Where a tenant listens and what it begins with; a port of 0 is a free one."""

    host: str = "127.0.0.1"
    port: int = 0
    tls_port: int | None = 0  #: None: no TLS at all
    seed: int = 1
    data: Path | None = None  #: Where the tenant is kept; None: only in memory.
    ca_path: Path | None = None  #: Where the CA is written; default: in `data`.
    #: Where the application is; nobody's address unless named, so that a tenant started
    #: for a test says nothing to a demo that happens to run.
    app_url: str = "http://127.0.0.1:2"
    client_id: str = ""  #: empty: made from the seed
    client_secret: str = ""
    latency: float = 0.01  #: Seconds each Graph request takes at least.
    now: datetime | None = None  #: Start the business clock here.
    frozen: bool = False  #: Let the business clock stand still until moved.
