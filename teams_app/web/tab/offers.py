"""Open offers in the tab: what clients have yet to choose from, and withdrawing one.

Whoever may offer with a professional may withdraw: she herself, and who supervises her.
"""

from aiohttp import web

from booking.model import Offer, OfferId, OfferStatus
from booking.views.cards import OfferCard
from booking.views.tab import OffersPage, OpenOffer
from teams_app.actions import access, staff_views
from teams_app.actions import offers as actions
from teams_app.actions.access import Right
from teams_app.store import offers, people
from teams_app.store.database import Tx
from teams_app.web.tab.seat import Seat, number

HERE = "/teams/offers"
SHOWN_MAX = 50


async def show(seat: Seat) -> web.Response:
    return await _shown(seat)


async def _shown(seat: Seat, said: str = "", *, late: bool = False) -> web.Response:
    view = await seat.world.database.write(_page, seat, said, late)
    if view is None:
        return seat.not_hers()
    return seat.show("tab/offers.html", view, 409 if late else 200)


def _page(tx: Tx, seat: Seat, said: str, late: bool) -> OffersPage | None:  # noqa: FBT001
    if not access.has_own_affairs(seat.who):
        return None
    whose = access.served(tx, seat.who, Right.OFFER)
    open_ = offers.open_for(tx, [each.id for each in whose], seat.now)
    read_ = [each for id_, _ in open_[:SHOWN_MAX] if (each := read(tx, seat, id_))]
    return OffersPage(tuple(read_), len(open_) > SHOWN_MAX, said, late)


def read(tx: Tx, seat: Seat, id_: OfferId) -> OpenOffer | None:
    """Give an offer that she may withdraw, and log that it was shown."""
    found = access.offer(tx, seat.who, id_, seat.look)
    if found is None:
        return None
    return shown(tx, seat, found)


def shown(tx: Tx, seat: Seat, found: Offer) -> OpenOffer:
    """Show an offer that she may withdraw; that it is shown is logged already."""
    owner = people.professional(tx, found.professional)
    view = _view(tx, seat, found)
    return OpenOffer(view, "" if seat.who.is_(owner.id) else owner.name)


def _view(tx: Tx, seat: Seat, found: Offer) -> OfferCard:
    policy, language = seat.world.policy, seat.language
    return staff_views.offer_card(tx, found, policy, language, seat.now)


async def withdraw(seat: Seat) -> web.Response:
    """Withdraw one. That which is over stays as it is, and the page says how."""
    form = await seat.form()
    id_ = OfferId(number(form, "offer"))
    found = await seat.world.database.write(access.offer, seat.who, id_, seat.look)
    if found is None:
        return seat.not_hers()
    done = await seat.world.database.write(
        actions.call_off, found, seat.now, seat.who.who
    )
    state = (await seat.world.database.read(_view, seat, done)).state
    late = done.status is not OfferStatus.WITHDRAWN
    return await _shown(seat, f"cards.offer.{state}", late=late)
