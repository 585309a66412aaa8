"""How the app proves who it is, against an Entra of our own."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from dev_tenant import server
from dev_tenant.entra import entra_in
from dev_tenant.entra.issuer import GRAPH, Registration
from graph_sync.graph import Forbidden, GraphError, Throttled, Unavailable
from graph_sync.microsoft import (
    BOT_SCOPE,
    GRAPH_SCOPE,
    Identity,
    Microsoft,
    TokenSource,
    credential,
    trust,
)
from graph_sync.microsoft.tokens import refusal
from tests.support.waiting import world

MACHINE = "9f3a52cd-5d0f-4be5-9a66-0b1a37d8c1c4"
AINO = "aino.lehtovaara@lumivaara.example"


@pytest.fixture
def identity(running: server.Running) -> Identity:
    said = running.addresses()
    return Identity(
        tenant=said["tenant_id"],
        client_id=said["client_id"],
        secret=said["client_secret"],
        authority=said["entra_url"],
        ca_file=running.ca_path,
    )


async def test_a_secret_gives_tokens_for_graph_and_for_the_bot(tokens: TokenSource):
    graph = await tokens.bearer(GRAPH_SCOPE)
    bot = await tokens.bearer(BOT_SCOPE)

    assert graph.count(".") == 2
    assert graph != bot
    assert await tokens.bearer(GRAPH_SCOPE) == graph


async def test_a_certificate_gives_a_token(
    running: server.Running, identity: Identity, tmp_path: Path
):
    private, public = _certificate()
    pem = tmp_path / "app.pem"
    pem.write_bytes(private + public)
    registered = entra_in(running.tenant).registrations[identity.client_id]
    registered.certificates.append(public.decode())

    source = credential(replace(identity, secret="", certificate=pem))

    token = await source.bearer(GRAPH_SCOPE)
    await source.close()
    assert token.count(".") == 2


async def test_a_wrong_secret_is_forbidden_and_says_no_secret(
    running: server.Running, identity: Identity
):
    error = await _refused(running, replace(identity, secret="not-the-secret"))

    assert isinstance(error, Forbidden)
    assert "not-the-secret" not in str(error)


async def test_an_entra_that_does_not_answer_is_unavailable(
    running: server.Running, identity: Identity
):
    nobody = "https://localhost:9"

    error = await _refused(running, replace(identity, authority=nobody))

    assert isinstance(error, Unavailable)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Forbidden),
        (401, Forbidden),
        (403, Forbidden),
        (404, Unavailable),
        (429, Throttled),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
async def test_only_a_refusal_of_entra_is_one(
    running: server.Running, identity: Identity, status: int, error: type[GraphError]
):
    with failing(running, status=status, retry_after="60"):
        began = time.monotonic()
        told = await _refused(running, identity)

    assert type(told) is error
    assert time.monotonic() - began < 30  # nobody slept behind the token's lock
    if isinstance(told, Throttled):
        assert told.retry_after == 60


async def test_an_entra_that_throttles_is_asked_again_after_its_time(
    running: server.Running, identity: Identity
):
    with failing(running, status=429, retry_after="0.5", count=1):
        async with asking(running, identity) as graph:
            assert await graph.mailbox(AINO)


@pytest.mark.parametrize("status", [None, 200])
def test_an_answer_of_entra_that_is_none_withdraws_no_consent(status: int | None):
    refused = ClientAuthenticationError("Unexpected response from Microsoft Entra ID")
    refused.status_code = status

    assert type(refusal(refused)) is Unavailable


@contextmanager
def failing(running: server.Running, **fault: Any) -> Iterator[None]:
    running.tenant.faults.add({"area": "entra", "path": "token", "count": 0, **fault})
    try:
        yield
    finally:
        running.tenant.faults.clear()


async def test_an_entra_that_nobody_vouches_for_is_not_believed(
    running: server.Running, identity: Identity
):
    error = await _refused(running, replace(identity, ca_file=None))

    assert isinstance(error, Unavailable)


@asynccontextmanager
async def asking(
    running: server.Running, identity: Identity
) -> AsyncIterator[Microsoft]:
    source = credential(identity)
    graph = Microsoft(running.graph_url, source, world())
    try:
        yield graph
    finally:
        await graph.aclose()
        await source.close()


async def _refused(running: server.Running, identity: Identity) -> GraphError:
    async with asking(running, identity) as graph:
        try:
            await graph.mailbox(AINO)
        except GraphError as error:
            return error
    pytest.fail("nothing was refused")


def test_without_any_proof_there_is_no_credential(identity: Identity):
    with pytest.raises(ValueError, match="no secret, certificate or managed identity"):
        credential(replace(identity, secret=""))


async def test_a_managed_identity_vouches_for_the_app_that_trusts_it(
    running: server.Running, identity: Identity, monkeypatch: pytest.MonkeyPatch
):
    entra = entra_in(running.tenant)
    entra.registrations[MACHINE] = Registration(MACHINE, "a machine in Azure")
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{running.base_url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", entra.identity_header)
    vouched = replace(identity, secret="", managed=True, managed_id=MACHINE)

    error = await _refused(running, vouched)
    assert isinstance(error, Forbidden)

    app = entra.registrations[identity.client_id]
    monkeypatch.setattr(app, "trusts", {MACHINE})
    source = credential(vouched)
    token = await source.bearer(GRAPH_SCOPE)
    await source.close()

    claims = entra.check(token, GRAPH)
    assert isinstance(claims, dict)
    assert claims["appid"] == identity.client_id


def test_trust_is_the_systems_and_a_files_more(running: server.Running):
    ours, plain = trust(running.ca_path), trust(None)

    assert len(ours.get_ca_certs()) == len(plain.get_ca_certs()) + 1


def _certificate() -> tuple[bytes, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vuoro")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private, certificate.public_bytes(serialization.Encoding.PEM)
