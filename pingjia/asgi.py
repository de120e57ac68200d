"""The one process that serves both doors; ``pingjia.ui.hosts`` tells them apart by host name."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingjia.settings")
_django = get_asgi_application()

from pingjia.polls import hotpath  # noqa: E402 (the rooms stand only after Django is set up)
from pingjia.ui.bounds import Bounded  # noqa: E402

# The largest thing anybody may send is a table (20 MiB, pingjia.intake) and the form around it.
application = Bounded(hotpath.before(_django), 24 * 2**20)
