# ruff: noqa: INP001, T201, TID251 - a script, not a package
"""A client books a time by the public page of a running demo, and Outlook has it.

Run inside the image by `prove_image.py`, against the balancer of the compose file.
"""

import asyncio
import secrets
import time

import aiohttp

from booking.wording import text
from teams_app.story.browser import Browser
from teams_app.story.scenes import reference_on

BASE, TENANT = "http://127.0.0.1:8080", "http://127.0.0.1:8081"
SERVICE = "/b/uraohjaus?lang=fi&modality=remote"
SECONDS = 180


async def main() -> None:
    async with aiohttp.ClientSession() as session:
        browser = Browser(session, BASE, {"Accept-Language": "fi"})
        times = await browser.open(SERVICE)
        ends = time.monotonic() + SECONDS
        while not times.slots():  # calendars are being read
            assert time.monotonic() < ends, "no free times"
            await asyncio.sleep(1)
            times = await browser.open(SERVICE)
        details = await browser.choose(times, secrets.choice(times.slots()))
        email = f"client-{secrets.token_hex(4)}@client.example"
        typed = {
            "name": "Pekka Koe",
            "language": "fi",
            "email": email,
            "q_field": "Ala",
        }
        check = await browser.send(details, "/details", typed)
        booked = await browser.send(check, "/confirm")
        assert text("fi", "page.appointment.done.booked") in booked.text, booked.text
        reference = reference_on(booked)
        while time.monotonic() < ends:
            async with session.get(f"{TENANT}/inbox/api/messages?to={email}") as answer:
                told = await answer.text()
            async with session.get(f"{TENANT}/_tenant/state") as answer:
                state = await answer.text()
            if email in told and reference in state:
                print(f"  {reference}: in Outlook, and the client is told", flush=True)
                return
            await asyncio.sleep(0.5)
        raise AssertionError(f"{reference} is not in Outlook, or nobody was told")


asyncio.run(main())
