"""A mail as Graph's sendMail wants it.

Graph takes one body, so the HTML goes; it is written to be readable as plain text. The
key stands in a header, for who looks at the raw mail, and in a named property, by which
Sent Items can be searched. Graph lets an app set only headers that begin with `x-`;
`Auto-Submitted` is therefore set as the named property that Exchange keeps that
header in, and `x-auto-response-suppress` keeps Exchange's own automatic replies away.
"""

from typing import Final

from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.file_attachment import FileAttachment
from msgraph.generated.models.internet_message_header import InternetMessageHeader
from msgraph.generated.models.message import Message
from msgraph.generated.models.recipient import Recipient
from msgraph.generated.users.item.send_mail.send_mail_post_request_body import (
    SendMailPostRequestBody,
)

from graph_sync.graph import Mail
from graph_sync.microsoft.events import extended, html_body

MAIL_KEY_ID: Final = "String {6a4f1f0e-3b57-4f0c-9c53-7d1f8e2b90a1} Name vuoro-mail"
#: The property set in which Exchange keeps internet headers.
AUTO_SUBMITTED_ID: Final = (
    "String {00020386-0000-0000-C000-000000000046} Name Auto-Submitted"
)
AUTO_SUBMITTED: Final = "auto-generated"


def message(mail: Mail) -> SendMailPostRequestBody:
    recipient = Recipient(
        email_address=EmailAddress(address=mail.to),
    )
    content = Message(
        subject=mail.subject,
        body=html_body(mail.html),
        to_recipients=[recipient],
        internet_message_headers=[
            _header("x-vuoro-key", mail.key),
            _header("x-auto-response-suppress", "All"),
        ],
        single_value_extended_properties=[
            extended(MAIL_KEY_ID, mail.key),
            extended(AUTO_SUBMITTED_ID, AUTO_SUBMITTED),
        ],
    )
    if mail.attachments:
        content.attachments = [
            FileAttachment(
                odata_type="#microsoft.graph.fileAttachment",
                name=name,
                content_type=media_type,
                content_bytes=data,  # the SDK encodes it
            )
            for name, media_type, data in mail.attachments
        ]
    return SendMailPostRequestBody(message=content, save_to_sent_items=True)


def _header(name: str, value: str) -> InternetMessageHeader:
    return InternetMessageHeader(name=name, value=value)
