"""The one process that serves both doors; ``pingjia.ui.hosts`` tells them apart by host name."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingjia.settings")
application = get_asgi_application()
