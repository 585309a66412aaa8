"""People and groups of the directory."""

from dev_tenant.graph import odata
from dev_tenant.graph.answers import Answer, Call, Failure
from dev_tenant.graph.views import page_of
from dev_tenant.tenant import Json, Tenant, User

USUAL = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
)
LISTING = ("$top", "$select", "$filter", "$orderby", "$count", "$search", "$expand")


def shape(user: User) -> Json:
    return {
        "@odata.type": "#microsoft.graph.user",
        "id": user.id,
        "businessPhones": [user.phone] if user.phone else [],
        "displayName": user.name,
        "givenName": user.given or None,
        "jobTitle": user.title or None,
        "mail": user.mail,
        "mobilePhone": user.phone or None,
        "officeLocation": None,
        "preferredLanguage": user.language,
        "surname": user.surname or None,
        "userPrincipalName": user.mail,
        "department": user.department or None,
        "accountEnabled": user.enabled and user.kind == "Member",
        "userType": "Member",
    }


def known(tenant: Tenant, name: str) -> User:
    found = tenant.find_user(name)
    if found is None:
        raise Failure(
            404,
            "Request_ResourceNotFound",
            f"Resource '{name}' does not exist or one of its queried"
            " reference-property objects are not present.",
        )
    return found


def _chosen(call: Call, item: Json) -> Json:
    wanted = odata.names(call.query.get("$select", "")) or [*USUAL, "id"]
    chosen = odata.select(item, wanted)
    if not {"id", "*"} & set(wanted):
        chosen.pop("id", None)
    chosen.pop("@odata.type", None)
    return chosen


def get(call: Call, user: str) -> Answer:
    odata.refuse(call.query, ("$select", "$expand"), "a user")
    item = _chosen(call, shape(known(call.tenant, user)))
    context = {"@odata.context": call.context("users/$entity")}
    return Answer(200, context | item)


def listed(call: Call) -> Answer:
    odata.refuse(call.query, (*LISTING, "$skiptoken"), "users")
    items = [shape(u) for u in call.tenant.users.values()]
    if "$filter" in call.query:
        test = odata.read_filter(call.query["$filter"])
        items = [i for i in items if test(i)]
    if "$search" in call.query:
        items = [i for i in items if _found(i, call.query["$search"])]
    answer = page_of(call, items, "users", default=100, mark="$skiptoken")
    assert isinstance(answer.body, dict)
    answer.body["value"] = [_chosen(call, i) for i in answer.body["value"]]
    return answer


def _found(item: Json, search: str) -> bool:
    """`"displayName:text"`, as $search wants it, words at their beginning."""
    name, _, text = search.strip('"').partition(":")
    words = str(item.get(name) or "").lower().split()
    return any(w.startswith(text.lower()) for w in words)


def count(call: Call) -> Answer:
    return Answer(200, len(call.tenant.users))


def groups(call: Call) -> Answer:
    items = [_group(call.tenant, g) for g in call.tenant.groups]
    if "$filter" in call.query:
        test = odata.read_filter(call.query["$filter"])
        items = [i for i in items if test(i)]
    return page_of(call, items, "groups", default=100, mark="$skiptoken")


def _group(tenant: Tenant, id_: str) -> Json:
    found = tenant.groups.get(id_)
    if found is None:
        raise Failure(
            404, "Request_ResourceNotFound", f"Resource '{id_}' does not exist."
        )
    return {
        "id": found.id,
        "displayName": found.name,
        "mail": found.mail,
        "mailEnabled": True,
        "mailNickname": found.mail.partition("@")[0],
        "securityEnabled": True,
        "groupTypes": ["Unified"],
        "description": None,
        "visibility": "Private",
    }


def group(call: Call, id_: str) -> Answer:
    item = odata.select(
        _group(call.tenant, id_), odata.names(call.query.get("$select", ""))
    )
    return Answer(200, {"@odata.context": call.context("groups/$entity")} | item)


def members(call: Call, id_: str) -> Answer:
    """members, transitiveMembers and owners; the word is the last of the path."""
    _group(call.tenant, id_)
    found = call.tenant.groups[id_]
    ids = found.owners if call.segments[-1].lower() == "owners" else found.members
    items = [shape(call.tenant.users[i]) for i in ids]
    answer = page_of(call, items, "directoryObjects", default=100, mark="$skiptoken")
    assert isinstance(answer.body, dict)
    answer.body["value"] = [_member(call, i) for i in answer.body["value"]]
    return answer


#: Without any of these Graph says of a member who it is, and leaves the rest empty.
_READS_PEOPLE = ("User.Read.All", "User.ReadWrite.All", "Directory.Read.All")


def _member(call: Call, item: Json) -> Json:
    chosen = _chosen(call, item)
    if not call.holds(*_READS_PEOPLE):
        chosen = dict.fromkeys(chosen) | {"id": item["id"]}
    return chosen | {"@odata.type": "#microsoft.graph.user"}


def member_of(call: Call, user: str) -> Answer:
    person = known(call.tenant, user)
    items = [
        {"@odata.type": "#microsoft.graph.group"} | _group(call.tenant, g.id)
        for g in call.tenant.groups.values()
        if person.id in g.members
    ]
    return page_of(call, items, "directoryObjects", default=100, mark="$skiptoken")


def member_groups(call: Call, user: str) -> Answer:
    """getMemberGroups, and checkMemberGroups with its list of ids."""
    person = known(call.tenant, user)
    found = [g.id for g in call.tenant.groups.values() if person.id in g.members]
    asked = call.fields().get("groupIds")
    if call.segments[-1].lower() == "checkmembergroups":
        found = [g for g in found if g in (asked or [])]
    context = call.context("Collection(Edm.String)")
    return Answer(200, {"@odata.context": context, "value": found})


def organization(call: Call) -> Answer:
    item = {
        "id": call.tenant.id,
        "displayName": call.tenant.name,
        "tenantType": "AAD",
        "preferredLanguage": "fi",
        "countryLetterCode": "FI",
        "verifiedDomains": [
            {
                "name": call.tenant.domain,
                "isDefault": True,
                "isInitial": True,
                "type": "Managed",
                "capabilities": "Email, OfficeCommunicationsOnline",
            }
        ],
    }
    return page_of(call, [item], "organization", default=100, mark="$skiptoken")


def manager(call: Call, user: str) -> Answer:
    """The first owner of a person's unit leads her."""
    person = known(call.tenant, user)
    for group_ in call.tenant.groups.values():
        if person.id in group_.members and group_.owners:
            leader = shape(call.tenant.users[group_.owners[0]])
            return Answer(
                200, _chosen(call, leader) | {"@odata.type": leader["@odata.type"]}
            )
    raise Failure(404, "Request_ResourceNotFound", "Resource 'manager' does not exist.")


def direct_reports(call: Call, user: str) -> Answer:
    person = known(call.tenant, user)
    items = [
        shape(call.tenant.users[m])
        for g in call.tenant.groups.values()
        if g.owners[:1] == [person.id]
        for m in g.members
    ]
    return page_of(call, items, "directoryObjects", default=100, mark="$skiptoken")
