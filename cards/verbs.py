"""What a card can ask for when one of its buttons is pressed.

A button sends `{"verb": ..., ...}` with the fields listed here; what was typed or
ticked on the card is added under the names of the inputs. The data carries ids and
versions. Personal data is in it only where a form must be filled in again, or where it
is asked what a sentence means that names somebody.

Data by verb:

* `book.*`            `request`, perhaps `wish` and `aim`, and from the second card on the form's
                      own fields
* `say.meant`         `say`, `when`, `whom`, perhaps `how` and `what`: a command, as
                      `booking.saying` writes it
* `offer.*`           `offer`, `version`
* `appointment.*`     `appointment`, `version`
* `conflict.*`        `conflict`, `version`
* `handover.*`        `conflict`, `version`
"""

from typing import Final

BOOK_TIMES: Final = "book.times"  #: The form is filled in: show free times.
BOOK_NOW: Final = "book.now"  #: Book the one time in `slot`.
BOOK_OFFER: Final = "book.offer"  #: Offer the times in `slots` to the client.
BOOK_OPEN: Final = "book.open"  #: Let the client choose any free time.
BOOK_AGAIN: Final = "book.again"  #: Start over with an empty form.
BOOK_BACK: Final = "book.back"  #: Back to the form, filled in as it was.

SAY: Final = "say.meant"  #: Of what was written, this was meant.

OFFER_WITHDRAW: Final = "offer.withdraw"
APPOINTMENT_CANCEL: Final = "appointment.cancel"

CONFLICT_TELL: Final = "conflict.tell"  #: Keep the new time and tell the client.
CONFLICT_PUT_BACK: Final = "conflict.put_back"  #: Move the event back.
CONFLICT_PROPOSE: Final = "conflict.propose"  #: Offer the client other times.
CONFLICT_CANCEL: Final = "conflict.cancel"  #: Cancel the appointment.
CONFLICT_KEEP: Final = "conflict.keep"  #: Leave both where they are.
CONFLICT_RESTORE: Final = "conflict.restore"  #: Put the deleted event back.
CONFLICT_HOLD: Final = "conflict.hold"  #: Keep the time although others were asked for.
CONFLICT_HAND: Final = "conflict.hand"  #: Hand to the colleague in `colleague`.

HANDOVER_TAKE: Final = "handover.take"  #: It goes to the colleague, as copied.
HANDOVER_TAKE_AGREED: Final = "handover.take_agreed"  #: At the time agreed on.
HANDOVER_LEAVE: Final = "handover.leave"  #: It stays where it was.

ALL: Final = frozenset(
    {
        BOOK_TIMES,
        BOOK_NOW,
        BOOK_OFFER,
        BOOK_OPEN,
        BOOK_AGAIN,
        BOOK_BACK,
        SAY,
        OFFER_WITHDRAW,
        APPOINTMENT_CANCEL,
        CONFLICT_TELL,
        CONFLICT_PUT_BACK,
        CONFLICT_PROPOSE,
        CONFLICT_CANCEL,
        CONFLICT_KEEP,
        CONFLICT_RESTORE,
        CONFLICT_HOLD,
        CONFLICT_HAND,
        HANDOVER_TAKE,
        HANDOVER_TAKE_AGREED,
        HANDOVER_LEAVE,
    }
)

#: Names of the inputs, as they come back beside the verb.
SERVICE: Final = "service"
MODALITY: Final = "modality"
CLIENT_NAME: Final = "client_name"
CLIENT_LANGUAGE: Final = "client_language"
CLIENT_EMAIL: Final = "client_email"
CLIENT_PHONE: Final = "client_phone"
COLLEAGUE: Final = "colleague"
SLOT: Final = "slot"  #: One `<professional>@<epoch>`.
SLOTS: Final = "slots"  #: Several, separated by commas.
AIM: Final = "aim"  #: Carried with the form: what it is for, unless to book.
OFFER: Final = "offer"  #: As an aim: to let the client choose.
WISH: Final = "wish"  #: Carried with the form: from when times are to be proposed.
