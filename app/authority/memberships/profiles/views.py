"""One's own profile."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.authority.memberships.profiles.operations import introduce
from app.identity.browser import renew_token
from app.identity.forms import ProfileForm
from app.identity.models import Profile
from app.web import context, safe_path, see, signed_in, written

blueprint = Blueprint("profiles", __name__)


@blueprint.route("/mon-compte/profil", methods=["GET", "POST"])
@signed_in
def profile() -> ResponseReturnValue:
    person = current_user.person
    next_path = safe_path(request.values.get("suite"))
    form = ProfileForm(obj=person)
    if form.submitted():
        introduce(
            person,
            full_name=written(form.full_name),
            profile=Profile(form.profile.data),
            function=written(form.function),
            organisation=written(form.organisation),
            ctx=context(),
        )
        renew_token(ctx=context())
        if next_path:
            return redirect(next_path, 303)
        return see("identity.account", message=_("Votre profil est enregistré."))
    status = 422 if form.errors else 200
    return render_template(
        "app/authority/memberships/profile.html", form=form, next_path=next_path
    ), status
