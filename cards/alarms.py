"""An outage on a card: what does not go, what is not lost by it, and what to do."""

from booking.spans import HELSINKI
from booking.views.alarms import AlarmCard, Reader
from booking.wording import listed, text
from booking.wording.dates import unbroken, when_short
from cards.markdown import plain
from cards.parts import Card, buttons, finish, heading, leaf, line, strong

#: So many calendars are named; the health page has all of them.
_NAMED = 10


def alarm(view: AlarmCard) -> Card:
    """Draw it; once it is over, that it is, and that nothing is left to do."""
    tongue = view.language
    owner = view.reader is Reader.OWNER
    about = "own" if owner else view.what.value
    values = {"when": unbroken(when_short(tongue, view.begun, HELSINKI))}
    way = "tab" if view.reader is not Reader.ADMIN else "health"
    leads = buttons(leaf(text(tongue, f"cards.do.{way}"), view.url))
    if view.ended is not None:
        values["until"] = unbroken(when_short(tongue, view.ended, HELSINKI))
        over = heading(text(tongue, f"alarms.{about}.over.title"), style="good")
        said = line(text(tongue, f"alarms.{about}.over.body", **values))
        return finish(tongue, [over, said, *leads])
    body = [heading(text(tongue, f"alarms.{about}.title"), style="attention")]
    if view.names:
        body.append(strong(_whose(view)))
    body.append(line(text(tongue, f"alarms.{about}.body", **values)))
    body.append(line(text(tongue, f"alarms.{view.what.value}.do.{view.reader.value}")))
    return finish(tongue, [*body, *leads])


def _whose(view: AlarmCard) -> str:
    named = [plain(each) for each in view.names[:_NAMED]]
    more = len(view.names) - len(named)
    said = listed(view.language, named)
    if more:
        return text(view.language, "alarms.whose_more", names=", ".join(named), n=more)
    return text(view.language, "alarms.whose", names=said)
