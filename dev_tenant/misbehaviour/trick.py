"""What a trick is made of."""

from dataclasses import dataclass, field

from dev_tenant.tenant import Json


@dataclass(frozen=True, slots=True)
class Trick:
    """One way to misbehave: what happens, and what one should see Vuoro do."""

    name: str
    title: str
    happens: str
    see: str
    switches: Json = field(default_factory=dict)
    rules: tuple[Json, ...] = ()
    weather: Json = field(default_factory=dict)
    blow: str = ""  #: A name in `Tenant.blows`; it falls once and is never on.
    #: Not with everything at once: it would hide the others, or keep them waiting.
    alone: bool = False
    somebody: bool = False  #: The switches name one mailbox, and not values.
