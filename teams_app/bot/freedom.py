"""When a professional is free, by service: from the index, without the database's rows.

Ways of meeting whose first times are the same are shown together: where they differ, it
is by the minutes that are kept free before and after.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from booking.availability import Search
from booking.model import Modality, Professional, Service, Slot
from booking.offers import spread
from booking.saying import Command
from booking.spans import wall
from booking.views.answers import FreeOf, FreeTimes
from teams_app.actions import staff_views
from teams_app.bot.making import SEARCHED, services_of
from teams_app.errands import World

#: Times shown where there is one list of them, some lists, many.
_OF_ONE, _OF_SOME, _OF_MANY = 6, 3, 2
_MANY = 4


async def free_times(
    world: World, professional: Professional, command: Command
) -> FreeTimes:
    """Show the first free starts of each of her services, on these days or from now.

    Of one service or one way alone, where that was asked for and she gives it.
    """
    given = await world.database.read(services_of, professional)
    asked = [each for each in given if each.key == command.what] or given
    lists = [
        free_of(world, professional, service, modality, command)
        for service, modality in _ways(asked, command.how)
    ]
    return FreeTimes(
        language=professional.language,
        today=wall(world.now(), world.policy.zone).date(),
        services=_shown(lists),
        tab_url=world.policy.tab_url,
        when=command.when,
        unread=world.index().calendar(professional.id) is None,
    )


def _ways(services: Sequence[Service], how: str) -> list[tuple[Service, Modality]]:
    every = [(service, each) for service in services for each in service.modalities]
    return [pair for pair in every if pair[1].value == how] or every


def free_of(
    world: World,
    professional: Professional,
    service: Service,
    modality: Modality,
    command: Command,
) -> FreeOf:
    """Give her first free starts of one service and way, on the days asked about."""
    when, zone = command.when, world.policy.zone
    search = Search(
        service,
        modality,
        world.now(),
        professionals=(professional.id,),
        within=when.span(zone) if when else None,
        staff=True,
    )
    free = world.index().free(search, SEARCHED)

    def some(a_day: int) -> list[Slot]:
        return spread(free, service.length, zone, count=_OF_ONE, a_day=a_day)

    if when is None:
        slots = some(_OF_SOME)
    elif when.first == when.last:
        slots = some(_OF_ONE)
    else:  # Of a week is asked which days there are.
        slots = some(1)
        slots = slots if len(slots) >= _OF_SOME else some(_OF_SOME)
    return FreeOf(
        service.name.in_(professional.language),
        (modality,),
        staff_views.slot_choices(slots, service.length),
    )


def _shown(lists: Iterable[FreeOf]) -> tuple[FreeOf, ...]:
    """Put those together that say the same, and leave of each what there is room for."""
    found: list[FreeOf] = []
    for each in lists:
        same = next(
            (
                at
                for at, one in enumerate(found)
                if (one.service, one.slots) == (each.service, each.slots)
            ),
            None,
        )
        if same is None:
            found.append(each)
        else:
            both = found[same].modalities + each.modalities
            found[same] = replace(each, modalities=both)
    several = _OF_SOME if len(found) <= _MANY else _OF_MANY
    count = _OF_ONE if len(found) == 1 else several
    return tuple(replace(each, slots=each.slots[:count]) for each in found)
