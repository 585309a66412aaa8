"""Which path leads where, and what a token must carry to go there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from dev_tenant.graph import (
    apps,
    delta,
    events,
    mail,
    meetings,
    schedule,
    settings,
    subscriptions,
    users,
    views,
)
from dev_tenant.graph.answers import Answer, Call
from dev_tenant.outgoing import Outgoing

Handle = Callable[..., Answer | Awaitable[Answer]]

EVENTS_READ = ("Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite")
EVENTS_FULL = ("Calendars.Read", "Calendars.ReadWrite")
EVENTS_WRITE = ("Calendars.ReadWrite",)
SUBSCRIBE = (*EVENTS_FULL, "Mail.ReadBasic", "Mail.Read", "Mail.ReadWrite")
PEOPLE_FULL = ("User.Read.All", "User.ReadWrite.All", "Directory.Read.All")
PEOPLE = ("User.ReadBasic.All", *PEOPLE_FULL)
USERS = ("User.Read", *PEOPLE)
OUTLOOK = ("User.Read", "User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All")
OWNERS = ("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All")
GROUPS = ("GroupMember.ReadBasic.All", *OWNERS)
MEMBERSHIP = (*GROUPS, "User.Read.All")
MEMBER_OF = (
    "User.Read",
    "GroupMember.ReadBasic.All",
    "GroupMember.Read.All",
    "Directory.Read.All",
)
ORGANIZATION = (
    "User.Read",
    "User.Read.All",
    "Organization.Read.All",
    "Directory.Read.All",
)
SETTINGS = ("MailboxSettings.Read", "MailboxSettings.ReadWrite")
SETTINGS_WRITE = ("MailboxSettings.ReadWrite",)
MAIL_READ = ("Mail.ReadBasic", "Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite")
MAIL_SEND = ("Mail.Send",)
MEETINGS = (
    "OnlineMeetings.Read",
    "OnlineMeetings.Read.All",
    "OnlineMeetings.ReadWrite",
    "OnlineMeetings.ReadWrite.All",
)
MEETINGS_WRITE = ("OnlineMeetings.ReadWrite", "OnlineMeetings.ReadWrite.All")
VISITS = ("VirtualAppointment.Read", "VirtualAppointment.Read.All")
INSTALL = (
    "TeamsAppInstallation.ReadWriteSelfForUser",
    "TeamsAppInstallation.ReadWriteSelfForUser.All",
    "TeamsAppInstallation.ReadWriteForUser.All",
)
INSTALLED = (*INSTALL, "TeamsAppInstallation.ReadForUser.All")
CATALOGUE = ("AppCatalog.Submit", "AppCatalog.Read.All", "AppCatalog.ReadWrite.All")
ACTIVITY = ("TeamsActivity.Send", "TeamsActivity.Send.User")


@dataclass(frozen=True)
class Route:
    method: str
    pattern: tuple[str, ...]
    handle: Handle
    permissions: tuple[str, ...]
    outlook: bool = False  #: counts against its mailbox's limits


def _route(
    method: str, path: str, handle: Handle, permissions: tuple[str, ...]
) -> Route:
    outlook = permissions in (
        EVENTS_READ,
        EVENTS_FULL,
        EVENTS_WRITE,
        SETTINGS,
        SETTINGS_WRITE,
        MAIL_READ,
        MAIL_SEND,
    )
    return Route(method, tuple(path.split("/")), handle, permissions, outlook)


def routes(outgoing: Outgoing) -> list[Route]:
    return [
        *_calendar_routes(),
        *_event_routes(),
        *_mail_routes(),
        *_directory_routes(),
        *_teams_routes(),
        *_subscription_routes(outgoing),
    ]


def _calendar_routes() -> list[Route]:
    u = "users/{user}"
    found = [
        _route("GET", f"{u}/calendarView", views.calendar_view, EVENTS_READ),
        _route("GET", f"{u}/calendarView/delta", delta.delta, EVENTS_FULL),
        _route("GET", f"{u}/calendars", settings.calendars, EVENTS_READ),
        _route("POST", f"{u}/calendars", settings.add_calendar, EVENTS_WRITE),
        _route("GET", f"{u}/mailboxSettings", settings.get, SETTINGS),
        _route("GET", f"{u}/mailboxSettings/{{name}}", settings.one, SETTINGS),
        _route("PATCH", f"{u}/mailboxSettings", settings.change, SETTINGS_WRITE),
        _route("GET", f"{u}/outlook/masterCategories", settings.categories, SETTINGS),
        _route(
            "POST",
            f"{u}/outlook/masterCategories",
            settings.add_category,
            SETTINGS_WRITE,
        ),
        _route("GET", f"{u}/outlook/supportedTimeZones", settings.zones, OUTLOOK),
        _route(
            "GET", f"{u}/outlook/supportedTimeZones/{{form}}", settings.zones, OUTLOOK
        ),
        _route("POST", f"{u}/translateExchangeIds", schedule.translate, OUTLOOK),
    ]
    c = f"{u}/calendars/{{calendar}}"
    return [
        *found,
        _route("GET", c, settings.calendar, EVENTS_READ),
        _route("PATCH", c, settings.change_calendar, EVENTS_WRITE),
        _route("DELETE", c, settings.remove_calendar, EVENTS_WRITE),
        _route("GET", f"{c}/calendarPermissions", settings.permissions, EVENTS_FULL),
        _route("GET", f"{c}/calendarView", views.calendar_view, EVENTS_READ),
        _route("GET", f"{c}/calendarView/delta", delta.delta, EVENTS_FULL),
        _route("POST", f"{c}/getSchedule", schedule.get_schedule, EVENTS_READ),
    ]


def _event_routes() -> list[Route]:
    found = [
        _route("GET", "users/{user}/events", events.listed, EVENTS_READ),
        _route("POST", "users/{user}/events", events.create, EVENTS_WRITE),
        _route(
            "GET",
            "users/{user}/calendars/{calendar}/events",
            events.listed,
            EVENTS_READ,
        ),
        _route(
            "POST",
            "users/{user}/calendars/{calendar}/events",
            events.create,
            EVENTS_WRITE,
        ),
    ]
    for e in (
        "users/{user}/events/{event}",
        "users/{user}/calendars/{-}/events/{event}",
    ):
        found += [
            _route("GET", e, events.get, EVENTS_READ),
            _route("PATCH", e, events.change, EVENTS_WRITE),
            _route("DELETE", e, events.delete, EVENTS_WRITE),
            _route("POST", f"{e}/cancel", events.cancel, EVENTS_WRITE),
            _route("POST", f"{e}/accept", events.respond, EVENTS_WRITE),
            _route("POST", f"{e}/decline", events.respond, EVENTS_WRITE),
            _route("POST", f"{e}/tentativelyAccept", events.respond, EVENTS_WRITE),
            _route(
                "POST", f"{e}/permanentDelete", events.permanent_delete, EVENTS_WRITE
            ),
            _route("POST", f"{e}/dismissReminder", events.reminder, EVENTS_WRITE),
            _route("POST", f"{e}/snoozeReminder", events.reminder, EVENTS_WRITE),
            _route("GET", f"{e}/instances", events.instances, EVENTS_READ),
        ]
    return found


def _mail_routes() -> list[Route]:
    u = "users/{user}"
    return [
        _route("POST", f"{u}/sendMail", mail.send, MAIL_SEND),
        _route("GET", f"{u}/messages", mail.messages, MAIL_READ),
        _route("GET", f"{u}/messages/{{message}}", mail.message, MAIL_READ),
        _route("GET", f"{u}/mailFolders/{{folder}}", mail.folder, MAIL_READ),
        _route("GET", f"{u}/mailFolders/{{folder}}/messages", mail.messages, MAIL_READ),
    ]


def _directory_routes() -> list[Route]:
    g, u = "groups/{group}", "users/{user}"
    return [
        _route("GET", "users", users.listed, PEOPLE),
        _route("GET", "users/$count", users.count, PEOPLE),
        _route("GET", u, users.get, USERS),
        _route("GET", f"{u}/memberOf", users.member_of, MEMBER_OF),
        _route("GET", f"{u}/transitiveMemberOf", users.member_of, MEMBER_OF),
        _route("POST", f"{u}/getMemberGroups", users.member_groups, MEMBERSHIP),
        _route("POST", f"{u}/checkMemberGroups", users.member_groups, MEMBERSHIP),
        _route("GET", "groups", users.groups, OWNERS),
        _route("GET", g, users.group, OWNERS),
        _route("GET", f"{g}/members", users.members, GROUPS),
        _route("GET", f"{g}/transitiveMembers", users.members, GROUPS),
        _route("GET", f"{g}/owners", users.members, OWNERS),
        _route("GET", f"{u}/manager", users.manager, PEOPLE_FULL),
        _route("GET", f"{u}/directReports", users.direct_reports, PEOPLE_FULL),
        _route("GET", "organization", users.organization, ORGANIZATION),
    ]


def _teams_routes() -> list[Route]:
    u, m = "users/{user}", "users/{user}/onlineMeetings"
    installed = f"{u}/teamwork/installedApps"
    return [
        _route("POST", m, meetings.create, MEETINGS_WRITE),
        _route("POST", f"{m}/createOrGet", meetings.create_or_get, MEETINGS_WRITE),
        _route("GET", m, meetings.find, MEETINGS),
        _route("GET", f"{m}/{{meeting}}", meetings.get, MEETINGS),
        _route("PATCH", f"{m}/{{meeting}}", meetings.change, MEETINGS_WRITE),
        _route("DELETE", f"{m}/{{meeting}}", meetings.remove, MEETINGS_WRITE),
        _route("GET", "appCatalogs/teamsApps", apps.catalogue, CATALOGUE),
        _route("GET", installed, apps.installed, INSTALLED),
        _route("POST", installed, apps.install, INSTALL),
        _route("GET", f"{installed}/{{id}}", apps.installation, INSTALLED),
        _route("DELETE", f"{installed}/{{id}}", apps.uninstall, INSTALL),
        _route("GET", f"{installed}/{{id}}/chat", apps.chat, INSTALLED),
        _route("POST", f"{u}/teamwork/sendActivityNotification", apps.notify, ACTIVITY),
        _route(
            "POST",
            "teamwork/sendActivityNotificationToRecipients",
            apps.notify_many,
            ACTIVITY,
        ),
        _route(
            "GET",
            f"{m}/{{meeting}}/getVirtualAppointmentJoinWebUrl",
            meetings.visit,
            VISITS,
        ),
    ]


def _subscription_routes(outgoing: Outgoing) -> list[Route]:
    async def create(call: Call) -> Answer:
        return await subscriptions.create(call, outgoing)

    async def change(call: Call, id_: str) -> Answer:
        return await subscriptions.change(call, id_, outgoing)

    one = "subscriptions/{id}"
    return [
        _route("POST", "subscriptions", create, SUBSCRIBE),
        _route("GET", "subscriptions", subscriptions.listed, SUBSCRIBE),
        _route("GET", one, subscriptions.get, SUBSCRIBE),
        _route("PATCH", one, change, SUBSCRIBE),
        _route("DELETE", one, subscriptions.remove, SUBSCRIBE),
        _route("POST", f"{one}/reauthorize", subscriptions.reauthorize, SUBSCRIBE),
    ]
