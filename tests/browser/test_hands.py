"""The keyboard's own eyes: what is wrong with a stop is seen and told."""

import pytest

from tests.browser.hands import Keyboard
from tests.support.browser import Windows

PAGE = """<!doctype html><title>Stops</title>
<style>
  button { display: block; width: 200px; height: 40px; margin: 8px; border: 0 }
  button:focus-visible { outline: 3px solid black }
  .bare:focus-visible { outline: none }
  .far { position: absolute; left: -900px }
  .low { position: fixed; bottom: 10px }
  .bar { position: fixed; bottom: 0; height: 80px; width: 100%; background: white }
</style>
<button>Sound</button><button class="bare">Ringless</button>
<button class="far">Unseen</button><button class="low">Covered</button>
<button class="none"></button><div class="bar"><button class="in">In the bar</button>
</div>"""

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_keyboard_tells_of_every_fault(windows: Windows):
    page = await windows.open(viewport={"width": 640, "height": 560})
    await page.set_content(PAGE)
    hand = Keyboard(page)

    await hand.press(page.get_by_role("button", name="In the bar"))

    told = [
        fault.partition(" on ")[0] + fault.rpartition(":")[2] for fault in hand.faults
    ]
    assert hand.stops == ["Sound", "Ringless", "Unseen", "Covered", "", "In the bar"]
    assert "'Ringless' shows no ring" in told
    assert "'Unseen' is out of sight" in told
    assert "'Covered' lies under the bar" in told
    assert any(each.endswith("has no name") for each in told)
    assert not [each for each in told if "Sound" in each or "In the bar" in each]
