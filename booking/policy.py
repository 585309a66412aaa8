"""What a tenant has decided: read once at start, handed to whoever needs it."""

from dataclasses import dataclass, field
from urllib.parse import quote
from zoneinfo import ZoneInfo

from booking.availability import Rules
from booking.handover import LATE_MINUTES
from booking.model import Channel, Words
from booking.own_lines import OwnLines
from booking.reminders import QuietHours
from booking.spans import HELSINKI

#: What the tab tells a form by from an appointment's reference.
FORM = "book:"


@dataclass(frozen=True, slots=True)
class Policy:
    """The tenant's decisions. Everything a client might not want known starts off."""

    tenant_id: str  #: Entra's id of the tenant this deployment serves.
    organisation: Words
    help_phone: str
    help_hours: Words
    contact_email: str
    #: Where staff open an appointment; `{reference}` is filled in. Needs sign-in.
    staff_pattern: str
    tab_url: str
    #: The shared mailbox that mails clients.
    sender: str
    #: Where Graph sends its notices; empty: polling alone.
    notice_url: str = ""
    poll_seconds: int = 300  #: A calendar not heard of for so long is read anyway.
    #: Entra's object ids of those who look after Vuoro; besides them whoever has the
    #: app role `Vuoro.Admin`.
    admins: frozenset[str] = frozenset()
    #: Entra's object id of the group whose members look after Vuoro; empty: none.
    admins_group: str = ""
    #: Entra's object id of the group of professionals that is kept in step; empty: none.
    professionals_group: str = ""
    #: The organisation's own notice and statement; empty: the built-in ones.
    privacy_url: str = ""
    accessibility_url: str = ""
    zone: ZoneInfo = HELSINKI
    quiet: QuietHours = field(default_factory=QuietHours)
    rules: Rules = field(default_factory=Rules)
    #: A move made in Outlook is told to the client at once, where it keeps the rules.
    trusts_moves: bool = False
    names_professional: bool = True  #: The client's page says whom she meets.
    names_organisation: bool = False  #: Messages say whose they are.
    names_service: bool = False  #: The client's page says what it is about.
    #: Clients may book by themselves; else they come by an offer or a professional.
    self_booking: bool = True
    #: So many hours before the start a client's link no longer moves or cancels.
    client_notice_hours: int = 0
    #: So often a client moves one appointment by its link; None: as often as she likes.
    client_moves: int | None = None
    offer_days: int = 7  #: An offer lives this long unless its last time comes earlier.
    has_sms: bool = True  #: A gateway is set up.
    offered_max: int = 6  #: So many times are offered to one client at most.
    #: So near to its start a remote appointment that changes hands keeps its meeting.
    late_minutes: int = LATE_MINUTES
    #: By these nothing is sent.
    channels_off: frozenset[Channel] = frozenset()
    #: What the organisation says itself in its mails.
    lines: OwnLines = field(default_factory=OwnLines)

    @property
    def ways(self) -> frozenset[Channel]:
        """Give the channels by which clients are sent anything."""
        there = {Channel.MAIL, Channel.SMS} if self.has_sms else {Channel.MAIL}
        return frozenset(there) - self.channels_off

    @property
    def only_way(self) -> str:
        """Say by which channel alone they are, or that by `none`; empty: by all."""
        if len(self.ways) == len(Channel):
            return ""
        return next((each.value for each in self.ways), "none")

    def form_url(self, request: str) -> str:
        """Where Teams opens a form begun on a card; what was typed is no part of it."""
        return self.staff_url(f"{FORM}{request}")

    def view_url(self, view: str, value: str = "") -> str:
        """Where Teams opens a view of the tab: `away`, `team` with a day, `question`, `move`."""
        return self.staff_url(f"{view}:{value}")

    def staff_url(self, reference: str) -> str:
        return self.staff_pattern.replace("{reference}", quote(reference))
