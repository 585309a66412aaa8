"""The post office: mail that reaches people, inside the tenant and outside."""

from typing import Any

from dev_tenant.graph.times import stamp
from dev_tenant.tenant import Json, Message, Tenant


def deliver(
    tenant: Tenant, *, sender: Json, to: str, to_name: str, message: Json
) -> None:
    """Put one message into the tenant's inbox, and into a mailbox when it has one."""
    body = message.get("body") or {}
    now = tenant.clock.now()
    tenant.inbox.append(
        {
            "id": tenant.new_id("mail"),
            "kind": "mail",
            "at": now.isoformat(),
            "from": sender["address"],
            "fromName": sender.get("name") or sender["address"],
            "to": to,
            "toName": to_name,
            "subject": str(message.get("subject") or ""),
            "contentType": str(body.get("contentType") or "text").lower(),
            "body": str(body.get("content") or ""),
            "headers": message.get("internetMessageHeaders") or [],
            "attachments": [_attached(a) for a in message.get("attachments") or []],
            "calendar": message.get("calendar"),
        }
    )
    user = tenant.find_user(to)
    box = tenant.mailboxes.get(user.id) if user else None
    if box is not None:
        keep(tenant, box.user, "inbox", message, sender)


def _attached(given: Any) -> Json:
    return {
        "name": str(given.get("name") or ""),
        "contentType": str(given.get("contentType") or "application/octet-stream"),
        "contentBytes": str(given.get("contentBytes") or ""),
    }


def keep(
    tenant: Tenant, user: str, folder: str, message: Json, sender: Json
) -> Message:
    """Keep a copy of a message in a folder of a mailbox."""
    now = tenant.clock.now()
    name = tenant.new_id("message").replace("-", "")
    body = message.get("body") or {}
    data: Json = {
        "subject": str(message.get("subject") or ""),
        "bodyPreview": str(body.get("content") or "")[:255],
        "importance": str(message.get("importance") or "normal").lower(),
        "isRead": folder != "inbox",
        "isDraft": False,
        "hasAttachments": bool(message.get("attachments")),
        "internetMessageId": f"<{name}@{tenant.domain}>",
        "createdDateTime": stamp(now),
        "lastModifiedDateTime": stamp(now),
        "sentDateTime": stamp(now),
        "receivedDateTime": stamp(now),
        "body": {
            "contentType": str(body.get("contentType") or "text").lower(),
            "content": str(body.get("content") or ""),
        },
        "from": {"emailAddress": sender},
        "sender": {"emailAddress": sender},
        "toRecipients": message.get("toRecipients") or [],
        "ccRecipients": message.get("ccRecipients") or [],
        "bccRecipients": message.get("bccRecipients") or [],
        "replyTo": message.get("replyTo") or [],
        "categories": message.get("categories") or [],
    }
    kept = Message(id=f"AAMkAM{name}AAA=", folder=folder, at=now, data=data)
    tenant.mailboxes[user].messages.append(kept)
    return kept
