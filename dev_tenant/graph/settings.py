"""mailboxSettings, categories, calendars, and the zones a mailbox knows."""

from dev_tenant.graph import odata, store, typed
from dev_tenant.graph.answers import Answer, Call, Failure, bad_request
from dev_tenant.graph.views import page_of
from dev_tenant.graph.zones import iana_names, windows_names, zone_of
from dev_tenant.tenant import Calendar, Json, Mailbox

SETTABLE = {
    "automaticRepliesSetting",
    "dateFormat",
    "delegateMeetingMessageDeliveryOptions",
    "language",
    "timeFormat",
    "timeZone",
    "workingHours",
}


def get(call: Call, user: str) -> Answer:
    box = call.mailbox(user)
    chosen = odata.select(box.settings, odata.names(call.query.get("$select", "")))
    context = call.context(f"users('{box.user}')/mailboxSettings")
    return Answer(200, {"@odata.context": context} | chosen)


def one(call: Call, user: str, name: str) -> Answer:
    """mailboxSettings/timeZone and its like."""
    box = call.mailbox(user)
    wanted = {k.lower(): k for k in box.settings}.get(name.lower())
    if wanted is None:
        raise bad_request(f"Resource not found for the segment '{name}'.")
    value = box.settings[wanted]
    context = call.context(f"users('{box.user}')/mailboxSettings/{wanted}")
    body = value if isinstance(value, dict) else {"value": value}
    return Answer(200, {"@odata.context": context} | body)


def change(call: Call, user: str) -> Answer:
    box, fields = call.mailbox(user), call.fields()
    typed.check(fields, typed.SETTINGS)
    for name, value in fields.items():
        if "@odata" in name:
            continue
        if name not in SETTABLE:
            raise bad_request(f"The property '{name}' cannot be set.")
        if name == "timeZone" and zone_of(str(value)) is None:
            raise bad_request(f"The time zone '{value}' is unknown.")
        if isinstance(value, dict) and isinstance(box.settings.get(name), dict):
            box.settings[name] = box.settings[name] | value
        else:
            box.settings[name] = value
    call.tenant.changed.set()
    return get(call, user)


def categories(call: Call, user: str) -> Answer:
    box = call.mailbox(user)
    context = f"users('{box.user}')/outlook/masterCategories"
    return page_of(call, list(box.categories), context, default=1000)


def add_category(call: Call, user: str) -> Answer:
    box, fields = call.mailbox(user), call.fields()
    name = str(fields.get("displayName") or "")
    if not name:
        raise bad_request("displayName is required.")
    if any(c["displayName"].lower() == name.lower() for c in box.categories):
        raise Failure(409, "ErrorCategoryAlreadyExists", f"'{name}' exists already.")
    made = {
        "id": call.tenant.new_id("category"),
        "displayName": name,
        "color": str(fields.get("color") or "none"),
    }
    box.categories.append(made)
    return Answer(201, made)


def _calendar(call: Call, box: Mailbox, calendar: Calendar) -> Json:
    owner = call.tenant.users[box.user]
    first = calendar.providers[0] if calendar.providers else "unknown"
    return {
        "id": calendar.id,
        "name": calendar.name,
        "color": calendar.color,
        "hexColor": "",
        "isDefaultCalendar": calendar.default,
        "changeKey": f"{calendar.id[-12:]}",
        "canShare": True,
        "canViewPrivateItems": True,
        "canEdit": True,
        "allowedOnlineMeetingProviders": calendar.providers,
        "defaultOnlineMeetingProvider": first,
        "isTallyingResponses": calendar.default,
        "isRemovable": not calendar.default,
        "owner": {"name": owner.name, "address": owner.mail},
    }


def calendars(call: Call, user: str) -> Answer:
    box = call.mailbox(user)
    items = [_calendar(call, box, c) for c in box.calendars]
    if "$filter" in call.query:
        test = odata.read_filter(call.query["$filter"])
        items = [i for i in items if test(i)]
    return page_of(call, items, f"users('{box.user}')/calendars", default=10)


def calendar(call: Call, user: str, id_: str) -> Answer:
    box = call.mailbox(user)
    item = _calendar(call, box, store.calendar_of(box, id_))
    chosen = odata.select(item, odata.names(call.query.get("$select", "")))
    context = call.context(f"users('{box.user}')/calendars/$entity")
    return Answer(200, {"@odata.context": context} | chosen)


def add_calendar(call: Call, user: str) -> Answer:
    box, fields = call.mailbox(user), call.fields()
    name = str(fields.get("name") or "")
    if not name:
        raise bad_request("name is required.")
    if any(c.name.lower() == name.lower() for c in box.calendars):
        raise Failure(409, "ErrorFolderExists", "A calendar of that name exists.")
    stem = call.tenant.new_id("calendar").replace("-", "")
    made = Calendar(id=f"AQMkA{stem}AAA=", name=name)
    box.calendars.append(made)
    call.tenant.changed.set()
    return Answer(201, _calendar(call, box, made))


def change_calendar(call: Call, user: str, id_: str) -> Answer:
    box, fields = call.mailbox(user), call.fields()
    found = store.calendar_of(box, id_)
    found.name = str(fields.get("name", found.name))
    found.color = str(fields.get("color", found.color))
    return Answer(200, _calendar(call, box, found))


def remove_calendar(call: Call, user: str, id_: str) -> Answer:
    box = call.mailbox(user)
    found = store.calendar_of(box, id_)
    if found.default:
        raise bad_request("The default calendar cannot be removed.")
    for event in [e for e in box.events.values() if e.calendar == found.id]:
        store.delete(call.tenant, box, event)
    box.calendars.remove(found)
    return Answer(204)


def zones(call: Call, user: str, form: str = "windows") -> Answer:
    call.mailbox(user)
    names = iana_names() if form.lower() == "iana" else windows_names()
    items = [{"alias": n, "displayName": n} for n in names]
    context = call.context("Collection(microsoft.graph.timeZoneInformation)")
    return Answer(200, {"@odata.context": context, "value": items})


def permissions(call: Call, user: str, id_: str) -> Answer:
    """Who may see what of a calendar; by default the house sees free and busy."""
    box = call.mailbox(user)
    calendar_ = store.calendar_of(box, id_)
    item = {
        "id": "RGVmYXVsdA==",
        "isRemovable": False,
        "isInsideOrganization": True,
        "role": calendar_.shared,
        "allowedRoles": ["none", "freeBusyRead", "limitedRead", "read", "write"],
        "emailAddress": {"name": "My Organization"},
    }
    return page_of(call, [item], "calendarPermissions", default=100)
