"""From settings to the real parts: who is behind each Protocol in this deployment."""

import hashlib
import hmac
import time
from datetime import date, datetime
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from booking.availability import Rules
from booking.calendar import ShowAs
from booking.model import Words
from booking.policy import Policy
from booking.reminders import QuietHours
from booking.spans import instant
from graph_sync.microsoft import Identity, TokenSource, credential, trust
from teams_app.bot.connector import Connector
from teams_app.bot.outbound import Endpoints
from teams_app.bot.pace import Pace
from teams_app.bot.tokens import Bearer
from teams_app.outside import Sms
from teams_app.senders.sms import HttpSms, NoSms
from teams_app.settings import Settings, listed
from teams_app.signing import Keys
from teams_app.web.fair import Fair, networks
from teams_app.web.sso import SignIn
from teams_app.web.watching import Watch


def key_of(settings: Settings, purpose: str) -> bytes:
    """Derive a key for one purpose, so that one cannot be used for another."""
    secret = settings.secret_key.encode()
    return hmac.digest(secret, purpose.encode(), hashlib.sha256)


def make_folder(settings: Settings) -> None:
    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)


def path_of(text: str) -> Path | None:
    return Path(text) if text else None


def tokens_of(settings: Settings) -> TokenSource:
    return credential(
        Identity(
            tenant=settings.tenant_id,
            client_id=settings.client_id,
            secret=settings.client_secret,
            certificate=path_of(settings.certificate),
            certificate_password=settings.certificate_password,
            managed=settings.managed_identity,
            managed_id=settings.managed_identity_id,
            authority=settings.authority,
            ca_file=path_of(settings.ca_file),
        )
    )


def connector_of(
    settings: Settings, session: aiohttp.ClientSession, tokens: TokenSource
) -> Connector:
    places = Endpoints(
        metadata_url=settings.bot_metadata_url,
        issuer=settings.bot_issuer,
        home=settings.bot_home_url,
        service_urls=tuple(listed(settings.bot_service_urls)),
    )
    pace = Pace(time.monotonic, settings.replicas)
    if settings.bot_anonymous:
        return Connector(
            session,
            app_id="",
            bearer=None,
            endpoints=places,
            anonymous_on=settings.host,
            pace=pace,
        )
    bearer = Bearer(tokens, places.scope, time.time)
    return Connector(
        session,
        app_id=settings.client_id,
        bearer=bearer,
        endpoints=places,
        pace=pace,
    )


def sms_of(settings: Settings, session: aiohttp.ClientSession) -> Sms:
    if not settings.sms_url:
        return NoSms()
    return HttpSms(session, settings.sms_url, settings.sms_key, settings.sms_sender)


def sign_in_of(settings: Settings, session: aiohttp.ClientSession) -> SignIn:
    root = f"{settings.authority}/{settings.tenant_id}"
    host = settings.base_url.split("//", 1)[-1]
    keys = Keys(
        session,
        f"{root}/discovery/v2.0/keys",
        verify=trust(path_of(settings.ca_file)),
    )
    return SignIn(
        keys=keys,
        tenant=settings.tenant_id,
        audiences=(settings.client_id, f"api://{host}/{settings.client_id}"),
        issuer=f"{root}/v2.0",
        authorize_url=f"{root}/oauth2/v2.0/authorize",
    )


def fair_of(settings: Settings) -> Fair:
    """Give the limits on what one address may hold and book."""
    trusted = networks(settings.trusted_proxies)
    holds, bookings = settings.holds_per_address, settings.bookings_per_address
    return Fair(time.monotonic, holds, bookings, trusted)


def policy_of(settings: Settings) -> Policy:
    """Read the tenant's decisions out of the settings."""
    link = f"{settings.teams_url}/l/entity/{settings.teams_app_id}/vuoro"
    notice = f"{settings.base_url}/hooks/graph" if settings.notifications else ""
    zone = ZoneInfo(settings.time_zone)
    return Policy(
        tenant_id=settings.tenant_id,
        organisation=_words(
            settings.organisation_fi, settings.organisation_sv, settings.organisation_en
        ),
        names_organisation=settings.messages_name_organisation,
        help_phone=settings.help_phone,
        help_hours=_words(
            settings.help_hours_fi, settings.help_hours_sv, settings.help_hours_en
        ),
        contact_email=settings.contact_email or settings.sender,
        staff_pattern=(f"{link}?context=%7B%22subEntityId%22%3A%22{{reference}}%22%7D"),
        tab_url=link,
        sender=settings.sender,
        has_sms=bool(settings.sms_url),
        notice_url=notice,
        privacy_url=settings.privacy_url,
        accessibility_url=settings.accessibility_url,
        poll_seconds=settings.poll_seconds,
        admins=frozenset(listed(settings.admins.lower())),
        admins_group=settings.admins_group.lower(),
        professionals_group=settings.professionals_group.lower(),
        zone=zone,
        quiet=_quiet(settings, zone),
        rules=Rules(
            blocking=frozenset(ShowAs(each) for each in settings.blocking.split(",")),
            holidays=settings.holidays,
            eves=settings.holidays,
            step_minutes=settings.step_minutes,
        ),
        trusts_moves=settings.trust_moves,
        names_professional=settings.names_professional,
        names_service=settings.names_service,
    )


def _quiet(settings: Settings, zone: ZoneInfo) -> QuietHours:
    start, end = settings.quiet_start, settings.quiet_end
    return QuietHours(
        clock_time.fromisoformat(start), clock_time.fromisoformat(end), zone
    )


def watch_of(settings: Settings) -> Watch:
    """Say what the health page cannot read from the rows."""
    ends = credential_ends(settings)
    known = settings.managed_identity or ends is not None
    return Watch(settings.metrics_token, ends, credential_unknown=not known)


def credential_ends(settings: Settings) -> datetime | None:
    """Give when the app can no longer prove who it is; None: never, or not known."""
    if settings.certificate:
        password = settings.certificate_password.encode() or None
        return certificate_ends(Path(settings.certificate).read_bytes(), password)
    if not settings.client_secret_expires:
        return None
    day = date.fromisoformat(settings.client_secret_expires)
    return instant(day, clock_time(0), ZoneInfo(settings.time_zone))


def certificate_ends(raw: bytes, password: bytes | None) -> datetime | None:
    """Read when a certificate ends, out of a PEM or PFX file that has its key too."""
    if b"-----BEGIN CERTIFICATE-----" in raw:
        return x509.load_pem_x509_certificate(raw).not_valid_after_utc
    _, found, _ = pkcs12.load_key_and_certificates(raw, password)
    return None if found is None else found.not_valid_after_utc


def _words(fi: str, sv: str, en: str) -> Words:
    return Words(fi, sv or fi, en or fi)
