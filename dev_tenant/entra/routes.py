"""Entra over HTTP: metadata, keys, tokens, consent, managed identity, and its controls.

The same routes hang on the plain and the TLS port; addresses in the metadata follow the
port that was asked, the issuer never changes.
"""

from html import escape
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from dev_tenant.entra import controls, problems
from dev_tenant.entra.controls import KEY
from dev_tenant.entra.grants import grant
from dev_tenant.entra.issuer import BOT_FRAMEWORK, Entra, Refused, Registration
from dev_tenant.entra.problems import Problem


def register(app: web.Application, entra: Entra) -> None:
    """Hang every route of Entra on an application."""
    app[KEY] = entra
    here = app.router
    for tail in ("/v2.0", ""):
        address = f"/{{tenant}}{tail}/.well-known/openid-configuration"
        here.add_get(address, openid_configuration)
        here.add_get(f"/{{tenant}}{tail}/adminconsent", admin_consent)
    here.add_get("/{tenant}/discovery/v2.0/keys", keys)
    here.add_get("/common/discovery/instance", instance_discovery)
    here.add_post("/{tenant}/oauth2/v2.0/token", token)
    here.add_get("/{tenant}/oauth2/v2.0/authorize", authorize)
    here.add_get("/botframework/v1/.well-known/openidconfiguration", bot_metadata)
    here.add_get("/botframework/v1/.well-known/keys", bot_keys)
    here.add_get("/msi/token", app_service_identity)
    here.add_get("/metadata/identity/oauth2/token", machine_identity)
    controls.hang(here)


def _origin(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _refuse(entra: Entra, problem: Problem) -> web.Response:
    body = problem.body(entra.clock(), entra.base)
    return web.json_response(body, status=problem.status)


def broken(request: web.Request, status: int, error: str, text: str) -> dict[str, Any]:
    """Give what Entra says when it fails on order; `error` and `text` may be empty."""
    entra = request.app[KEY]
    problem = problems.on_order(status, error, text)
    return problem.body(entra.clock(), entra.base)


def _of_tenant(request: web.Request) -> Problem | None:
    name = request.match_info["tenant"]
    known = request.app[KEY].knows_tenant(name)
    return None if known else problems.no_tenant(name)


async def openid_configuration(request: web.Request) -> web.Response:
    entra = request.app[KEY]
    problem = _of_tenant(request)
    if problem:
        return _refuse(entra, problem)
    root = f"{_origin(request)}/{entra.tenant_id}"
    return web.json_response(
        {
            "issuer": entra.issuer,
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "jwks_uri": f"{root}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": [
                "client_secret_post",
                "private_key_jwt",
            ],
            "response_modes_supported": ["query"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "tenant_region_scope": "EU",
        }
    )


async def keys(request: web.Request) -> web.Response:
    entra = request.app[KEY]
    problem = _of_tenant(request)
    if problem:
        return _refuse(entra, problem)
    return web.json_response(entra.keys.document(issuer=entra.issuer))


async def instance_discovery(request: web.Request) -> web.Response:
    entra = request.app[KEY]
    root = f"{_origin(request)}/{entra.tenant_id}"
    address = f"{root}/v2.0/.well-known/openid-configuration"
    return web.json_response(
        {"tenant_discovery_endpoint": address, "api-version": "1.1", "metadata": []}
    )


async def token(request: web.Request) -> web.Response:
    entra = request.app[KEY]
    problem = _of_tenant(request)
    if problem:
        return _refuse(entra, problem)
    posted = await request.post()
    form = {name: str(value) for name, value in posted.items()}
    answer = grant(entra, form)
    if isinstance(answer, Problem):
        return _refuse(entra, answer)
    return web.json_response(answer, headers={"Cache-Control": "no-store"})


async def authorize(request: web.Request) -> web.Response:
    """Sign in at once as `login_hint`, and count that as consent."""
    entra = request.app[KEY]
    asked = request.query
    client = entra.registrations.get(asked.get("client_id", ""))
    person = entra.directory.person(asked.get("login_hint", ""))
    back = asked.get("redirect_uri", "")
    if client is None or person is None or not back:
        return _refuse(entra, problems.no_application(asked.get("client_id", "")))
    client.consented = True
    entra.second_factor.discard(person.id)
    code = entra.issue_code(client.app_id, person)
    return _back_to(back, code=code, state=asked.get("state", ""))


async def admin_consent(request: web.Request) -> web.Response:
    """Ask the admin, then go back to where the request came from."""
    entra = request.app[KEY]
    asked = request.query
    client = entra.registrations.get(asked.get("client_id", ""))
    back = asked.get("redirect_uri", "")
    problem = _of_tenant(request)
    if problem or client is None or not back:
        wrong = problem or problems.no_application(asked.get("client_id", ""))
        return _refuse(entra, wrong)
    state = asked.get("state", "")
    answer = asked.get("answer")
    if answer is None:
        return web.Response(
            text=_consent_page(request, client), content_type="text/html"
        )
    if answer != "accept":
        declined = "AADSTS65004: User declined to consent to access the app."
        return _back_to(
            back, error="access_denied", error_description=declined, state=state
        )
    client.consented = True
    return _back_to(back, admin_consent="True", tenant=entra.tenant_id, state=state)


def _back_to(address: str, **query: str) -> web.Response:
    joint = "&" if "?" in address else "?"
    where = f"{address}{joint}{urlencode(query)}"
    return web.Response(status=302, headers={"Location": where})


def _consent_page(request: web.Request, client: Registration) -> str:
    asked = ("openid", *client.graph_roles)
    rows = "".join(f"<li>{escape(role)}</li>" for role in asked)
    accept, decline = (
        escape(str(request.rel_url.update_query(answer=answer)))
        for answer in ("accept", "decline")
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        "<link rel=stylesheet href=/faces/static/faces.css>"
        "<title>Permissions requested</title><main class=narrow>"
        "<h1>Permissions requested</h1>"
        f"<p>{escape(client.name)} asks, for the whole organisation, to:</p>"
        f"<ul>{rows}</ul><p><a class='button primary' href='{accept}'>Accept</a> "
        f"<a class=button href='{decline}'>Cancel</a></p></main></html>"
    )


async def bot_metadata(request: web.Request) -> web.Response:
    return web.json_response(
        {
            "issuer": BOT_FRAMEWORK,
            "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": f"{_origin(request)}/botframework/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256", "RS384", "RS512"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }
    )


async def bot_keys(request: web.Request) -> web.Response:
    ring = request.app[KEY].bot_keys
    return web.json_response(ring.document(endorsements=["msteams"]))


async def app_service_identity(request: web.Request) -> web.Response:
    entra = request.app[KEY]
    if request.headers.get("X-IDENTITY-HEADER") != entra.identity_header:
        return web.json_response(
            {"statusCode": 401, "message": "The identity header is not right."},
            status=401,
        )
    return _identity_token(request, entra)


async def machine_identity(request: web.Request) -> web.Response:
    if request.headers.get("Metadata", "").lower() != "true":
        said = {"error": "invalid_request", "error_description": "No Metadata header."}
        return web.json_response(said, status=400)
    return _identity_token(request, request.app[KEY])


def _identity_token(request: web.Request, entra: Entra) -> web.Response:
    resource = request.query.get("resource", "")
    app_id = request.query.get("client_id") or next(iter(entra.registrations), "")
    client = entra.registrations.get(app_id)
    if client is None:
        said = {"error": "invalid_request", "error_description": "Identity not found"}
        return web.json_response(said, status=400)
    signed = entra.application_token(client, resource.removesuffix("/.default"))
    if isinstance(signed, Refused):
        said = {"error": "invalid_resource", "error_description": signed.reason}
        return web.json_response(said, status=400)
    expires = str(int(entra.clock()) + entra.lifetime_seconds)
    return web.json_response(
        {
            "access_token": signed,
            "expires_on": expires,
            "expires_in": str(entra.lifetime_seconds),
            "resource": resource,
            "token_type": "Bearer",
            "client_id": client.app_id,
        }
    )
