"""Every request we make of Graph, as the SDK's builders make them.

Prefer headers are said with each: ids that survive a move between folders, and times
in UTC. Nothing is sent here.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.app_catalogs.teams_apps.teams_apps_request_builder import (
    TeamsAppsRequestBuilder,
)
from msgraph.generated.groups.item.transitive_members.transitive_members_request_builder import (
    TransitiveMembersRequestBuilder,
)
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.message import Message
from msgraph.generated.models.subscription import Subscription as SubscriptionModel
from msgraph.generated.models.teamwork_activity_topic import TeamworkActivityTopic
from msgraph.generated.models.teamwork_activity_topic_source import (
    TeamworkActivityTopicSource,
)
from msgraph.generated.models.user_scope_teams_app_installation import (
    UserScopeTeamsAppInstallation,
)
from msgraph.generated.users.item.calendar.calendar_request_builder import (
    CalendarRequestBuilder,
)
from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import (
    CalendarViewRequestBuilder,
)
from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import (
    DeltaRequestBuilder,
)
from msgraph.generated.users.item.events.events_request_builder import (
    EventsRequestBuilder,
)
from msgraph.generated.users.item.events.item.event_item_request_builder import (
    EventItemRequestBuilder,
)
from msgraph.generated.users.item.mail_folders.item.messages.messages_request_builder import (
    MessagesRequestBuilder,
)
from msgraph.generated.users.item.send_mail.send_mail_post_request_body import (
    SendMailPostRequestBody,
)
from msgraph.generated.users.item.teamwork.installed_apps.installed_apps_request_builder import (
    InstalledAppsRequestBuilder,
)
from msgraph.generated.users.item.teamwork.send_activity_notification.send_activity_notification_post_request_body import (
    SendActivityNotificationPostRequestBody,
)

from booking.calendar import EventDraft
from booking.spans import Span
from graph_sync.graph import Mail
from graph_sync.microsoft import events
from graph_sync.microsoft.mail import MAIL_KEY_ID, message
from graph_sync.microsoft.parts import Part
from graph_sync.teamwork import Told

VIEW_PAGE: Final = 500
DELTA_PAGE: Final = 200
MEMBERS_PAGE: Final = 999
IDS: Final = 'IdType="ImmutableId"'
UTC_TIMES: Final = 'outlook.timezone="UTC"'
HTML: Final = 'outlook.body-content-type="html"'
TEAMS: Final = "teamsForBusiness"
#: As the manifest names what the feed tells.
ACTIVITY_TYPE: Final = "news"

#: Said again with every link of a view or of a delta round.
VIEW_HEADERS: Final = {"Prefer": f"{IDS}, {UTC_TIMES}"}
DELTA_HEADERS: Final = {"Prefer": f"{IDS}, {UTC_TIMES}, odata.maxpagesize={DELTA_PAGE}"}


def _said(query: Any = None, headers: dict[str, str] | None = None) -> Any:
    configuration = RequestConfiguration(query_parameters=query)
    said = VIEW_HEADERS if headers is None else headers
    for name, value in said.items():
        configuration.headers.add(name, value)
    return configuration


class Requests:
    def __init__(self, client: GraphServiceClient) -> None:
        self._client = client

    def _user(self, mailbox: str) -> Any:
        return self._client.users.by_user_id(mailbox)

    def view(self, mailbox: str, span: Span) -> Part:
        query = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
            start_date_time=_iso(span.start),
            end_date_time=_iso(span.end),
            select=list(events.FIELDS),
            expand=[events.EXPAND_KEY],
            top=VIEW_PAGE,
        )
        builder = self._user(mailbox).calendar_view
        return Part(
            builder.to_get_request_information(_said(query)), mailbox, safe=True
        )

    def delta(self, mailbox: str, window: Span) -> Part:
        query = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(
            start_date_time=_iso(window.start), end_date_time=_iso(window.end)
        )
        builder = self._user(mailbox).calendar_view.delta
        request = builder.to_get_request_information(_said(query, DELTA_HEADERS))
        return Part(request, mailbox, safe=True)

    def create(self, mailbox: str, draft: EventDraft, transaction_id: str) -> Part:
        body = events.whole(draft, transaction_id)
        builder = self._user(mailbox).events
        return Part(
            builder.to_post_request_information(body, _said()), mailbox, safe=True
        )

    def change(
        self, mailbox: str, event_id: str, draft: EventDraft, names: Collection[str]
    ) -> Part:
        body = events.part(draft, names)
        builder = self._user(mailbox).events.by_event_id(event_id)
        request = builder.to_patch_request_information(body, _said())
        return Part(request, mailbox, safe=True)

    def drop(self, mailbox: str, event_id: str) -> Part:
        builder = self._user(mailbox).events.by_event_id(event_id)
        return Part(builder.to_delete_request_information(_said()), mailbox, safe=True)

    def event(self, mailbox: str, event_id: str) -> Part:
        query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(
            select=[*events.FIELDS, "body", "transactionId"], expand=[events.EXPAND_KEY]
        )
        builder = self._user(mailbox).events.by_event_id(event_id)
        headers = {"Prefer": f"{IDS}, {UTC_TIMES}, {HTML}"}
        request = builder.to_get_request_information(_said(query, headers))
        return Part(request, mailbox, safe=True)

    def find(self, mailbox: str, key: str) -> Part:
        query = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(
            filter=_has(events.KEY_ID, key),
            select=[*events.FIELDS, "transactionId"],
            expand=[events.EXPAND_KEY],
        )
        builder = self._user(mailbox).events
        return Part(
            builder.to_get_request_information(_said(query)), mailbox, safe=True
        )

    def settings(self, mailbox: str) -> Part:
        builder = self._user(mailbox).mailbox_settings
        return Part(builder.to_get_request_information(_said()), mailbox, safe=True)

    def calendar(self, mailbox: str) -> Part:
        query = CalendarRequestBuilder.CalendarRequestBuilderGetQueryParameters(
            select=["id", "allowedOnlineMeetingProviders"]
        )
        builder = self._user(mailbox).calendar
        return Part(
            builder.to_get_request_information(_said(query)), mailbox, safe=True
        )

    def owner(self, mailbox: str) -> Part:
        query = CalendarRequestBuilder.CalendarRequestBuilderGetQueryParameters(
            select=["id", "owner"]
        )
        builder = self._user(mailbox).calendar
        request = builder.to_get_request_information(_said(query))
        return Part(request, mailbox, safe=True)

    def subscriptions(self) -> Part:
        request = self._client.subscriptions.to_get_request_information(_said())
        return Part(request, "", safe=True)

    def subscribe(self, mailbox: str, url: str, secret: str, expires: datetime) -> Part:
        body = SubscriptionModel(
            change_type="created,updated,deleted",
            resource=f"users/{mailbox}/events",
            notification_url=url,
            lifecycle_notification_url=url,
            client_state=secret,
            expiration_date_time=expires,
        )
        builder = self._client.subscriptions
        return Part(builder.to_post_request_information(body, _said()), "", safe=False)

    def renew(self, subscription: str, expires: datetime) -> Part:
        body = SubscriptionModel(expiration_date_time=expires)
        builder = self._client.subscriptions.by_subscription_id(subscription)
        request = builder.to_patch_request_information(body, _said())
        return Part(request, "", safe=True, subscription=True)

    def unsubscribe(self, subscription: str) -> Part:
        builder = self._client.subscriptions.by_subscription_id(subscription)
        request = builder.to_delete_request_information(_said())
        return Part(request, "", safe=True, subscription=True)

    def members(self, group: str) -> Part:
        query = TransitiveMembersRequestBuilder.TransitiveMembersRequestBuilderGetQueryParameters(
            select=["id", "displayName", "accountEnabled"], top=MEMBERS_PAGE
        )
        builder = self._client.groups.by_group_id(group).transitive_members
        return Part(builder.to_get_request_information(_said(query, {})), "", safe=True)

    def send(self, mail: Mail) -> Part:
        builder = self._user(mail.sender).send_mail
        request = builder.to_post_request_information(message(mail), _said())
        return Part(request, mail.sender, safe=False)

    def send_to_nobody(self, sender: str) -> Part:
        """A mail without anybody it is for: refused, after the right to send is seen."""
        content = Message(subject="Vuoro", to_recipients=[])
        body = SendMailPostRequestBody(message=content, save_to_sent_items=False)
        builder = self._user(sender).send_mail
        request = builder.to_post_request_information(body, _said())
        return Part(request, sender, safe=True)

    def erase(self, mailbox: str, event_id: str) -> Part:
        builder = self._user(mailbox).events.by_event_id(event_id).permanent_delete
        return Part(builder.to_post_request_information(_said()), mailbox, safe=True)

    def bare(self, mailbox: str, event_id: str, body: str) -> Part:
        said = events.bare(body)
        builder = self._user(mailbox).events.by_event_id(event_id)
        request = builder.to_patch_request_information(said, _said())
        return Part(request, mailbox, safe=True)

    def catalogue(self, package: str) -> Part:
        query = TeamsAppsRequestBuilder.TeamsAppsRequestBuilderGetQueryParameters(
            filter=f"externalId eq '{package}'"
        )
        builder = self._client.app_catalogs.teams_apps
        return Part(builder.to_get_request_information(_said(query)), "", safe=True)

    def installed(self, user: str, package: str, *, whole: bool = False) -> Part:
        kind = InstalledAppsRequestBuilder.InstalledAppsRequestBuilderGetQueryParameters
        query = kind(
            filter=f"teamsApp/externalId eq '{package}'",
            expand=["teamsApp"] if whole else None,
        )
        builder = self._user(user).teamwork.installed_apps
        return Part(builder.to_get_request_information(_said(query)), "", safe=True)

    def install(self, user: str, app: str) -> Part:
        # The SDK writes the link to the app only as what is left over.
        root = str(self._client.request_adapter.base_url).rstrip("/")
        bound = f"{root}/appCatalogs/teamsApps/{app}"
        body = UserScopeTeamsAppInstallation(
            additional_data={"teamsApp@odata.bind": bound}
        )
        builder = self._user(user).teamwork.installed_apps
        return Part(builder.to_post_request_information(body, _said()), "", safe=True)

    def chat(self, user: str, installation: str) -> Part:
        apps = self._user(user).teamwork.installed_apps
        builder = apps.by_user_scope_teams_app_installation_id(installation).chat
        return Part(builder.to_get_request_information(_said()), "", safe=True)

    def notify(self, user: str, told: Told) -> Part:
        body = SendActivityNotificationPostRequestBody(
            topic=TeamworkActivityTopic(
                source=TeamworkActivityTopicSource.Text,
                value=told.title,
                web_url=told.link,
            ),
            activity_type=ACTIVITY_TYPE,
            chain_id=told.chain,
            preview_text=ItemBody(content=told.preview),
            template_parameters=[],
        )
        builder = self._user(user).teamwork.send_activity_notification
        # A repeat of the same chain takes the place of the first.
        return Part(builder.to_post_request_information(body, _said()), "", safe=True)

    def uninstall(self, user: str, installation: str) -> Part:
        apps = self._user(user).teamwork.installed_apps
        builder = apps.by_user_scope_teams_app_installation_id(installation)
        return Part(builder.to_delete_request_information(_said()), "", safe=True)

    def sent(self, sender: str, key: str) -> Part:
        query = MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters(
            filter=_has(MAIL_KEY_ID, key), select=["id"], top=1
        )
        builder = self._user(sender).mail_folders.by_mail_folder_id("sentitems")
        request = builder.messages.to_get_request_information(_said(query))
        return Part(request, sender, safe=True)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _has(property_id: str, value: str) -> str:
    quoted = value.replace("'", "''")
    return (
        "singleValueExtendedProperties/any(ep: "
        f"ep/id eq '{property_id}' and ep/value eq '{quoted}')"
    )
