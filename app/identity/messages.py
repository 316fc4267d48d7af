"""E-mails sent to people about their account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _

from app.areas import departement_label
from app.gate.actors import Role
from app.identity.rules import LINK_LIFETIME, spaced_code
from app.notifications.messages import Message
from app.tokens import sign_in_code, sign_in_token


@dataclass(frozen=True, kw_only=True)
class SignIn(Message):
    """The token and the code are derived here, as the e-mail leaves, and never stored.

    `provider` is the identity provider whose account is to be attached, if any.
    """

    template: ClassVar[str] = "sign_in"
    urgent: ClassVar[bool] = True

    link_id: str
    provider: str = ""

    def subject(self) -> str:
        return _("Votre lien de connexion à Coconstruire")

    def context(self) -> dict[str, Any]:
        secret_key, link_id = current_app.config["SECRET_KEY"], UUID(self.link_id)
        token = sign_in_token(secret_key, link_id)
        return {
            "url": url_for("identity.follow_link", token=token, _external=True),
            "code": spaced_code(sign_in_code(secret_key, link_id)),
            "minutes": int(LINK_LIFETIME.total_seconds() // 60),
            "provider": self.provider,
        }


@dataclass(frozen=True, kw_only=True)
class Appointed(Message):
    """`role` is a Role; `organisation` the one a member of a committee sits for.

    `departement_code` is the one a prefecture reader reads; empty in an e-mail written before
    there were any. `consultation` is the title of the only one it is for, empty when for all.
    """

    template: ClassVar[str] = "appointed"

    role: str
    organisation: str
    departement_code: str = ""
    consultation: str = ""

    def subject(self) -> str:
        return {
            Role.MODERATOR: _("Vous rejoignez l’équipe de modération de Coconstruire"),
            Role.ADMINISTRATOR: _("Vous rejoignez l’administration de Coconstruire"),
            Role.COPIL: _("Vous rejoignez un comité de sélection de Coconstruire"),
            Role.PREFECTURE: _("Vous rejoignez Coconstruire au titre d’une préfecture"),
        }[Role(self.role)]

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "departement": departement_label(self.departement_code),
            "url": url_for("identity.sign_in", _external=True),
        }
