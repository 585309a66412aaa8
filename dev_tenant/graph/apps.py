"""The Teams app: in the catalogue, installed for people, its chat, its notices."""

from base64 import b64encode

from dev_tenant.graph import odata, typed
from dev_tenant.graph.answers import Answer, Call, Failure, bad_request
from dev_tenant.graph.users import known
from dev_tenant.graph.views import page_of
from dev_tenant.tenant import Json, Tenant, User

PREVIEW_MAX = 150
RECIPIENTS_MAX = 100


def chat_id(tenant: Tenant, user: str) -> str:
    """The one-to-one chat of a person with the product's bot."""
    return f"19:{user}_{tenant.app.bot_id}@unq.gbl.spaces"


def installation_id(tenant: Tenant, user: str) -> str:
    return b64encode(f"{user}##{tenant.app.catalogue_id}".encode()).decode()


def put_in(tenant: Tenant, user: str) -> str:
    """Install the product's app for a person; gives the installation's id."""
    id_ = installation_id(tenant, user)
    tenant.installed[user] = id_
    tenant.changed.set()
    return id_


def catalogue(call: Call) -> Answer:
    app = call.tenant.app
    item = {
        "id": app.catalogue_id,
        "externalId": app.external_id,
        "displayName": app.name,
        "distributionMethod": "organization",
    }
    absent = bool(call.tenant.switches.get("catalogue_empty"))
    call.tenant.faults.strike("catalogue_empty", times=absent)
    items = [] if absent else [item]
    if "$filter" in call.query:
        test = odata.read_filter(call.query["$filter"])
        items = [i for i in items if test(i)]
    return page_of(call, items, "appCatalogs/teamsApps", default=100)


def _shape(call: Call, user: str, *, expand: str) -> Json:
    app = call.tenant.app
    item: Json = {"id": call.tenant.installed[user]}
    if "teamsAppDefinition" in expand:
        item["teamsAppDefinition"] = {
            "id": b64encode(f"{app.catalogue_id}##1.0.0".encode()).decode(),
            "teamsAppId": app.catalogue_id,
            "displayName": app.name,
            "version": "1.0.0",
            "publishingState": "published",
        }
    if "teamsApp" in expand.replace("teamsAppDefinition", ""):
        item["teamsApp"] = {
            "id": app.catalogue_id,
            "externalId": app.external_id,
            "displayName": app.name,
            "distributionMethod": "organization",
        }
    return item


def installed(call: Call, user: str) -> Answer:
    person = known(call.tenant, user)
    expand = call.query.get("$expand", "")
    items: list[Json] = []
    if person.id in call.tenant.installed:
        items = [_shape(call, person.id, expand="teamsApp,teamsAppDefinition")]
    if "$filter" in call.query:
        test = odata.read_filter(call.query["$filter"])
        items = [i for i in items if test(i)]
    if items:
        items = [_shape(call, person.id, expand=expand)]
    return page_of(
        call, items, f"users('{person.id}')/teamwork/installedApps", default=100
    )


def install(call: Call, user: str) -> Answer:
    person = known(call.tenant, user)
    bind = str(call.fields().get("teamsApp@odata.bind") or "")
    wanted = bind.rstrip("/').").replace("('", "/").rpartition("/")[2]
    if wanted != call.tenant.app.catalogue_id:
        raise Failure(404, "NotFound", "No app found in the catalogue with that id.")
    if call.tenant.switches.get("app_forbidden"):
        call.tenant.faults.strike("app_forbidden")
        raise Failure(
            403, "Forbidden", "App is blocked by an app permission policy of the user."
        )
    if person.id in call.tenant.installed:
        raise Failure(
            409, "Conflict", "App already installed for the user in this scope."
        )
    id_ = put_in(call.tenant, person.id)
    for listener in call.tenant.install_listeners:
        listener(person.id)
    place = f"{call.base}/users('{person.id}')/teamwork/installedApps('{id_}')"
    return Answer(201, None, {"Location": place})


def _installed(call: Call, user: str, id_: str) -> User:
    person = known(call.tenant, user)
    if call.tenant.installed.get(person.id) != id_:
        raise Failure(404, "NotFound", "The installation was not found.")
    return person


def installation(call: Call, user: str, id_: str) -> Answer:
    person = _installed(call, user, id_)
    return Answer(200, _shape(call, person.id, expand=call.query.get("$expand", "")))


def uninstall(call: Call, user: str, id_: str) -> Answer:
    person = _installed(call, user, id_)
    del call.tenant.installed[person.id]
    return Answer(204)


def chat(call: Call, user: str, id_: str) -> Answer:
    person = _installed(call, user, id_)
    return Answer(
        200,
        {
            "@odata.context": call.context("chats/$entity"),
            "id": chat_id(call.tenant, person.id),
            "chatType": "oneOnOne",
            "topic": None,
        },
    )


def notify(call: Call, user: str) -> Answer:
    """An entry in somebody's activity feed; the app must be installed for them."""
    person, fields = known(call.tenant, user), call.fields()
    _check_activity(call, fields)
    if call.tenant.switches.get("feed_refused"):
        call.tenant.faults.strike("feed_refused")
        raise Failure(403, "Forbidden", "The recipient turned these notices off.")
    if person.id not in call.tenant.installed:
        raise Failure(
            403,
            "Forbidden",
            "Application with AAD App Id is not authorized to generate custom text"
            " notifications or is not installed for the recipient.",
        )
    _tell(call, person.id, fields)
    return Answer(204)


def notify_many(call: Call) -> Answer:
    """The same to at most a hundred people; who lacks the app hears nothing."""
    fields = call.fields()
    _check_activity(call, fields)
    people = fields.get("recipients")
    if not isinstance(people, list) or not 1 <= len(people) <= RECIPIENTS_MAX:
        raise bad_request("recipients must be one to a hundred.")
    for one in people:
        user = str(one.get("userId") or "")
        if user in call.tenant.installed:
            _tell(call, user, fields)
    return Answer(202)


def _check_activity(call: Call, fields: Json) -> None:
    typed.check(fields, typed.ACTIVITY)
    topic, kind = fields.get("topic"), fields.get("activityType")
    if not isinstance(topic, dict) or not topic.get("value") or not kind:
        raise bad_request("topic and activityType are required.")
    if topic.get("source") not in {"text", "entityUrl"}:
        raise bad_request("The topic's source is unknown.")
    linked = str(topic.get("webUrl") or "")
    deep = ("https://teams.microsoft.com/l/", call.tenant.base_url)
    if topic["source"] == "text" and not linked.startswith(deep):
        raise bad_request("webUrl must be a Teams deep link.")


def _replace(call: Call, user: str, chain: object) -> None:
    """Take back what the same chain told before: the feed shows its last notice."""
    if chain is not None:
        call.tenant.activities[:] = [
            each
            for each in call.tenant.activities
            if (each["user"], each["chain"]) != (user, chain)
        ]


def _tell(call: Call, user: str, fields: Json) -> None:
    _replace(call, user, fields.get("chainId"))
    preview = str((fields.get("previewText") or {}).get("content") or "")
    call.tenant.activities.append(
        {
            "user": user,
            "at": call.now.isoformat(),
            "type": fields["activityType"],
            "topic": fields["topic"],
            "preview": preview[:PREVIEW_MAX],
            "parameters": fields.get("templateParameters") or [],
            "chain": fields.get("chainId"),
        }
    )
    call.tenant.changed.set()
