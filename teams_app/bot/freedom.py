"""When a professional is free, by service: from the index, without the database's rows.

Each service is asked for in its own first way of meeting; the booking form has the rest.
"""

from booking.availability import Search
from booking.model import Professional, Service
from booking.offers import spread
from booking.saying import When
from booking.spans import wall
from booking.views.answers import FreeOf, FreeTimes
from teams_app.actions import staff_views
from teams_app.bot.making import SEARCHED, services_of
from teams_app.errands import World

#: Times shown of a single service, and of each of several.
_OF_ONE, _OF_EACH = 6, 3


async def free_times(
    world: World, professional: Professional, when: When | None
) -> FreeTimes:
    """Show the first free starts of each of her services, on these days or from now."""
    services = await world.database.read(services_of, professional)
    count = _OF_ONE if len(services) == 1 else _OF_EACH
    return FreeTimes(
        language=professional.language,
        today=wall(world.now(), world.policy.zone).date(),
        services=tuple(
            _free_of(world, professional, each, when, count) for each in services
        ),
        tab_url=world.policy.tab_url,
        when=when,
        unread=world.index().calendar(professional.id) is None,
    )


def _free_of(
    world: World,
    professional: Professional,
    service: Service,
    when: When | None,
    count: int,
) -> FreeOf:
    zone = world.policy.zone
    modality = service.modalities[0]
    search = Search(
        service,
        modality,
        world.now(),
        professionals=(professional.id,),
        within=when.span(zone) if when else None,
        staff=True,
    )
    free = world.index().free(search, SEARCHED)
    a_day = count if when is not None and when.first == when.last else _OF_EACH
    slots = spread(free, service.length, zone, count=count, a_day=a_day)
    return FreeOf(
        service.name.in_(professional.language),
        modality,
        staff_views.slot_choices(slots, service.length),
    )
