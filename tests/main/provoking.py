"""What may be wrong with a tenant or a deployment, each with what the doctor then says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from booking.reach import Why
from dev_tenant.entra.household import GRAPH_ROLES
from teams_app.store import marks, reach, tables
from tests.main import patient as parts
from tests.main.patient import AINO, ELIAS, HOUSE, OUTSIDER, Patient
from tests.support.moments import START

BOX = f"{AINO}{HOUSE}"
SENDER = f"ajanvaraus{HOUSE}"

Provoke = Callable[[Patient], None]


def switched(**switches: Any) -> Provoke:
    return lambda patient: patient.switch(**switches)


def failing(**rule: Any) -> Provoke:
    return lambda patient: patient.fault(**rule)


def set_to(**changes: str) -> Provoke:
    named = {f"VUORO_{name.upper()}": value for name, value in changes.items()}
    return lambda patient: patient.changes.update(named)


def certified(patient: Patient) -> None:
    """Let Vuoro prove itself by a certificate that nobody has registered."""
    path = patient.folder / "other.pem"
    path.write_bytes(_certificate())
    set_to(client_secret="", client_secret_expires="", certificate=str(path))(patient)


def vouched_for(patient: Patient) -> None:
    """Let Vuoro run on a machine whose identity the application does not trust."""
    own = {"managed_identity": "1", "managed_identity_id": parts.MACHINE}
    set_to(client_secret="", client_secret_expires="", **own)(patient)
    patient.on_azure()


def _certificate() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vuoro")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    whole = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return whole + made.public_bytes(Encoding.PEM)


def expiring(days: int) -> Provoke:
    """Let the secret end so soon."""

    def change(patient: Patient) -> None:
        ends = patient.tenant.tenant.clock.real().date() + timedelta(days=days)
        set_to(client_secret_expires=ends.isoformat())(patient)

    return change


def both(*provokes: Provoke) -> Provoke:
    def provoke(patient: Patient) -> None:
        for each in provokes:
            each(patient)

    return provoke


def granted(**scopes: list[str]) -> Provoke:
    """Let Exchange grant a right for these mailboxes alone."""
    named = {name.replace("_", "."): boxes for name, boxes in scopes.items()}
    return lambda patient: patient.switch(scopes=named)


def standing(**changes: Any) -> Provoke:
    """Let the public address be otherwise."""

    def change(patient: Patient) -> None:
        for name, value in changes.items():
            setattr(patient.here, name, value)

    return change


def without_app(patient: Patient) -> None:
    del patient.tenant.tenant.installed[patient.id_of(ELIAS)]


def blocked(patient: Patient) -> None:
    patient.tenant.tenant.chats["blocked"] = [patient.id_of(ELIAS)]


def took_it_away(patient: Patient) -> None:
    """Let health know of somebody who took the app away; Teams opens the chat still."""
    with patient.rows() as database:
        whose = patient.id_of(ELIAS)
        database.write_here(reach.close, whose, Why.REMOVED, START)


def stranger(patient: Patient) -> None:
    with patient.rows() as database:
        parts.change(database, tables.professionals, id=2, object_id=GUID)


def same_id(patient: Patient) -> None:
    app = patient.environ["VUORO_CLIENT_ID"]
    patient.changes["VUORO_TEAMS_APP_ID"] = app


def not_bot(patient: Patient) -> None:
    patient.fault(area="connector", status=401)


def removed(patient: Patient) -> None:
    with patient.rows() as database:
        gone = marks.Removal(marks.Phase.REMOVED, "export.zip")
        database.write_here(marks.mark, gone, parts.make.NOW)


def nobody(patient: Patient) -> None:
    with patient.rows() as database:
        parts.change(database, tables.professionals, bookable=False)


def no_services(patient: Patient) -> None:
    with patient.rows() as database:
        parts.change(database, tables.services, open=False)


def written(statement: str) -> Provoke:
    """Let somebody have changed the database by hand."""

    def change(patient: Patient) -> None:
        with patient.rows() as database:
            parts.execute(database, sa.text(statement))

    return change


newer = written("UPDATE alembic_version SET version_num = 'r9999'")
unguarded = written("DROP TRIGGER access_log_no_update")


def reminding(times: int) -> Provoke:
    """Let two people see a client every minute, who hears of it so many times more."""

    def change(patient: Patient) -> None:
        hours = list(range(1, times + 1))
        with patient.rows() as database:
            parts.change(database, tables.services, minutes=1, reminder_hours=hours)

    return change


def full_so_far(patient: Patient) -> None:
    """Let there have been little so far, where much more could be booked."""
    reminding(11)(patient)
    with patient.rows() as database:
        yesterday = patient.tenant.tenant.clock.real() - timedelta(days=1)
        database.write_here(parts.met, yesterday)


def crowded(patient: Patient) -> None:
    """Let so many begin together that the last reminder comes late."""
    with patient.rows() as database:
        parts.change(database, tables.services, minutes=300, reminder_hours=[1])
        database.write_here(parts.crowd, 1000)


def without_meetings(patient: Patient) -> None:
    box = patient.tenant.tenant.mailboxes[patient.id_of(ELIAS)]
    box.default_calendar.providers = []


GUID = "11111111-1111-4111-8111-111111111111"
kept_in_step = set_to(professionals_group=GUID)
reads_groups = switched(entra_roles=["GroupMember.Read.All", "User.Read.All"])


def unit_names(**groups: str) -> Provoke:
    """Let a unit name groups in Entra, and nothing else name one."""

    def change(patient: Patient) -> None:
        with patient.rows() as database:
            parts.change(database, tables.units, groups=groups)

    return change


supervised = unit_names(supervisors=GUID)
NOWHERE = "http://127.0.0.1:2"
WIDE = ["Calendars.ReadWrite"]
DENIED = {"Calendars_ReadWrite": ["nobody"]}
#: The step, what is done to the tenant or the settings, and what must then be mended.
PROVOKED: list[tuple[str, Provoke, set[str]]] = [
    ("database", set_to(database_url="sqlite:////proc/vuoro/x"), {"unreachable"}),
    ("database", newer, {"newer"}),
    ("database", unguarded, {"guard"}),
    ("database", removed, {"removed"}),
    ("database", nobody, {"nobody"}),
    ("database", no_services, {"no_services"}),
    ("clock", switched(date_skew=-400), {"ahead"}),
    ("clock", switched(date_skew=400), {"behind"}),
    ("clock", set_to(graph_url=f"{NOWHERE}/v1.0"), {"silent"}),
    ("token", switched(secret_expired=True), {"secret_over"}),
    ("token", set_to(client_secret="another"), {"secret_wrong"}),
    ("token", set_to(client_id=GUID), {"app_unknown"}),
    ("token", set_to(tenant_id=GUID), {"tenant_unknown"}),
    ("token", set_to(authority="https://127.0.0.1:2"), {"silent"}),
    ("token", failing(area="entra", status=429), {"busy"}),
    ("token", certified, {"certificate_wrong"}),
    ("token", vouched_for, {"identity_not_trusted"}),
    ("token", switched(app_disabled=True), {"app_disabled"}),
    ("token", failing(area="entra", status=400), {"refused"}),
    ("token", set_to(client_secret_expires="2020-01-01"), {"credential_over"}),
    ("token", expiring(3), {"credential_ends"}),
    ("permissions", switched(entra_roles=WIDE), {"wide"}),
    ("permissions", granted(Calendars_ReadWrite=[]), {"denied"}),
    ("permissions", granted(MailboxSettings_Read=[]), {"denied"}),
    ("permissions", granted(Mail_Send=[]), {"denied"}),
    ("permissions", granted(Mail_Read=[]), {"denied"}),
    (
        "permissions",
        both(kept_in_step, switched(entra_roles=["User.Read.All"])),
        {"group_lacking"},
    ),
    ("permissions", kept_in_step, {"group_lacking"}),
    ("permissions", set_to(admins_group=GUID), {"group_lacking"}),
    ("permissions", supervised, {"group_lacking"}),
    ("permissions", unit_names(reception=GUID), {"group_lacking"}),
    ("permissions", unit_names(professionals=GUID), {"group_lacking"}),
    ("permissions", both(reads_groups, supervised), {"group_missing"}),
    ("permissions", both(reads_groups, kept_in_step), {"group_missing"}),
    (
        "permissions",
        both(reads_groups, supervised, failing(path="transitiveMembers", status=403)),
        {"group_denied"},
    ),
    ("mailboxes", granted(Calendars_ReadWrite=[BOX]), {"denied"}),
    ("mailboxes", granted(**DENIED), {"all_denied"}),
    ("mailboxes", switched(mailbox_missing=[BOX]), {"missing"}),
    ("mailboxes", failing(path="calendarView", status=400), {"refused"}),
    ("mailboxes", failing(path="calendarView", status=504), {"silent"}),
    ("outside", switched(entra_roles=WIDE), {"reached"}),
    ("outside", granted(Mail_Read=[OUTSIDER]), {"reached"}),
    ("outside", switched(entra_roles=["Mail.Send"]), {"reached"}),
    ("outside", switched(mailbox_missing=[OUTSIDER], entra_roles=WIDE), {"missing"}),
    (
        "outside",
        both(switched(entra_roles=GRAPH_ROLES), failing(mailbox=OUTSIDER, status=504)),
        {"silent"},
    ),
    ("sender", granted(Mail_Send=[], Mail_Read=[]), {"denied"}),
    ("sender", granted(Mail_Send=[]), {"sends_denied"}),
    ("sender", granted(Mail_Read=[]), {"reads_denied"}),
    ("sender", switched(mailbox_missing=[SENDER]), {"missing"}),
    ("sender", failing(path="sendMail", status=504), {"silent"}),
    ("sender", granted(Calendars_ReadWrite=[BOX, SENDER]), {"is_professional"}),
    ("event", granted(Calendars_ReadWrite=[]), {"denied"}),
    ("event", switched(mailbox_missing=[BOX]), {"missing"}),
    ("event", switched(no_online_meeting=["*"]), {"no_meeting"}),
    ("event", switched(late_join_url=3600), {"no_link"}),
    ("event", failing(method="POST", path="/events$", status=400), {"refused"}),
    ("event", failing(method="POST", path="/events$", status=504), {"silent"}),
    ("subscription", standing(shakes=False), {"not_served"}),
    ("subscription", standing(deaf_to="Validation"), {"unreached"}),
    ("subscription", granted(Calendars_ReadWrite=[]), {"denied"}),
    ("subscription", switched(subscriptions_per_mailbox=0), {"quota"}),
    ("subscription", switched(mailbox_missing=[BOX]), {"missing"}),
    (
        "subscription",
        failing(method="POST", path="subscriptions", status=400),
        {"refused"},
    ),
    (
        "subscription",
        failing(method="POST", path="subscriptions", status=503),
        {"silent"},
    ),
    ("bot", set_to(base_url=NOWHERE), {"endpoint_silent"}),
    ("bot", standing(status=502), {"endpoint_odd"}),
    ("bot", set_to(bot_metadata_url=f"{NOWHERE}/keys"), {"keys"}),
    ("bot", switched(secret_expired=True), {"token"}),
    ("bot", not_bot, {"unregistered"}),
    ("bot", failing(area="connector", status=503), {"connector"}),
    ("manifest", set_to(teams_app_id=""), {"no_id"}),
    ("manifest", same_id, {"faults"}),
    (
        "manifest",
        switched(catalogue_empty=True, entra_roles=["AppCatalog.Read.All"]),
        {"not_listed"},
    ),
    ("app", without_app, {"missing"}),
    ("app", blocked, {"blocked"}),
    ("app", took_it_away, {"removed"}),
    ("app", stranger, {"unknown"}),
    (
        "app",
        failing(area="connector", path="conversations", nth=2, status=503),
        {"silent"},
    ),
    ("mail", reminding(11), {"too_much"}),
]


#: What works all the same, and somebody should know.
LOOKS: list[tuple[str, Provoke, str]] = [
    ("database", lambda _: None, "worker_silent"),
    ("clock", switched(date_skew=-60), "ahead"),
    ("clock", switched(date_skew=60), "behind"),
    ("token", set_to(client_secret_expires=""), "credential_unknown"),
    ("permissions", switched(entra_roles=["User.Read.All"]), "more"),
    ("permissions", switched(entra_withheld=["TeamsActivity.Send"]), "lacking"),
    ("permissions", failing(path="calendarView", status=400), "unclear"),
    (
        "permissions",
        both(reads_groups, supervised, failing(path="transitiveMembers", status=503)),
        "group_unclear",
    ),
    (
        "manifest",
        both(
            switched(entra_roles=["AppCatalog.Read.All"]),
            failing(path="teamsApps", status=503),
        ),
        "silent",
    ),
    ("token", expiring(20), "credential_ends"),
    ("mailboxes", without_meetings, "no_meetings"),
    ("mail", reminding(9), "much"),
    ("mail", full_so_far, "full"),
    ("mail", crowded, "late"),
]

#: What the doctor finds only once it has made something, by the test that lets it.
_GOES = "is_said_and_goes_the_next_time"
AFTERWARDS = {
    ("event", "left"): f"test_an_event_that_cannot_be_removed_{_GOES}",
    ("subscription", "left"): f"test_a_subscription_that_cannot_be_ended_{_GOES}",
}
