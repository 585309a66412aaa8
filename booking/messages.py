"""What a client is sent, composed and frozen.

Neutral by default: no service, no matter, no office, no name. Every message says that it
is automatic and shows the way to a person. Mail is plain text and the same as HTML with
one button; SMS is one short text with plain hyphens so that it stays in GSM-7.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape
from zoneinfo import ZoneInfo

from booking.model import Channel, Language, Modality
from booking.spans import HELSINKI, Span
from booking.wording import dates, text


class Kind(StrEnum):
    OFFER = "offer"  #: Choose one of these times.
    OFFER_FREE = "offer_free"  #: Choose any free time.
    BOOKED = "booked"
    MOVED = "moved"
    MOVED_BY_CLIENT = "moved_by_client"  #: A receipt, like that of a cancellation.
    HANDED_OVER = "handed_over"  #: The same time with somebody else.
    HANDED_BACK = (
        "handed_back"  #: The same person after all, once it was told otherwise.
    )
    #: The same time with somebody else, in another meeting than she may be waiting in.
    HANDED_NEW_MEETING = "handed_new_meeting"
    NEW_MEETING = "new_meeting"  #: The meeting she may be waiting in is another now.
    CANCELLED_BY_US = "cancelled_by_us"
    CANCELLED_BY_CLIENT = "cancelled_by_client"  #: A receipt.
    REMINDER = "reminder"
    NEW_TIME = "new_time"  #: The time cannot be kept: choose another.
    CHOOSE = "choose"  #: A reminder of that.
    TIME_HOLDS = "time_holds"  #: It can be kept after all.
    TIME_STANDS = "time_stands"  #: Whatever she has reported that keeps her from it.
    RUNNING_LATE = "running_late"
    ON_TIME = "on_time"  #: After all.
    TAKEN_BACK = "taken_back"  #: We had said *we are confirming*.


@dataclass(frozen=True, slots=True)
class Facts:
    """What a message may say. Names and matters are not among it."""

    kind: Kind
    language: Language
    modality: Modality
    #: Empty: there is no page to lead to any more, and what is left is a telephone.
    url: str
    help_phone: str
    start: datetime | None = None
    end: datetime | None = None
    was: Span | None = None  #: As she last heard it, where it is another now.
    join_url: str = ""
    minutes: int = 0  #: So much later it begins.
    organisation: str = ""  #: Empty: the message does not say whose it is.
    #: The organisation's own, in its mails: instead of ours, and after what is said.
    greeting: str = ""
    closing: str = ""
    #: The link does not do what such a message speaks of: change, or choose anew.
    closed: bool = False
    #: The link cancels, and moves no more.
    fixed: bool = False
    zone: ZoneInfo = HELSINKI


@dataclass(frozen=True, slots=True)
class Composed:
    channel: Channel
    subject: str  #: Empty for SMS.
    text: str
    html: str  #: Empty for SMS.


def compose(facts: Facts, channel: Channel) -> Composed:
    if channel is Channel.SMS:
        return Composed(channel, "", _sms(facts), "")
    return _mail(facts)


#: A new time is told with its end, for it may have been shortened only.
WITH_END = frozenset({Kind.MOVED, Kind.MOVED_BY_CLIENT})


def _when(facts: Facts, *, long: bool) -> str:
    """Say when; `long`: there is room for the end of what was booked, too."""
    if facts.start is None:
        return ""
    if facts.kind is Kind.NEW_TIME and facts.was is not None:
        # She is asked to give up the time that she knows.
        return dates.when_short(facts.language, facts.was.start, facts.zone)
    ends = facts.kind in WITH_END or (long and facts.kind is Kind.BOOKED)
    if ends and facts.end is not None:
        return dates.when_range(facts.language, facts.start, facts.end, facts.zone)
    return dates.when_short(facts.language, facts.start, facts.zone)


def _said(facts: Facts, *, long: bool) -> str:
    key = f"messages.{_news(facts)}.said"
    return text(
        facts.language, key, when=_when(facts, long=long), minutes=facts.minutes
    )


def _sms(facts: Facts) -> str:
    said = _said(facts, long=False)
    way = "sms_link" if facts.url else "sms"
    rest = text(
        facts.language,
        f"messages.{_ways(facts)}.{way}",
        link=facts.url,
        phone=facts.help_phone,
    )
    extra = _how(facts, Channel.SMS)
    whose = facts.organisation and f"{facts.organisation}:"
    parts = (whose, said, extra, rest)
    return " ".join(part for part in parts if part).replace("–", "-")


_WITH_HOW = WITH_END | {Kind.BOOKED, Kind.REMINDER, Kind.TIME_HOLDS}


def _how(facts: Facts, channel: Channel) -> str:
    """Say how the meeting is held: the phone rings, a video opens, or she comes.

    Never where to: a message names no office. In an SMS the link alone leads there, so
    that it stays as short as that of a call.
    """
    by_page = facts.modality is not Modality.PHONE
    if facts.kind not in _WITH_HOW or (by_page and not facts.url):
        return ""
    short = channel is Channel.SMS and facts.modality is Modality.IN_PERSON
    key = f"messages.how.{facts.modality.value}"
    return text(facts.language, f"{key}.sms" if short else key)


#: They speak of changing the time, and of choosing another instead of one that is gone.
SPEAK_OF_CHANGE = frozenset({Kind.BOOKED, Kind.MOVED, Kind.MOVED_BY_CLIENT}) | {
    *(Kind.HANDED_OVER, Kind.HANDED_BACK, Kind.REMINDER, Kind.TIME_HOLDS),
}
SPEAK_OF_ANOTHER = frozenset(
    {Kind.CANCELLED_BY_US, Kind.CANCELLED_BY_CLIENT, Kind.TAKEN_BACK}
)


def _ways(facts: Facts) -> str:
    """Name the texts of what she can do: by the link, or by calling."""
    if not facts.url:
        return "no_page"
    if facts.closed and facts.kind in SPEAK_OF_CHANGE:
        return "closed"
    if facts.closed and facts.kind in SPEAK_OF_ANOTHER:
        return "closed_new"
    if facts.fixed and facts.kind in SPEAK_OF_CHANGE:
        return "fixed"
    return facts.kind.value


_ON_THE_PHONE = {Kind.HANDED_OVER, Kind.HANDED_BACK, Kind.RUNNING_LATE}


_NO_WAY_IN = {
    Kind.HANDED_NEW_MEETING: Kind.HANDED_OVER.value,
    Kind.NEW_MEETING: "new_meeting_no_page",
}


def _news(facts: Facts) -> str:
    """Name what has happened: on the phone she meets nobody, somebody else calls.

    Without a page no link leads into the meeting that is another now.
    """
    if not facts.url and facts.kind in _NO_WAY_IN:
        return _NO_WAY_IN[facts.kind]
    if facts.kind in _ON_THE_PHONE and facts.modality is Modality.PHONE:
        return f"{facts.kind.value}_phone"
    return facts.kind.value


def _mail(facts: Facts) -> Composed:
    language = facts.language
    said = _said(facts, long=True)
    button = text(language, f"messages.{_ways(facts)}.button") if facts.url else ""
    lines = [facts.greeting or text(language, "messages.hello"), said]
    if facts.was is not None and facts.kind is Kind.MOVED:
        was = dates.when_range(language, facts.was.start, facts.was.end, facts.zone)
        lines[-1] += " " + text(language, "messages.moved.was", when=was)
    how = _how(facts, Channel.MAIL)
    if how:
        lines.append(how)
    phone = facts.help_phone
    lines.append(text(language, f"messages.{_ways(facts)}.more", phone=phone))
    lines += [each for each in (facts.closing, facts.organisation) if each]
    tail = [text(language, "messages.automatic")]
    if facts.url:
        tail.append(text(language, "messages.help", phone=phone))
        tail.append(text(language, "messages.do_not_share"))
    link = [f"{button}:\n{facts.url}"] if facts.url else []
    plain = "\n\n".join([*lines, *link, *tail])
    return Composed(
        Channel.MAIL,
        text(language, f"messages.{_news(facts)}.subject"),
        plain + "\n",
        drawn(language, lines, (button, facts.url), tail),
    )


def trial(language: Language, channel: Channel, organisation: str) -> Composed:
    """Compose what staff send to themselves, to see that a channel works.

    It is about nobody, and nothing can be done with it.
    """
    said = text(language, "tenant.trial.said")
    if channel is Channel.SMS:
        whose = f"{organisation}: " if organisation else ""
        return Composed(channel, "", f"{whose}{said}", "")
    lines = [text(language, "messages.hello"), said]
    lines += [organisation] if organisation else []
    tail = [text(language, "messages.automatic")]
    return Composed(
        channel,
        text(language, "tenant.trial.subject"),
        "\n\n".join([*lines, *tail]) + "\n",
        drawn(language, lines, ("", ""), tail),
    )


def drawn(
    language: str, lines: list[str], button: tuple[str, str], tail: list[str]
) -> str:
    """Draw the mail. Mail programs know inline style and little else."""
    said = "".join(f'<p style="margin:0 0 16px">{escape(line)}</p>' for line in lines)
    end = "".join(
        f'<p style="margin:0 0 8px;color:#616161;font-size:14px">{escape(line)}</p>'
        for line in tail
    )
    label, url = button
    link = label and (
        f'<p style="margin:24px 0"><a href="{escape(url)}" style="background:#0f5aa6;'
        "color:#ffffff;padding:12px 20px;border-radius:8px;text-decoration:none;"
        f'font-weight:600;display:inline-block">{escape(label)}</a></p>'
    )
    return (
        f'<html lang="{language!s}"><body style="font-family:Segoe UI,Arial,'
        f'sans-serif;font-size:16px;line-height:1.5;color:#242424">{said}{link}{end}'
        "</body></html>"
    )
