"""What a process that serves the booth alone answers: static pages, the box's state, the drop."""

from pingjia.polls.booth_urls import at_the_box

urlpatterns = at_the_box
handler404 = "pingjia.polls.booth_views.not_found"
