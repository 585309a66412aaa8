"""Reading what a face or a test asks for; a wrong request gets a 4xx that says why."""

import json
from typing import Any

from aiohttp import web

from dev_tenant.tenant import Tenant, User


def wrong(why: str, status: int = 400) -> web.HTTPException:
    """Make a refusal with a JSON body."""
    kinds = {
        400: web.HTTPBadRequest,
        403: web.HTTPForbidden,
        404: web.HTTPNotFound,
        409: web.HTTPConflict,
    }
    text = json.dumps({"error": why})
    return kinds[status](text=text, content_type="application/json")


async def body_of(request: web.Request) -> dict[str, Any]:
    """Read a JSON object; a form is read too, so that pages work without script."""
    if request.content_type.startswith(("application/x-www-form", "multipart/")):
        return {name: str(value) for name, value in (await request.post()).items()}
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as problem:
        raise wrong("the body is not JSON") from problem
    if not isinstance(body, dict):
        raise wrong("the body is not an object")
    return body


def user_of(tenant: Tenant, who: object) -> User:
    """Find a user by id, address or the part of the address before the @."""
    name = str(who or "")
    user = tenant.find_user(name) or tenant.find_user(f"{name}@{tenant.domain}")
    if user is None:
        raise wrong(f"nobody here is called {name or 'nothing'}", 404)
    return user


def wants_page(request: web.Request) -> bool:
    """Say whether a browser's form was sent, which is then led back to a page."""
    return "text/html" in request.headers.get("Accept", "")
