"""Entra's refusals, in the JSON in which it states them."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """An OAuth error with its AADSTS number."""

    code: int
    error: str
    text: str
    status: int = 400
    suberror: str | None = None

    def body(self, now: float, base: str) -> dict[str, Any]:
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        at = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        said = (
            f"AADSTS{self.code}: {self.text} Trace ID: {trace} "
            f"Correlation ID: {correlation} Timestamp: {at}"
        )
        body = {
            "error": self.error,
            "error_description": said,
            "error_codes": [self.code],
            "timestamp": at,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"{base}/error?code={self.code}",
        }
        return body | ({"suberror": self.suberror} if self.suberror else {})


def on_order(status: int, error: str, text: str) -> Problem:
    """Say what Entra says with a status of its own trouble, or with a refusal."""
    code, usual, said = _USUAL.get(status, _TROUBLE)
    return Problem(code, error or usual, text or said, status)


def missing(parameter: str) -> Problem:
    return Problem(
        900144,
        "invalid_request",
        f"The request body must contain the following parameter: '{parameter}'.",
    )


def no_tenant(name: str) -> Problem:
    return Problem(
        90002,
        "invalid_request",
        f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID.",
    )


def no_application(app_id: str) -> Problem:
    return Problem(
        700016,
        "unauthorized_client",
        f"Application with identifier '{app_id}' was not found in the directory.",
    )


def bad_secret(app_id: str) -> Problem:
    return Problem(
        7000215,
        "invalid_client",
        "Invalid client secret provided. Ensure the secret being sent in the request "
        f"is the client secret value, for a secret added to app '{app_id}'.",
        status=401,
    )


def ended_secret(app_id: str) -> Problem:
    return Problem(
        7000222,
        "invalid_client",
        f"The provided client secret keys for app '{app_id}' are expired. Visit the "
        "Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, "
        "or consider using certificate credentials for added security: "
        "https://aka.ms/certCreds.",
        status=401,
    )


def disabled(app_id: str, name: str) -> Problem:
    return Problem(
        7000112,
        "unauthorized_client",
        f"Application '{app_id}'({name}) is disabled.",
        status=401,
    )


def not_trusted(subject: str) -> Problem:
    return Problem(
        700213,
        "invalid_client",
        "No matching federated identity record found for presented assertion subject "
        f"'{subject}'.",
        status=401,
    )


def bad_client_assertion(why: str) -> Problem:
    return Problem(
        700027,
        "invalid_client",
        f"The certificate with identifier used to sign the client assertion is not "
        f"registered on application, or the assertion is not valid. {why}",
        status=401,
    )


def no_credential() -> Problem:
    return Problem(
        7000218,
        "invalid_client",
        "The request body must contain the following parameter: 'client_assertion' or "
        "'client_secret'.",
        status=401,
    )


def bad_scope(scope: str) -> Problem:
    return Problem(
        70011,
        "invalid_scope",
        "The provided request must include a 'scope' input parameter. The provided "
        f"value for the input parameter 'scope' is not valid. The scope {scope} is "
        "not valid.",
    )


def no_resource(resource: str) -> Problem:
    return Problem(
        500011,
        "invalid_resource",
        f"The resource principal named {resource} was not found in the tenant.",
    )


def no_grant(grant: str) -> Problem:
    return Problem(
        70003,
        "unsupported_grant_type",
        f"The app requested an unsupported grant type '{grant}'.",
    )


def bad_assertion(why: str) -> Problem:
    return Problem(
        50013, "invalid_grant", f"Assertion failed signature validation. {why}"
    )


def expired_assertion() -> Problem:
    return Problem(
        500133,
        "invalid_grant",
        "Assertion is not within its valid time range. Ensure that the access token is "
        "not expired before using it for user assertion.",
    )


def wrong_audience(app_id: str) -> Problem:
    return Problem(
        50013,
        "invalid_grant",
        "Assertion failed audience validation. The audience of the assertion does not "
        f"match the application '{app_id}'.",
    )


def no_consent(app_id: str, name: str) -> Problem:
    return Problem(
        65001,
        "invalid_grant",
        "The user or administrator has not consented to use the application with ID "
        f"'{app_id}' named '{name}'. Send an interactive authorization request for "
        "this user and resource.",
        suberror="consent_required",
    )


def interaction_required() -> Problem:
    return Problem(
        50076,
        "interaction_required",
        "Due to a configuration change made by your administrator, or because you "
        "moved to a new location, you must use multi-factor authentication to access.",
        suberror="basic_action",
    )


_TROUBLE = (
    90033,
    "temporarily_unavailable",
    "A transient error has occurred. Please try again.",
)
_USUAL = {
    400: (
        53003,
        "invalid_grant",
        "Access has been blocked by Conditional Access policies.",
    ),
    401: (7000222, "invalid_client", "The provided client secret keys are expired."),
    403: (7000112, "unauthorized_client", "The application is disabled."),
    429: (
        90055,
        "temporarily_unavailable",
        "There are too many incoming requests. Please wait and try again.",
    ),
}
