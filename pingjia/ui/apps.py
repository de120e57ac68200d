"""Registers what ``pingjia check`` asks."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The ui room."""

    name = "pingjia.ui"

    def ready(self) -> None:
        """Import the checks."""
        from pingjia.ui import checks  # noqa: F401  # its decorator registers the check
