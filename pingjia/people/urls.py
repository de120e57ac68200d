"""Addresses of people: signing in, rosters, delegates, seats."""

from __future__ import annotations

from django.urls import path

from pingjia.people import (
    column_views,
    dealing_views,
    delegate_views,
    firm_views,
    own_views,
    roster_views,
    seat_views,
    sign_in_views,
)

app_name = "people"
urlpatterns = [
    path("login", sign_in_views.login, name="login"),
    path("logout", sign_in_views.logout, name="logout"),
    path("my/password", sign_in_views.password, name="password"),
    path("my/entries", own_views.my_entries, name="my_entries"),
    path("u/<str:code>/roster/", roster_views.roster, name="roster"),
    path("u/<str:code>/roster/import", roster_views.roster_import, name="roster_import"),
    path("u/<str:code>/roster/import/columns", column_views.roster_columns, name="roster_columns"),
    path("u/<str:code>/roster/import/rejected.xlsx", roster_views.roster_rejected, name="roster_rejected"),
    path("u/<str:code>/roster/template.xlsx", roster_views.roster_template, name="roster_template"),
    path("u/<str:code>/roster.<str:kind>", roster_views.roster_export, name="roster_export"),
    path("u/<str:code>/roster/new", roster_views.new_member, name="new_member"),
    path("u/<str:code>/roster/<int:number>", roster_views.member, name="member"),
    path("u/<str:code>/roster/<int:number>/transfer", dealing_views.transfer, name="transfer"),
    path("u/<str:code>/roster/import/undo", roster_views.roster_undo, name="roster_undo"),
    path("u/<str:code>/transfers/", dealing_views.transfers, name="transfers"),
    path("u/<str:code>/disputes/", dealing_views.disputes, name="disputes"),
    path("u/<str:code>/overlaps/", dealing_views.overlap, name="overlaps"),
    path("u/<str:code>/delegates/", delegate_views.delegates, name="delegates"),
    path("u/<str:code>/delegates/new", delegate_views.new_delegates, name="new_delegates"),
    path("u/<str:code>/delegates/<int:number>/end", delegate_views.end_mandate, name="end_mandate"),
    path("u/<str:code>/seats/", seat_views.seats, name="seats"),
    path("u/<str:code>/seats/<int:number>/end", seat_views.end_seat, name="end_seat"),
    path("u/<str:code>/firms/", firm_views.firms, name="firms"),
    path("u/<str:code>/firms/<int:number>/leave", firm_views.release_firm, name="release_firm"),
]
