"""Our app in Teams through Graph: given to who lacks it, and notices in the feed."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from dev_tenant import server
from dev_tenant.graph import apps
from dev_tenant.tenant import Tenant
from graph_sync.graph import Forbidden
from graph_sync.microsoft import Limits, Microsoft, TokenSource
from graph_sync.teamwork import Told
from tests.support.waiting import world


@pytest.fixture
def tenant(running: server.Running) -> Iterator[Tenant]:
    found = running.tenant
    before = dict(found.installed)
    yield found
    found.installed.clear()
    found.installed.update(before)
    found.switches.clear()
    found.faults.rules.clear()
    found.activities.clear()


@pytest_asyncio.fixture(loop_scope="session")
async def teams(
    running: server.Running, tokens: TokenSource
) -> AsyncIterator[Microsoft]:
    package = running.tenant.app.external_id
    made = Microsoft(
        running.graph_url,
        tokens,
        world(),
        limits=Limits(pause=0.01),
        package=package,
    )
    yield made
    await made.aclose()


def two_of(tenant: Tenant) -> tuple[str, str]:
    first, second, *_ = sorted(
        each.id for each in tenant.users.values() if each.kind == "Member"
    )
    tenant.installed.clear()
    return first, second


def told(tenant: Tenant, preview: str = "Muistutus", chain: int = 7) -> Told:
    return Told("Vuoro", preview, f"{tenant.base_url}/l/entity/x/vuoro", chain)


async def test_the_app_is_given_by_what_a_colleague_has(
    teams: Microsoft, tenant: Tenant
):
    """The right to read the catalogue is not asked for."""
    aino, bo = two_of(tenant)
    apps.put_in(tenant, bo)
    assert await teams.teams.chat(aino) is None

    await teams.teams.install(aino, [bo])
    await teams.teams.install(aino, [bo])

    assert await teams.teams.chat(aino) == apps.chat_id(tenant, aino)


async def test_a_colleague_who_has_left_entra_keeps_nobody_from_the_app(
    teams: Microsoft, tenant: Tenant
):
    aino, bo = two_of(tenant)
    apps.put_in(tenant, bo)

    await teams.teams.install(aino, ["00000000-0000-4000-8000-00000000dead", bo])

    assert aino in tenant.installed


async def test_where_nobody_has_it_the_catalogue_may_say(
    teams: Microsoft, tenant: Tenant
):
    aino, bo = two_of(tenant)
    with pytest.raises(Forbidden):
        await teams.teams.install(aino, [bo])

    tenant.switches["catalogue_empty"] = True
    with pytest.raises(Forbidden):
        await teams.teams.install(aino, [bo])
    assert aino not in tenant.installed


async def test_a_policy_that_forbids_it_is_heard(teams: Microsoft, tenant: Tenant):
    aino, bo = two_of(tenant)
    apps.put_in(tenant, bo)
    tenant.switches["app_forbidden"] = True

    with pytest.raises(Forbidden):
        await teams.teams.install(aino, [bo])

    assert tenant.faults.struck["app_forbidden"] == 1


async def test_whom_teams_does_not_know_is_told_from_a_graph_that_is_away(
    teams: Microsoft, tenant: Tenant
):
    """Else she would be asked about until nobody needs the card, and told nothing."""
    aino, bo = two_of(tenant)
    apps.put_in(tenant, bo)
    unknown = {"path": f"{aino}/teamwork/installedApps", "status": 404, "count": 0}
    tenant.faults.add(unknown | {"code": "NotFound"})

    with pytest.raises(Forbidden):
        await teams.teams.chat(aino)


async def test_without_a_package_nothing_is_asked(
    running: server.Running, tokens: TokenSource
):
    bare = Microsoft(running.graph_url, tokens, world())
    with pytest.raises(Forbidden):
        await bare.teams.chat("anybody")
    await bare.aclose()


async def test_the_feed_shows_the_last_notice_of_a_chain(
    teams: Microsoft, tenant: Tenant
):
    aino, _ = two_of(tenant)
    apps.put_in(tenant, aino)

    await teams.teams.notify(aino, told(tenant))
    await teams.teams.notify(aino, told(tenant, "Päivän ajat"))
    await teams.teams.notify(aino, told(tenant, chain=8))

    seen = [each["preview"] for each in tenant.activities]
    assert seen == ["Päivän ajat", "Muistutus"]
    assert {each["type"] for each in tenant.activities} == {"news"}


async def test_a_feed_that_is_refused_is_heard(teams: Microsoft, tenant: Tenant):
    aino, bo = two_of(tenant)
    apps.put_in(tenant, bo)
    with pytest.raises(Forbidden):
        await teams.teams.notify(aino, told(tenant))

    tenant.switches["feed_refused"] = True
    with pytest.raises(Forbidden):
        await teams.teams.notify(bo, told(tenant))

    assert tenant.activities == []


async def test_the_address_of_a_mailbox_is_that_of_its_calendars_owner(
    teams: Microsoft, tenant: Tenant
):
    """To read people is a right that is not asked for."""
    whose = next(e for e in tenant.users.values() if "professional" in e.roles)

    assert await teams.teams.address(whose.id) == whose.mail
