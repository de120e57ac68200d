"""Addresses of this room on the site: the officer's desk, the member's pages, what is published, and issuance."""

from __future__ import annotations

from django.urls import URLPattern, path

from pingjia.polls import (
    audit_views,
    checkin_views,
    desk_views,
    drafting_views,
    hall_views,
    issue_views,
    member_views,
    outcome_views,
    print_views,
    public_views,
    roll_views,
    seat_views,
    witness_views,
)

app_name = "polls"
urlpatterns: list[URLPattern] = [
    # Anybody
    path("who-sees-what", public_views.who_sees_what, name="who_sees_what"),
    path("how-it-works", public_views.how_it_works, name="how_it_works"),
    path("r/<str:poll_id>", public_views.result, name="public_result"),
    path("hall/<str:poll_id>", public_views.hall, name="hall"),
    path("hall/<str:poll_id>/now.json", public_views.hall_now, name="hall_now"),
    path("v/<str:poll_id>", public_views.enter, name="enter"),
    path("draw", public_views.draw, name="draw"),
    path("draw/kiosk", public_views.kiosk_draw, name="kiosk_draw"),
    path("issue", issue_views.issue, name="issue"),
    path("practice", member_views.practise, name="practice"),
    # The member
    path("my/polls", member_views.my_polls, name="my_polls"),
    path("polls/<str:poll_id>/my-entry", member_views.my_entry, name="my_entry"),
    path("polls/<str:poll_id>/pressure", member_views.pressure, name="pressure"),
    path("polls/<str:poll_id>/challenge", outcome_views.challenge, name="challenge"),
    # The officer
    path("u/<str:code>/polls/", desk_views.unit_polls, name="list"),
    path("u/<str:code>/polls/new", drafting_views.new, name="new"),
    path("u/<str:code>/polls/new/check", drafting_views.new_check, name="new_check"),
    path("u/<str:code>/polls/new/<str:step>", drafting_views.new, name="new_step"),
    path("polls/<str:poll_id>/", desk_views.desk, name="desk"),
    path("polls/<str:poll_id>/amend", drafting_views.amend, name="amend"),
    path("polls/<str:poll_id>/amend/<str:step>", drafting_views.amend_step, name="amend_step"),
    path("polls/<str:poll_id>/roll", roll_views.roll, name="roll"),
    path("polls/<str:poll_id>/roll/<int:pk>/paper", roll_views.to_paper, name="to_paper"),
    path("polls/<str:poll_id>/slips", roll_views.slips, name="slips"),
    path("polls/<str:poll_id>/surplus", roll_views.surplus, name="surplus"),
    path("polls/<str:poll_id>/checkin", checkin_views.door, name="checkin"),
    path("polls/<str:poll_id>/checkin/<int:pk>", checkin_views.person, name="checkin_person"),
    path("polls/<str:poll_id>/checkin/<int:pk>/undo", checkin_views.undo, name="checkin_undo"),
    path("polls/<str:poll_id>/kiosk", hall_views.kiosk, name="kiosk"),
    path("polls/<str:poll_id>/remind", hall_views.remind, name="remind"),
    path("polls/<str:poll_id>/scrutineers", seat_views.scrutineers, name="scrutineers"),
    path("polls/<str:poll_id>/steward", seat_views.steward, name="steward"),
    path("polls/<str:poll_id>/convene", seat_views.convene, name="convene"),
    path("polls/<str:poll_id>/open", desk_views.open_, name="open"),
    path("polls/<str:poll_id>/close", desk_views.close, name="close"),
    path("polls/<str:poll_id>/declare", desk_views.declare, name="declare"),
    path("polls/<str:poll_id>/outcome", outcome_views.officer_result, name="outcome"),
    path("polls/<str:poll_id>/report", print_views.report, name="report"),
    path("polls/<str:poll_id>/handcount", outcome_views.hand_count, name="handcount"),
    path("polls/<str:poll_id>/unopened", outcome_views.give_up, name="give_up"),
    path("polls/<str:poll_id>/finalise", desk_views.finalise, name="finalise"),
    path("polls/<str:poll_id>/repeat", desk_views.repeat, name="repeat"),
    # The auditor
    path("polls/<str:poll_id>/issuance", audit_views.issued, name="issuance"),
    path("polls/<str:poll_id>/issuance.csv", audit_views.issued_file, name="issuance_file"),
    # The federation that keeps the log
    path("u/<str:code>/witnesses", witness_views.witnesses, name="witnesses"),
    # The superior
    path("polls/<str:poll_id>/void", outcome_views.void, name="void"),
    path("pressure/", member_views.pressures, name="pressures"),
    path("pressure/<int:pk>", member_views.pressure_answer, name="pressure_report"),
]
