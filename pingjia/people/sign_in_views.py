"""Signing in and out, and one's own password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from pingjia.people import guards
from pingjia.people.forms import SignInForm

login = LoginView.as_view(
    template_name="people/login.html", authentication_form=SignInForm, redirect_authenticated_user=True
)
logout = LogoutView.as_view()


def password(request: HttpRequest) -> HttpResponse:
    """What a user asks: how do I replace the first password by one that only I know?"""
    user = guards.signed_in(request)
    form = PasswordChangeForm(user, request.POST or None)
    form.fields["old_password"].label = _("现在的密码")
    form.fields["new_password1"].label = _("新密码")
    form.fields["new_password1"].help_text = _("至少 10 个字符，不要用常见的密码。")
    form.fields["new_password2"].label = _("新密码，再输一遍")
    form.fields["new_password2"].help_text = ""
    if form.is_valid():
        form.save()
        update_session_auth_hash(request, user)
        messages.success(request, _("密码已经换好。"))
        return redirect("desks:home")
    return render(request, "people/password.html", {"form": form}, status=422 if form.errors else 200)
