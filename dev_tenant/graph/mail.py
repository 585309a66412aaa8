"""sendMail, and the folders in which a copy is found again."""

from datetime import timedelta
from typing import Any

from dev_tenant.graph import odata, post, typed
from dev_tenant.graph.answers import Answer, Call, Failure, bad_request, not_found
from dev_tenant.graph.views import page_of
from dev_tenant.tenant import Json, Mailbox, Message

RECIPIENTS_MAX = 500
HEADERS_MAX = 5
FOLDERS = {
    "inbox": "Saapuneet",
    "sentitems": "Lähetetyt",
    "drafts": "Luonnokset",
    "deleteditems": "Poistetut",
}
KNOWN = {
    "subject",
    "body",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "replyTo",
    "from",
    "sender",
    "importance",
    "internetMessageHeaders",
    "singleValueExtendedProperties",
    "attachments",
    "categories",
    "isDeliveryReceiptRequested",
    "isReadReceiptRequested",
}


def send(call: Call, user: str) -> Answer:
    """202: taken, not delivered. The copy is in Sent Items unless refused."""
    box, fields = call.mailbox(user), call.fields()
    fields = {k[:1].lower() + k[1:]: v for k, v in fields.items()}
    message = fields.get("message")
    if not isinstance(message, dict):
        raise bad_request("The Message parameter is required.", "ErrorInvalidParameter")
    for name in message:
        if name not in KNOWN and "@odata" not in name:
            raise bad_request(
                f"The property '{name}' does not exist on type"
                " 'microsoft.graph.message'.",
                "RequestBodyRead",
            )
    typed.check(message, typed.MESSAGE, "message")
    to = _recipients(message)
    for one in message.get("singleValueExtendedProperties") or []:
        if not one.get("id"):
            raise bad_request("An extended property needs an id and a value.")
    _check_headers(message.get("internetMessageHeaders") or [])
    _check_rate(call, box)
    owner = call.tenant.users[box.user]
    sender = {"name": owner.name, "address": owner.mail}
    if fields.get("saveToSentItems", True) is True:
        kept = post.keep(call.tenant, box.user, "sentitems", message, sender)
        kept.ext = _extended(message)
    for one in to:
        post.deliver(
            call.tenant,
            sender=sender,
            to=one["address"],
            to_name=one.get("name") or one["address"],
            message=message,
        )
    call.tenant.changed.set()
    return Answer(202)


def _check_rate(call: Call, box: Mailbox) -> None:
    """A mailbox sends so many messages a minute, when the tenant is told to count."""
    limit = call.tenant.switches.get("mails_per_minute")
    since = call.now - timedelta(minutes=1)
    sent = [m for m in box.messages if m.folder == "sentitems" and m.at > since]
    if limit is not None and len(sent) >= int(limit):
        call.tenant.faults.strike("mails_per_minute")
        raise Failure(
            429,
            "ErrorExceededMessageLimit",
            "The message rate limit of the mailbox is exceeded.",
            {"Retry-After": "60"},
        )


def _recipients(message: Json) -> list[Json]:
    found: list[Json] = []
    for name in ("toRecipients", "ccRecipients", "bccRecipients"):
        for one in message.get(name) or []:
            mail = one.get("emailAddress") if isinstance(one, dict) else None
            if not isinstance(mail, dict) or "@" not in str(mail.get("address") or ""):
                raise bad_request(
                    "At least one recipient is not valid.", "ErrorInvalidRecipients"
                )
            found.append(mail)
    if not found:
        raise bad_request(
            "At least one recipient is not valid.", "ErrorInvalidRecipients"
        )
    if len(found) > RECIPIENTS_MAX:
        raise bad_request(
            "The message has too many recipients.", "ErrorExceededMaxRecipientLimit"
        )
    return found


def _check_headers(given: list[Any]) -> None:
    for header in given:
        if not str(header.get("name") or "").lower().startswith("x-"):
            raise bad_request(
                f"The internet message header name '{header.get('name')}' should"
                " start with 'x-' or 'X-'.",
                "InvalidInternetMessageHeader",
            )
    if len(given) > HEADERS_MAX:
        raise bad_request(
            "Maximum number of headers in one message should be less than or equal"
            " to 5.",
            "InvalidInternetMessageHeaderCollection",
        )


def _extended(message: Json) -> dict[str, str]:
    return {
        odata.property_id(p["id"]): str(p.get("value") or "")
        for p in message.get("singleValueExtendedProperties") or []
    }


def _folder(call: Call, user: str, folder: str) -> tuple[str, list[Message]]:
    box = call.mailbox(user)
    name = folder.lower()
    if name not in FOLDERS:
        raise not_found()
    return name, [m for m in box.messages if m.folder == name]


def folder(call: Call, user: str, name: str) -> Answer:
    wanted, found = _folder(call, user, name)
    return Answer(
        200,
        {
            "id": wanted,
            "displayName": FOLDERS[wanted],
            "parentFolderId": "msgfolderroot",
            "childFolderCount": 0,
            "totalItemCount": len(found),
            "unreadItemCount": sum(1 for m in found if not m.data["isRead"]),
        },
    )


def messages(call: Call, user: str, name: str | None = None) -> Answer:
    found = (
        call.mailbox(user).messages if name is None else _folder(call, user, name)[1]
    )
    odata.refuse(
        call.query,
        ("$top", "$skip", "$select", "$filter", "$orderby", "$expand", "$count"),
        "messages",
    )
    expand = odata.expanded_properties(call.query.get("$expand", ""))
    items = [shape(m) for m in sorted(found, key=lambda m: m.at, reverse=True)]
    if "$filter" in call.query:
        test = odata.read_filter(call.query["$filter"])
        items = [i for i in items if test(i)]
    for item in items:
        _narrow(item, expand)
    return page_of(call, items, f"users('{user}')/messages", default=10)


def message(call: Call, user: str, id_: str) -> Answer:
    box = call.mailbox(user)
    found = next((m for m in box.messages if m.id == id_), None)
    if found is None:
        raise not_found()
    item = shape(found)
    _narrow(item, odata.expanded_properties(call.query.get("$expand", "")))
    return Answer(200, odata.select(item, odata.names(call.query.get("$select", ""))))


def shape(kept: Message) -> Json:
    properties = [{"id": k, "value": v} for k, v in kept.ext.items()]
    return {
        "@odata.etag": f'W/"{kept.id[-16:]}"',
        "id": kept.id,
        "parentFolderId": kept.folder,
        "singleValueExtendedProperties": properties,
    } | kept.data


def _narrow(item: Json, expand: list[str]) -> None:
    """Only the extended properties asked for; none asked: not even the name."""
    found = [p for p in item.pop("singleValueExtendedProperties") if p["id"] in expand]
    if found:
        item["singleValueExtendedProperties"] = found
