"""Addresses of the log's files, below ``/log/`` at the booth."""

from django.urls import path

from .views import cosign, log_file

app_name = "publiclog"
urlpatterns = [
    path("<path:path>/cosign", cosign, name="cosign"),
    path("<path:path>", log_file, name="file"),
]
