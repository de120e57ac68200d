"""What ``pingjia check`` asks of this machine."""

from __future__ import annotations

from django.core.checks import CheckMessage, Warning, register

from pingjia.ui import hosts


@register()
def fit_for_a_real_box(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Warn an operator that a real vote would refuse to open here; practice works, so it is no error."""
    return [Warning(sentence, id="pingjia.W001", hint="docs/guide/operators.md") for sentence in hosts.unfit()]
