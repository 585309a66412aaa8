"""Which keeper keeps which kind of promise: the whole list."""

from teams_app.worker import Keeper, calendar, cards, messages, sync

KEEPERS: dict[str, Keeper] = {
    "calendar": calendar.keep_calendar,
    "confirm": calendar.keep_confirming,
    "tell": messages.tell,
    "tell_offer": messages.tell_offer,
    "remind": messages.remind,
    "ask_new_time": messages.ask_new_time,
    "cards": cards.keep_cards,
    "offer_cards": cards.keep_offer_cards,
    "announce": cards.announce,
    "remind_professional": cards.remind_professional,
    "ask": cards.ask,
    "morning": cards.morning,
    "pull": sync.pull,
    "pull_anew": sync.pull,
    "notice": sync.notice,
    "subscribe": sync.subscribe,
    "sweep": sync.sweep,
}
