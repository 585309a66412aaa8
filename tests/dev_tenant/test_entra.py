"""Entra over real HTTP: shapes, refusals, rotation, and azure-identity as the client."""

import datetime as dt
import ssl

import jwt
import pytest
import trustme
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from azure.identity.aio import (
    CertificateCredential,
    ClientSecretCredential,
    ManagedIdentityCredential,
    OnBehalfOfCredential,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from dev_tenant.entra import (
    BOT_FRAMEWORK,
    GRAPH,
    Entra,
    Person,
    Refused,
    Registration,
    register,
)
from dev_tenant.entra.grants import ASSERTION_TYPE
from dev_tenant.entra.issuer import EXCHANGE

TENANT = "6d0a9f0e-1111-4222-8333-444455556666"
APP = "0f5c8f4e-7c0a-4d0e-9f57-2b6f6a1d9c11"
AINO = Person("aino-id", "Aino Aalto", "aino@vuoro.example", ("Supervisor",), ("g1",))
GRAPH_SCOPE = f"{GRAPH}/.default"


class People:
    def person(self, who):
        return AINO if who in {AINO.id, AINO.upn} else None


class Watch:
    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


def an_entra(clock=None, base="https://entra.example"):
    more = {"clock": clock} if clock else {}
    entra = Entra(TENANT, base, People(), domains=("vuoro.example",), **more)
    entra.add(
        Registration(
            APP,
            "Vuoro",
            secrets={"right"},
            graph_roles=("Calendars.ReadWrite", "User.Read.All"),
        )
    )
    return entra


async def serve(entra):
    app = web.Application()
    register(app, entra)
    return TestClient(TestServer(app))


async def published_at(metadata):
    async with ClientSession() as session, session.get(metadata["jwks_uri"]) as answer:
        return await answer.json()


async def ask_token(client, tenant=TENANT, **form):
    async with client.post(f"/{tenant}/oauth2/v2.0/token", data=form) as answer:
        return answer.status, await answer.json()


def secret_form(**more):
    return {
        "grant_type": "client_credentials",
        "client_id": APP,
        "client_secret": "right",
        "scope": GRAPH_SCOPE,
        **more,
    }


def obo_form(assertion):
    return {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "client_id": APP,
        "client_secret": "right",
        "assertion": assertion,
        "requested_token_use": "on_behalf_of",
        "scope": f"{GRAPH}/User.Read",
    }


async def test_metadata_leads_to_the_keys_that_verify_a_tab_token():
    entra = an_entra()
    async with await serve(entra) as client:
        path = f"/{TENANT}/v2.0/.well-known/openid-configuration"
        metadata = await (await client.get(path)).json()
        published = await published_at(metadata)
        token = entra.tab_token(entra.registrations[APP], AINO)
        kid = jwt.get_unverified_header(token)["kid"]
        key = next(key for key in published["keys"] if key["kid"] == kid)

        claims = jwt.decode(
            token, jwt.PyJWK(key), audience=APP, issuer=metadata["issuer"]
        )

        assert claims["scp"] == "access_as_user"
        assert (claims["tid"], claims["oid"]) == (TENANT, AINO.id)
        assert claims["ver"] == "2.0"
        assert claims["roles"] == ["Supervisor"]
        assert claims["groups"] == ["g1"]
        assert claims["preferred_username"] == AINO.upn


async def test_an_application_token_is_accepted_for_graph_and_only_for_graph():
    entra = an_entra()
    async with await serve(entra) as client:
        status, body = await ask_token(client, **secret_form())

    assert status == 200
    claims = entra.check(body["access_token"], GRAPH)
    assert isinstance(claims, dict)
    assert claims["roles"] == ["Calendars.ReadWrite", "User.Read.All"]
    assert isinstance(entra.check(body["access_token"], BOT_FRAMEWORK), Refused)


@pytest.mark.parametrize(
    ("form", "status", "error", "code"),
    [
        (secret_form(client_secret="wrong"), 401, "invalid_client", 7000215),
        (secret_form(client_secret=""), 401, "invalid_client", 7000218),
        (secret_form(client_id="nobody"), 400, "unauthorized_client", 700016),
        (secret_form(grant_type="password"), 400, "unsupported_grant_type", 70003),
        (secret_form(scope="User.Read"), 400, "invalid_scope", 70011),
        (secret_form(scope="api://x/.default"), 400, "invalid_resource", 500011),
        ({"client_id": APP}, 400, "invalid_request", 900144),
    ],
)
async def test_bad_token_requests_get_their_aadsts_number(form, status, error, code):
    async with await serve(an_entra()) as client:
        got, body = await ask_token(client, **form)

    assert got == status
    assert body["error"] == error
    assert body["error_codes"] == [code]
    assert body["error_description"].startswith(f"AADSTS{code}: ")
    assert {"timestamp", "trace_id", "correlation_id", "error_uri"} <= set(body)


async def test_an_unknown_tenant_is_refused_and_the_domain_is_an_alias():
    async with await serve(an_entra()) as client:
        _, unknown = await ask_token(client, tenant="other", **secret_form())
        status, _ = await ask_token(client, tenant="vuoro.example", **secret_form())

    assert unknown["error_codes"] == [90002]
    assert status == 200


async def test_a_rotated_key_stays_for_its_grace_and_is_then_gone():
    clock = Watch()
    entra = an_entra(clock)
    old = entra.tab_token(entra.registrations[APP], AINO)
    async with await serve(entra) as client:
        body = {"which": "entra", "grace_seconds": 60}
        await client.post("/_tenant/entra/rotate", json=body)
        during = await (await client.get(f"/{TENANT}/discovery/v2.0/keys")).json()
        assert isinstance(entra.check(old, APP), dict)
        clock.now += 61
        after = await (await client.get(f"/{TENANT}/discovery/v2.0/keys")).json()

    assert len(during["keys"]) == 2
    assert len(after["keys"]) == 1
    assert entra.check(old, APP) == Refused("Signing key is invalid.")


async def test_an_expired_token_and_a_forged_one_are_refused():
    clock = Watch()
    entra = an_entra(clock)
    app = entra.registrations[APP]
    fresh = entra.tab_token(app, AINO)
    forged = entra.tab_token(app, AINO, {"key": "foreign"})
    assert isinstance(entra.check(forged, APP), Refused)
    clock.now += 3601

    refused = entra.check(fresh, APP)

    assert isinstance(refused, Refused)
    assert "expired" in refused.reason


async def test_on_behalf_of_gives_a_token_of_the_person():
    entra = an_entra()
    assertion = entra.tab_token(entra.registrations[APP], AINO)
    async with await serve(entra) as client:
        status, body = await ask_token(client, **obo_form(assertion))

    assert status == 200
    claims = entra.check(body["access_token"], GRAPH)
    assert isinstance(claims, dict)
    assert (claims["oid"], claims["scp"]) == (AINO.id, "User.Read")


async def test_without_consent_on_behalf_of_asks_for_it():
    entra = an_entra()
    assertion = entra.tab_token(entra.registrations[APP], AINO)
    async with await serve(entra) as client:
        body = {"client_id": APP, "granted": False}
        await client.post("/_tenant/entra/consent", json=body)
        status, refused = await ask_token(client, **obo_form(assertion))

        assert status == 400
        assert refused["error"] == "invalid_grant"
        assert refused["error_codes"] == [65001]
        assert refused["suberror"] == "consent_required"

        consent = f"/{TENANT}/adminconsent"
        query = {"client_id": APP, "redirect_uri": "http://app/back", "state": "s 1"}
        page = await (await client.get(consent, params=query)).text()
        assert "Calendars.ReadWrite" in page
        back = await client.get(
            consent, params={**query, "answer": "accept"}, allow_redirects=False
        )
        assert back.status == 302
        assert back.headers["Location"] == (
            f"http://app/back?admin_consent=True&tenant={TENANT}&state=s+1"
        )
        status, _ = await ask_token(client, **obo_form(assertion))
        assert status == 200


async def test_a_second_factor_is_an_interaction():
    entra = an_entra()
    assertion = entra.tab_token(entra.registrations[APP], AINO)
    async with await serve(entra) as client:
        body = {"user": AINO.upn, "required": True}
        await client.post("/_tenant/entra/second-factor", json=body)
        _, refused = await ask_token(client, **obo_form(assertion))

    assert refused["error"] == "interaction_required"
    assert refused["error_codes"] == [50076]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "other"}, 50013),
        ({"exp": 5}, 500133),
        ({"key": "foreign"}, 50013),
        ({"scp": None}, 50013),
    ],
)
async def test_a_bad_assertion_is_an_invalid_grant(changes, code):
    entra = an_entra()
    assertion = entra.tab_token(entra.registrations[APP], AINO, changes)
    async with await serve(entra) as client:
        status, refused = await ask_token(client, **obo_form(assertion))

    assert status == 400
    assert refused["error"] == "invalid_grant"
    assert refused["error_codes"] == [code]


async def test_channel_tokens_verify_with_endorsed_keys():
    entra = an_entra()
    async with await serve(entra) as client:
        path = "/botframework/v1/.well-known/openidconfiguration"
        metadata = await (await client.get(path)).json()
        published = await published_at(metadata)
        body = {"service_url": "http://connector/"}
        minted = await client.post("/_tenant/entra/channel-token", json=body)
        token = (await minted.json())["token"]

    key = published["keys"][0]
    assert key["endorsements"] == ["msteams"]
    claims = jwt.decode(
        token, jwt.PyJWK(key), audience=APP, issuer="https://api.botframework.com"
    )
    assert claims["serviceurl"] == "http://connector/"


def a_certificate():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vuoro")])
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + public, public.decode()


@pytest.fixture
async def over_tls(tmp_path):
    """Entra on TLS as the app meets it: (entra, authority, path of the CA)."""
    ca = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    bundle = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(bundle)
    entra = an_entra()
    app = web.Application()
    register(app, entra)
    server = TestServer(app, scheme="https", host="127.0.0.1")
    await server.start_server(ssl=context)
    entra.base = f"https://127.0.0.1:{server.port}"
    yield entra, entra.base, str(bundle)
    await server.close()


async def test_azure_identity_signs_in_by_secret(over_tls):
    entra, authority, ca = over_tls
    async with ClientSecretCredential(
        TENANT,
        APP,
        "right",
        authority=authority,
        connection_verify=ca,
        disable_instance_discovery=True,
    ) as credential:
        token = await credential.get_token(GRAPH_SCOPE)

    assert isinstance(entra.check(token.token, GRAPH), dict)


async def test_azure_identity_signs_in_by_certificate(over_tls):
    entra, authority, ca = over_tls
    ours, public = a_certificate()
    entra.registrations[APP].certificates.append(public)
    async with CertificateCredential(
        TENANT,
        APP,
        certificate_data=ours,
        authority=authority,
        connection_verify=ca,
        disable_instance_discovery=True,
    ) as credential:
        token = await credential.get_token(f"{BOT_FRAMEWORK}/.default")

    assert isinstance(entra.check(token.token, BOT_FRAMEWORK), dict)


async def test_a_certificate_nobody_registered_is_refused():
    entra = an_entra()
    _, public = a_certificate()
    entra.registrations[APP].certificates.append(public)
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = {"iss": APP, "sub": APP, "jti": "1", "exp": 4_000_000_000, "aud": "x"}
    form = secret_form(
        client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion=jwt.encode(claims, stranger, algorithm="PS256"),
    )
    del form["client_secret"]
    async with await serve(entra) as client:
        status, body = await ask_token(client, **form)

    assert status == 401
    assert body["error_codes"] == [700027]


async def test_azure_identity_acts_on_behalf_of_a_person(over_tls):
    entra, authority, ca = over_tls
    assertion = entra.tab_token(entra.registrations[APP], AINO)
    async with OnBehalfOfCredential(
        TENANT,
        APP,
        client_secret="right",
        user_assertion=assertion,
        authority=authority,
        connection_verify=ca,
        disable_instance_discovery=True,
    ) as credential:
        token = await credential.get_token(f"{GRAPH}/User.Read")

    claims = entra.check(token.token, GRAPH)
    assert isinstance(claims, dict)
    assert claims["oid"] == AINO.id


async def test_an_app_trusts_a_managed_identity_and_no_other():
    entra = an_entra()
    machine = Registration("9f3a52cd-5d0f-4be5-9a66-0b1a37d8c1c4", "a machine")
    form = secret_form(
        client_assertion_type=ASSERTION_TYPE,
        client_assertion=entra.application_token(machine, EXCHANGE),
    )
    del form["client_secret"]
    async with await serve(entra) as client:
        status, refused = await ask_token(client, **form)
        entra.registrations[APP].trusts.add(machine.app_id)
        trusted, said = await ask_token(client, **form)

    assert (status, trusted) == (401, 200)
    assert refused["error_codes"] == [700213]
    claims = entra.check(said["access_token"], GRAPH)
    assert isinstance(claims, dict)
    assert claims["appid"] == APP


async def test_azure_identity_uses_the_managed_identity(monkeypatch):
    entra = an_entra()
    async with await serve(entra) as client:
        monkeypatch.setenv("IDENTITY_ENDPOINT", str(client.make_url("/msi/token")))
        monkeypatch.setenv("IDENTITY_HEADER", entra.identity_header)
        async with ManagedIdentityCredential(client_id=APP) as credential:
            token = await credential.get_token(GRAPH_SCOPE)
        async with ClientSession() as session:
            bare = await session.get(client.make_url("/msi/token"))

    assert isinstance(entra.check(token.token, GRAPH), dict)
    assert bare.status == 401
