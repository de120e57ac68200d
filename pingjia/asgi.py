"""The one process that serves both doors; ``pingjia.ui.hosts`` tells them apart by host name."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingjia.settings")
_django = get_asgi_application()

from pingjia.polls import hotpath  # noqa: E402 (the rooms stand only after Django is set up)

application = hotpath.before(_django)
