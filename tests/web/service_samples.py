"""What may be booked, and what may not, as clients see it."""

from booking.model import Modality
from booking.views.pages import PausedPage, ServiceChoice, ServicesPage

SERVICES: dict[str, tuple[str, object]] = {
    "services": (
        "public/services.html",
        ServicesPage(
            (
                ServiceChoice(
                    "Alkuhaastattelu",
                    "Ensimmäinen tapaaminen, kun olet ilmoittautunut työnhakijaksi.",
                    60,
                    tuple(Modality),
                    "/b/1",
                ),
                ServiceChoice(
                    "Työnhakukeskustelu",
                    "Puhumme siitä, miten työnhakusi etenee.",
                    30,
                    (Modality.REMOTE, Modality.PHONE),
                    "/b/2",
                ),
                ServiceChoice("Neuvonta", "", 15, (Modality.PHONE,), "/b/3"),
            )
        ),
    ),
    "services-none": ("public/services.html", ServicesPage(())),
    "paused": ("public/paused.html", PausedPage("Työnhakukeskustelu", "/b")),
    "paused-invited": (
        "public/paused.html",
        PausedPage("Työnhakukeskustelu", by_invitation=True),
    ),
    "paused-alone": ("public/paused.html", PausedPage("Työnhakukeskustelu")),
}
