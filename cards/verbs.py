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
* `appointment.*`     `appointment`, `version`; to move it, `slot` too
* `conflict.*`        `conflict`, `version`
* `handover.*`        `conflict`, `version`
* `away.yes`          `request`, `start`, `end`
* `away.no`           `request`
* `away.dates`        perhaps `absence`, `version`: of one to be changed
* `away.finish`       `absence`, `version`
* `outcome.*`         `appointment`, `version`; to record one, `outcome` too
* `arrival.*`         `appointment`, `version`
* `late.*`            `appointment`, the first; to tell, `minutes`, and `whom` on a card that
                      names them
* `away.desk`         `absence`
* `conflict.desk`     `conflict`, `version`
* `channel.*`         in a channel alone; to make it a desk, `unit`
* `cover.*`           `cover`; to take one, `appointment` too; several, `most`
* `share.*`           `appointment`, in a dialog alone
* `colleague.*`       `invitation`, `wish`, from the dialog on `request` and the form's fields
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
APPOINTMENT_TIMES: Final = "appointment.times"  #: Propose other times for it.
APPOINTMENT_MOVE: Final = "appointment.move"  #: Move it to the time in `slot`.
APPOINTMENT_SHOW: Final = "appointment.show"  #: Keep its time, and show it.

CONFLICT_TELL: Final = "conflict.tell"  #: Keep the new time and tell the client.
CONFLICT_PUT_BACK: Final = "conflict.put_back"  #: Move the event back.
CONFLICT_PROPOSE: Final = "conflict.propose"  #: Offer the client other times.
CONFLICT_CANCEL: Final = "conflict.cancel"  #: Cancel the appointment.
CONFLICT_KEEP: Final = "conflict.keep"  #: Leave both where they are.
CONFLICT_RESTORE: Final = "conflict.restore"  #: Put the deleted event back.
CONFLICT_HOLD: Final = "conflict.hold"  #: Keep the time although others were asked for.
CONFLICT_HAND: Final = "conflict.hand"  #: Hand to the colleague in `colleague`.
CONFLICT_DESK: Final = "conflict.desk"  #: Ask the unit's desk who can take it.

HANDOVER_TAKE: Final = "handover.take"  #: It goes to the colleague, as copied.
HANDOVER_TAKE_AGREED: Final = "handover.take_agreed"  #: At the time agreed on.
HANDOVER_LEAVE: Final = "handover.leave"  #: It stays where it was.

AWAY_YES: Final = "away.yes"  #: Record the absence that was asked about.
AWAY_NO: Final = "away.no"
AWAY_DATES: Final = "away.dates"  #: From and until when, as typed on the card.
AWAY_FINISH: Final = "away.finish"  #: End it now, or withdraw one that has not begun.
AWAY_DESK: Final = "away.desk"  #: Ask the unit's desk who can take what it touches.
OUTCOME_RECORD: Final = "outcome.record"  #: It went so, as `outcome` says.
OUTCOME_NEXT: Final = "outcome.next"  #: A form for the client's next appointment.

ARRIVAL_UNDO: Final = "arrival.undo"  #: She has not come after all.

LATE_TELL: Final = "late.tell"  #: It begins so many minutes late, and those behind it.
LATE_ON_TIME: Final = "late.on_time"  #: After all.

#: What stands on a card in a channel, where everybody may press it.
DESK_HERE: Final = "channel.here"  #: Make this channel the desk of the unit in `unit`.
DESK_LEAVE: Final = "channel.leave"
COVER_LOOK: Final = "cover.look"  #: Show the question as she alone sees it.
COVER_TAKE: Final = "cover.take"
COVER_SEVERAL: Final = "cover.several"  #: As many as she says, the soonest first.

#: What is pressed in a dialog, or opens one: never a card's own answer in a chat.
SHARE: Final = "share.appointment"  #: Put it into the message that is being written.
COLLEAGUE_FORM: Final = "colleague.form"  #: Open the form of an invitation.
COLLEAGUE_BOOK: Final = "colleague.book"  #: Book with her who invited.

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
        APPOINTMENT_TIMES,
        APPOINTMENT_MOVE,
        APPOINTMENT_SHOW,
        CONFLICT_TELL,
        CONFLICT_PUT_BACK,
        CONFLICT_PROPOSE,
        CONFLICT_CANCEL,
        CONFLICT_KEEP,
        CONFLICT_RESTORE,
        CONFLICT_HOLD,
        CONFLICT_HAND,
        CONFLICT_DESK,
        HANDOVER_TAKE,
        HANDOVER_TAKE_AGREED,
        HANDOVER_LEAVE,
        AWAY_YES,
        AWAY_NO,
        AWAY_DATES,
        AWAY_FINISH,
        AWAY_DESK,
        OUTCOME_RECORD,
        OUTCOME_NEXT,
        ARRIVAL_UNDO,
        LATE_TELL,
        LATE_ON_TIME,
    }
)

CHANNEL: Final = frozenset(
    {DESK_HERE, DESK_LEAVE, COVER_LOOK, COVER_TAKE, COVER_SEVERAL}
)
DIALOG: Final = frozenset({SHARE, COLLEAGUE_FORM, COLLEAGUE_BOOK})

APPOINTMENT: Final = "appointment"  #: Its number, in the data of a button.

#: Names of the inputs, as they come back beside the verb.
SERVICE: Final = "service"
MODALITY: Final = "modality"
CLIENT_NAME: Final = "client_name"
CLIENT_LANGUAGE: Final = "client_language"
CLIENT_EMAIL: Final = "client_email"
CLIENT_PHONE: Final = "client_phone"
UNIT: Final = "unit"
MOST: Final = "most"  #: So many she takes at most.
COVER: Final = "cover"  #: Its number, in the data of a button.
COLLEAGUE: Final = "colleague"
MINUTES: Final = "minutes"  #: Carried by its button: so late it begins.
WHOM: Final = "whom"  #: Carried: the appointments that are told, with commas.
LISTED: Final = "listed"  #: Carried where it stands in a list, which goes on.
OUTCOME: Final = "outcome"  #: Carried by its button: a status of the appointment.
SLOT: Final = "slot"  #: One `<professional>@<epoch>`; carried where its button is one.
SLOTS: Final = "slots"  #: Several, separated by commas.
AIM: Final = "aim"  #: Carried with the form: what it is for, unless to book.
OFFER: Final = "offer"  #: As an aim: to let the client choose.
INVITATION: Final = "invitation"  #: Carried: what a professional let colleagues book.
WISH: Final = "wish"  #: Carried with the form: from when times are to be proposed.
FIRST: Final = "first"  #: The first day of an absence, and from which hour.
STARTS: Final = "starts"
LAST: Final = "last"  #: The last day, and until which hour.
ENDS: Final = "ends"
