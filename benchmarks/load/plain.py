"""The plain path alone, over the same HTTP: Django, without the hot path before it."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingjia.settings")
application = get_asgi_application()
