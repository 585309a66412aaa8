"""The few flows that mix outside and database: ask outside, then write.

`confirm` is the heart: before anything is called booked, the professional's Outlook is
read again at that very time. When it cannot be read in two seconds nothing is booked
blind: the hold is kept, another look is promised, and the client is told after.
"""

from teams_app.errands.answering import answer, decide
from teams_app.errands.booking import (
    LIKELY,
    Held,
    Moved,
    book_now,
    confirm,
    confirm_again,
    goes_with,
    hold,
    hold_offered,
    move,
    nearest,
    propose,
)
from teams_app.errands.handing import cover, hand, hand_over, take, take_over, undo
from teams_app.errands.looking import look
from teams_app.errands.moving import Near, other_times
from teams_app.errands.world import World

__all__ = [
    "LIKELY",
    "Held",
    "Moved",
    "Near",
    "World",
    "answer",
    "book_now",
    "confirm",
    "confirm_again",
    "cover",
    "decide",
    "goes_with",
    "hand",
    "hand_over",
    "hold",
    "hold_offered",
    "look",
    "move",
    "nearest",
    "other_times",
    "propose",
    "take",
    "take_over",
    "undo",
]
