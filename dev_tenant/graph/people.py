"""Attendees and places of an event, as Exchange completes them."""

from typing import Any

from dev_tenant.graph.answers import bad_request
from dev_tenant.tenant import Json, Tenant

NO_ANSWER = {"response": "none", "time": "0001-01-01T00:00:00Z"}
ATTENDEES_MAX = 500


def places(body: Json) -> Json:
    """`location` and `locations` are kept in step; the one given last wins."""
    if body.get("locations"):
        listed = [_place(p) for p in body["locations"]]
        return {"locations": listed, "location": dict(listed[0])}
    if "location" not in body and "locations" not in body:
        return {}
    one = _place(body.get("location") or {})
    listed = [_listed(one)] if one["displayName"] else []
    return {"location": one, "locations": listed}


def _place(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("A location must be an object.")
    name = str(given.get("displayName") or "")
    place: Json = {
        "displayName": name,
        "locationType": given.get("locationType") or "default",
        "uniqueIdType": "private" if name else "unknown",
        "address": given.get("address") or {},
        "coordinates": given.get("coordinates") or {},
    }
    if name:
        place["uniqueId"] = given.get("uniqueId") or name
    if given.get("locationUri"):
        place["locationUri"] = given["locationUri"]
    if given.get("locationEmailAddress"):
        place["locationEmailAddress"] = given["locationEmailAddress"]
    return place


def _listed(place: Json) -> Json:
    return {
        "displayName": place["displayName"],
        "locationType": place["locationType"],
        "uniqueIdType": "unknown",
    }


def attendees(tenant: Tenant, given: Any, before: list[Json]) -> list[Json]:
    """The whole list as it becomes; who stays keeps the answer given so far."""
    if not isinstance(given, list):
        raise bad_request("attendees must be a collection.")
    if len(given) > ATTENDEES_MAX:
        raise bad_request("An event has at most 500 attendees.")
    kept = {_address(a): a["status"] for a in before}
    found = []
    for one in given:
        mail = one.get("emailAddress") if isinstance(one, dict) else None
        if not isinstance(mail, dict) or not mail.get("address"):
            raise bad_request("An attendee needs an emailAddress.")
        address = str(mail["address"])
        user = tenant.find_user(address)
        found.append(
            {
                "type": str(one.get("type") or "required"),
                "status": dict(kept.get(address.lower(), NO_ANSWER)),
                "emailAddress": {
                    "name": mail.get("name") or (user.name if user else address),
                    "address": address,
                },
            }
        )
    return found


def _address(attendee: Json) -> str:
    return str(attendee["emailAddress"]["address"]).lower()


def addresses(listed: list[Json]) -> list[str]:
    return [_address(a) for a in listed]
