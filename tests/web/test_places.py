"""Where to come is said before a time is chosen, where it depends on the time."""

import re

import pytest

from teams_app.store import people
from tests import make
from tests.support.small_world import SmallWorld
from tests.web.conftest import Door


@pytest.fixture
def apart(small: SmallWorld) -> None:
    """Let Bo meet clients in another house."""

    def move(tx) -> None:
        there = make.a_unit(key="koulutie", address="Koulutie 3, Lumivaara")
        unit = people.save_unit(tx, there)
        people.save_professional(tx, make.bo(unit=unit.id))

    small.write(move)


@pytest.mark.usefixtures("apart")
async def test_in_person_each_time_says_in_which_house(door: Door):
    there = await door.get("/b/guidance?lang=en&modality=in_person")
    by_video = await door.get("/b/guidance?lang=en&modality=remote")

    assert "Aino, Itakatu 1" in there.text
    assert "Itakatu" not in by_video.text
    assert "Koulutie" not in by_video.text


async def test_in_one_house_the_name_is_enough(door: Door):
    page = await door.get("/b/guidance?lang=en&modality=in_person")

    assert "Aino" in page.text
    assert "Aino, Itakatu 1" not in page.text
    assert page.text.count("Itakatu 1") == 1  # Beside the service, where it is for all.


async def test_days_gone_by_are_not_called_full(door: Door, small: SmallWorld):
    small.clock.advance(hours=48)  # Wednesday
    page = await door.get("/b/guidance?lang=en&modality=remote")

    days = re.findall(r'class="unseen">(\w+day)<', page.text)
    assert days[0] == "Wednesday"
    assert "Monday" not in days[:5]
