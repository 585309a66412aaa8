"""Working hours and time zone, as a person sets them in the small Outlook."""

import json

import pytest

from graph_sync.microsoft.mailbox import read_mailbox
from tests.dev_tenant.test_faces_control import AINO, face

__all__ = ["face"]


def settings_of(face):
    user = face.tenant.find_user(f"{AINO}@{face.tenant.domain}")
    return face.tenant.mailboxes[user.id].settings


async def test_hours_and_zone_are_set_and_read_by_the_product(face):
    said = {"start": "09:30", "end": "15:00", "days": ["monday", "Friday"]}
    status, told = await face.outlook("hours", **said, zone="Europe/Lisbon")

    assert status == 200
    assert told == {**said, "days": ["monday", "friday"], "zone": "Europe/Lisbon"}
    read = read_mailbox(settings_of(face), {}, "Europe/Helsinki")
    assert (read.zone, read.hours.zone) == ("Europe/Lisbon", "Europe/Lisbon")
    assert read.hours.days == {0, 4}
    assert (str(read.hours.start), str(read.hours.end)) == ("09:30:00", "15:00:00")
    assert (await face.get("/_tenant/outlook/hours", user=AINO))[1] == told


@pytest.mark.parametrize(
    "asked",
    [
        {"zone": "Europe/Atlantis"},
        {"start": "soon"},
        {"start": "18:00", "end": "17:00"},
    ],
)
async def test_hours_that_cannot_be_are_refused_and_change_nothing(face, asked):
    before = json.dumps(settings_of(face))
    status, told = await face.outlook("hours", **asked)

    assert status == 400
    assert told["error"]
    assert json.dumps(settings_of(face)) == before
