"""Identifiers are arguments too: whoever needs one is given somebody to ask."""

from typing import Protocol


class Ids(Protocol):
    """Chance and identifiers. Real in main, seeded in tests."""

    def reference(self) -> str:
        """Six letters for people; uniqueness is the store's to check."""
        ...

    def link(self) -> str:
        """The public half of a link."""
        ...

    def secret(self) -> str:
        """Something nobody can guess, for what others must bring back to us."""
        ...

    def uuid(self) -> str:
        """An identifier that leaves the house."""
        ...
