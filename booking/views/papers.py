"""The organisation's own papers: its accessibility statement and its privacy notice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class AccessibilityPage:
    organisation: str
    contact_email: str
    contact_phone: str
    assessed: date


@dataclass(frozen=True, slots=True)
class PrivacyPage:
    """`kept`: days by what is kept, of what is not kept for good."""

    organisation: str
    officer_email: str
    phone: str
    kept: Mapping[str, int] = field(default_factory=dict)
