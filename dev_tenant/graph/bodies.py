"""Bodies of events: Exchange's own HTML around whatever was sent, and the join block.

Nothing comes back byte for byte. Text becomes HTML, HTML gets Exchange's head and line
ends, an online meeting gets a block with its link; a later body without that link ends
the meeting.
"""

import html
import re

_tags = re.compile(r"<[^>]+>")
_blocks = re.compile(r"(?i)<(?:br\s*/?|/p|/div|/li|/tr|/h\d)>")
_body = re.compile(r"(?is)<body[^>]*>(.*?)</body>")
_head = re.compile(r"(?is)<head[^>]*>.*?</head>|<style.*?</style>|<script.*?</script>")
_script = re.compile(r"(?is)<script.*?</script>")

LINE = "_" * 80


def rewritten(content: str, kind: str) -> str:
    """What Exchange keeps of a body that was sent."""
    if kind.lower() == "text":
        inner = html.escape(content, quote=False).replace("\r\n", "\n")
        inner = inner.replace("\n", "<br>\r\n")
        inner = f'<div class="PlainText">{inner}</div>' if inner else ""
    else:
        found = _body.search(content)
        inner = found.group(1) if found else _head.sub("", content)
        inner = re.sub(r"(?i)</?html[^>]*>", "", _script.sub("", inner)).strip()
    return (
        "<html>\r\n<head>\r\n"
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n'
        f"</head>\r\n<body>\r\n{inner}\r\n</body>\r\n</html>\r\n"
    )


def with_block(page: str, url: str) -> str:
    """The page with the join block before its end."""
    return page.replace("\r\n</body>", f"\r\n{join_block(url)}\r\n</body>", 1)


def has_link(content: str, url: str) -> bool:
    return url in html.unescape(content)


def join_block(url: str) -> str:
    link = html.escape(url)
    rule = (
        '<div style="width:100%; height:20px"><span style="white-space:nowrap;'
        f' color:gray; opacity:.36">{LINE}</span>\r\n</div>'
    )
    return (
        f'{rule}\r\n<div class="me-email-text" lang="en-US">\r\n'
        '<div style="margin-top:24px; margin-bottom:10px">'
        f'<a class="me-email-headline" href="{link}" target="_blank"'
        ' rel="noreferrer noopener">Join Microsoft Teams Meeting</a>\r\n</div>\r\n'
        f"</div>\r\n{rule}"
    )


def as_text(page: str) -> str:
    """The text of an HTML page, as Prefer: outlook.body-content-type="text" gives."""
    found = _body.search(page)
    inner = found.group(1) if found else _head.sub("", page)
    inner = inner.replace("\r\n", " ").replace("\n", " ")
    plain = html.unescape(_tags.sub("", _blocks.sub("\n", inner)))
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in plain.split("\n")]
    return "\r\n".join(lines).strip("\r\n")


def preview(page: str) -> str:
    return as_text(page)[:255]
