"""calendarView, and what it shares with other lists: window, order, pages."""

from datetime import datetime
from urllib.parse import urlencode

from dev_tenant.graph import odata, recurrence, store
from dev_tenant.graph.answers import Answer, Call, bad_request
from dev_tenant.graph.shape import shape
from dev_tenant.graph.times import read_instant
from dev_tenant.tenant import Json, Mailbox

TOP_MAX = 1000
ALLOWED = (
    "$top",
    "$skip",
    "$select",
    "$orderby",
    "$expand",
    "$filter",
    "$count",
)
YEARS_5 = 5 * 366


def window_of(query: dict[str, str]) -> tuple[datetime, datetime]:
    """The window of two instants; both ends are required."""
    lower = {k.lower(): v for k, v in query.items()}
    if not lower.get("startdatetime") or not lower.get("enddatetime"):
        raise bad_request(
            "This request requires a time window specified by the query string"
            " parameters StartDateTime and EndDateTime.",
            "ErrorInvalidParameter",
        )
    start = read_instant(lower["startdatetime"], "StartDateTime")
    end = read_instant(lower["enddatetime"], "EndDateTime")
    if end < start:
        raise bad_request(
            "The end date is earlier than the start date.",
            "ErrorCalendarEndDateIsEarlierThanStartDate",
        )
    if (end - start).days > YEARS_5:
        raise bad_request(
            "The requested date range is too large.", "ErrorCalendarViewRangeTooBig"
        )
    return start, end


def calendar_view(call: Call, user: str, calendar: str | None = None) -> Answer:
    box = call.mailbox(user)
    start, end = window_of(call.query)
    odata.refuse(call.query, ALLOWED, "calendarView")
    wanted = store.calendar_of(box, calendar).id
    expand = odata.expanded_properties(call.query.get("$expand", ""))
    items = [
        shape(call.tenant, box, o, call.prefer, expand=expand)
        for o in in_window(box, wanted, start, end)
    ]
    if "$filter" in call.query:
        test = odata.read_filter(call.query["$filter"])
        items = [i for i in items if test(i)]
    return page_of(call, items, f"users('{box.user}')/calendarView", default=10)


def in_window(
    box: Mailbox, calendar: str, start: datetime, end: datetime
) -> list[recurrence.Occurrence]:
    found = [
        o
        for e in box.events.values()
        if e.calendar == calendar
        for o in recurrence.occurrences(e, start, end)
    ]
    return sorted(found, key=lambda o: (o.begins, o.event.key))


def page_of(
    call: Call, items: list[Json], context: str, *, default: int, mark: str = "$skip"
) -> Answer:
    """One page of a list, ordered, cut and selected, with the way to the next.

    The next page is told by `mark`: Outlook counts on, the directory gives a token.
    """
    total = len(items)
    if "$orderby" in call.query:
        items = odata.order(items, call.query["$orderby"])
    top = odata.number(call.query, "$top", TOP_MAX)
    size = top or min(call.prefer.page_size or default, TOP_MAX)
    skip = _skipped(call.query)
    page = items[skip : skip + size]
    wanted = odata.names(call.query.get("$select", ""))
    body: Json = {"@odata.context": call.context(context)}
    if call.query.get("$count") == "true":
        body["@odata.count"] = total
    body["value"] = [odata.select(i, wanted) for i in page]
    if skip + size < total:
        onward = {**call.query, mark: str(skip + size)}
        path = "/".join(call.segments)
        body["@odata.nextLink"] = f"{call.base}/{path}?{urlencode(onward, safe='$')}"
    return Answer(200, body)


def _skipped(query: dict[str, str]) -> int:
    token = query.get("$skiptoken", "")
    if token.isdigit():
        return int(token)
    return odata.number(query, "$skip", 1_000_000) or 0
