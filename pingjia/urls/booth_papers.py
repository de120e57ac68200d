"""What a process that serves the site alone answers under the booth's name: papers, the relay, the log."""

from django.urls import include, path

from pingjia.polls.booth_urls import papers

urlpatterns = [path("log/", include("pingjia.publiclog.urls")), *papers]
handler404 = "pingjia.polls.booth_views.not_found"
