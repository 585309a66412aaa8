"""The card that proposes other times for an appointment."""

from dataclasses import dataclass

from booking.views.cards import AppointmentCard, SlotChoice, Wish


@dataclass(frozen=True, slots=True)
class MoveCard:
    """Some free times of its professional; nothing is changed before one is pressed."""

    appointment: AppointmentCard  #: As it stands until then.
    slots: tuple[SlotChoice, ...]  #: Three at most; the one wished for comes first.
    all_url: str  #: The page of the tab on which any time is chosen.
    wish: Wish | None = None  #: When it is to be, as it was written.
    wish_missed: bool = False  #: It is not free then.
    #: Why the time that was pressed is not to be had: `cards.move.wrong.<why>`.
    wrong: str = ""
    bound: bool = False  #: It is binding: only what the law leaves is proposed here.
    unread: bool = False  #: Her calendar has not been read, so nothing is known of it.
