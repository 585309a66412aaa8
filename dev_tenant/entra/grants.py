"""The token endpoint: one function a grant, from the posted form to tokens or a refusal.

A client shows who it is by its secret or by an assertion signed with a registered
certificate (RS256, or PS256 as azure-identity signs); an assertion is used once.
"""

from collections.abc import Callable, Mapping
from typing import Any

import jwt
from cryptography import x509

from dev_tenant.entra import problems
from dev_tenant.entra.issuer import (
    EXCHANGE,
    GRAPH,
    GRAPH_APP_ID,
    Entra,
    Person,
    Refused,
    Registration,
)
from dev_tenant.entra.problems import Problem

Form = Mapping[str, str]
Answer = dict[str, Any] | Problem

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def grant(entra: Entra, form: Form) -> Answer:
    """Answer one request of the token endpoint."""
    kind = form.get("grant_type")
    if not kind:
        return problems.missing("grant_type")
    give = GRANTS.get(kind)
    if give is None:
        return problems.no_grant(kind)
    client = _client(entra, form)
    if isinstance(client, Problem):
        return client
    return give(entra, client, form)


def _client(entra: Entra, form: Form) -> Registration | Problem:
    """Give who asks, once that is proven."""
    app_id = form.get("client_id")
    if not app_id:
        return problems.missing("client_id")
    client = entra.registrations.get(app_id)
    if client is None:
        return problems.no_application(app_id)
    if entra.disabled():
        return problems.disabled(app_id, client.name)
    return _unproven(entra, client, form) or client


def _unproven(entra: Entra, client: Registration, form: Form) -> Problem | None:
    if form.get("client_secret"):
        return _secret_problem(entra, client, form["client_secret"])
    if not form.get("client_assertion"):
        return problems.no_credential()
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        return problems.missing("client_assertion_type")
    return _untrusted(entra, client, form["client_assertion"])


def _secret_problem(entra: Entra, client: Registration, said: str) -> Problem | None:
    if said not in client.secrets:
        return problems.bad_secret(client.app_id)
    return problems.ended_secret(client.app_id) if entra.secrets_ended() else None


def _untrusted(entra: Entra, client: Registration, assertion: str) -> Problem | None:
    if not isinstance(word := entra.check(assertion, EXCHANGE), Refused):
        trusted = word["sub"] in client.trusts
        return None if trusted else problems.not_trusted(word["sub"])
    why = _assertion_fault(entra, client, assertion)
    return problems.bad_client_assertion(why) if why else None


def _assertion_fault(entra: Entra, client: Registration, assertion: str) -> str | None:
    for pem in client.certificates:
        key = x509.load_pem_x509_certificate(pem.encode()).public_key()
        try:
            claims = jwt.decode(
                assertion,
                key,  # type: ignore[arg-type]
                algorithms=["RS256", "PS256"],
                issuer=client.app_id,
                subject=client.app_id,
                options={"verify_aud": False, "require": ["exp", "aud", "jti"]},
            )
        except jwt.InvalidSignatureError:
            continue
        except jwt.PyJWTError as error:
            return str(error)
        return _assertion_use_fault(entra, claims)
    return "Reason - The key was not found."


def _assertion_use_fault(entra: Entra, claims: dict[str, Any]) -> str | None:
    accepted = (f"/{entra.tenant_id}/oauth2/v2.0/token", f"/{entra.tenant_id}/v2.0")
    if not str(claims["aud"]).endswith(accepted):
        return "The audience is not this tenant's token endpoint."
    if not entra.first_use(str(claims["jti"])):
        return "The assertion was used before."
    return None


def _client_credentials(entra: Entra, client: Registration, form: Form) -> Answer:
    scope = form.get("scope", "")
    resource = scope.removesuffix("/.default")
    if not scope or resource == scope:
        return problems.bad_scope(scope)
    token = entra.application_token(client, resource)
    if isinstance(token, Refused):
        return problems.no_resource(resource)
    return _bearer(entra, token)


def _on_behalf_of(entra: Entra, client: Registration, form: Form) -> Answer:
    for name in ("requested_token_use", "assertion"):
        if not form.get(name):
            return problems.missing(name)
    claims = entra.check(form["assertion"], client.audiences)
    if isinstance(claims, Refused):
        return _assertion_problem(client, claims)
    person = entra.directory.person(str(claims.get("oid")))
    if person is None or "scp" not in claims:
        return problems.bad_assertion("The assertion is not a user's token.")
    if entra.step_up_for(person.id):
        return problems.interaction_required()
    if not client.consented:
        return problems.no_consent(client.app_id, client.name)
    return _delegated(entra, client, person, form.get("scope", ""))


def _assertion_problem(client: Registration, refused: Refused) -> Problem:
    if "expired" in refused.reason:
        return problems.expired_assertion()
    if "udience" in refused.reason:
        return problems.wrong_audience(client.app_id)
    return problems.bad_assertion(refused.reason)


def _authorization_code(entra: Entra, client: Registration, form: Form) -> Answer:
    person = entra.redeem(form.get("code", ""), client.app_id)
    if person is None:
        return Problem(
            54005, "invalid_grant", "OAuth2 Authorization code is not valid."
        )
    return _delegated(entra, client, person, form.get("scope", ""))


def _delegated(
    entra: Entra, client: Registration, person: Person, scope: str
) -> Answer:
    asked = [part for part in scope.split() if part not in OPENID_SCOPES]
    short = {part.rsplit("/", 1)[-1] for part in asked}
    owners = {part.rsplit("/", 1)[0] for part in asked if "://" in part}
    others = owners - {GRAPH, GRAPH_APP_ID}
    if others:
        return problems.no_resource(min(others))
    granted = " ".join(sorted(short - {".default"})) or "User.Read"
    token = entra.delegated_token(client, person, granted)
    return {**_bearer(entra, token), "scope": granted}


def _bearer(entra: Entra, token: str) -> dict[str, Any]:
    seconds = entra.lifetime_seconds
    return {
        "token_type": "Bearer",
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": token,
    }


OPENID_SCOPES = {"openid", "profile", "offline_access", "email"}
GRANTS: dict[str, Callable[[Entra, Registration, Form], Answer]] = {
    "client_credentials": _client_credentials,
    JWT_BEARER: _on_behalf_of,
    "authorization_code": _authorization_code,
}
