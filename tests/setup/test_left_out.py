"""What may be left out of the settings, and what is said of ids that are none."""

from dataclasses import replace

import pytest

from teams_app import setup
from tests.setup import readers
from tests.setup.test_setup import ASKED, GROUP, TEXTS, _accepted


@pytest.mark.parametrize("name", ["VUORO_ADMINS", "VUORO_CONTACT_EMAIL"])
def test_what_may_be_left_out_stands_there_to_be_filled_in(name: str):
    sample = TEXTS["vuoro.env.sample"]
    filled = {"VUORO_ADMINS": GROUP, "VUORO_CONTACT_EMAIL": "aika@kunta.example"}[name]

    assert name not in readers.settings(sample)
    made = _accepted(sample.replace(f"#{name}=", f"{name}={filled}"))

    assert getattr(made, name.removeprefix("VUORO_").lower()) == filled


def test_an_id_that_is_no_guid_is_not_called_the_applications_too():
    with pytest.raises(setup.Wrong) as wrong:
        setup.checked(replace(ASKED, app_id="x", tenant_id="x"))

    assert wrong.value.faults == [
        "--app-id must be a GUID",
        "--tenant-id must be a GUID",
    ]
    with pytest.raises(setup.Wrong) as same:
        setup.checked(replace(ASKED, tenant_id=ASKED.app_id))
    assert same.value.faults == [
        "--tenant-id is the directory's id, not the application's"
    ]
