"""How one speaks of the contributions that moderators judge, and writes to their authors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from app.authority.rights.acts.judging import Letter, Words
from app.errors import N_
from app.notifications.messages import Message


@dataclass(frozen=True, kw_only=True)
class AnnulmentSent(Message):
    """A contribution deposited without the right to is annulled, for a public reason."""

    template: ClassVar[str] = "contribution_annulled"

    consultation: str
    slug: str
    number: int
    title: str
    reason: str

    def subject(self) -> str:
        return _("Votre contribution n° %(number)d est annulée", number=self.number)

    def context(self) -> dict[str, Any]:
        url = url_for(
            "contributions.page", consultation=self.slug, number=self.number, _external=True
        )
        return {**super().context(), "url": url}


WORDS = Words(
    label=N_("Contribution"),
    annul=N_("Annuler une contribution"),
    restore=N_("Rétablir une contribution"),
    annul_this=N_("Annuler cette contribution"),
    restore_this=N_("Rétablir cette contribution"),
    annulled=Letter(
        subject=N_("Une contribution est annulée : %(territory)s"),
        decided=N_(
            "L’équipe de modération a annulé la contribution n° %(number)d, « %(title)s », "
            "déposée au nom %(of_territory)s à la consultation « %(consultation)s » par un droit "
            "qui a pris fin parce qu’il était contesté."
        ),
        then=N_(
            "Toute personne rattachée à la collectivité peut en déposer une autre, tant que la "
            "phase de recueil est ouverte."
        ),
        page="",
    ),
    restored=Letter(
        subject=N_("Une contribution est rétablie : %(territory)s"),
        decided=N_(
            "L’équipe de modération a rétabli la contribution n° %(number)d, « %(title)s », "
            "déposée au nom %(of_territory)s à la consultation « %(consultation)s ». Elle avait "
            "été retirée par un droit qui a pris fin parce qu’il était contesté."
        ),
        then=N_(
            "Elle sera triée avec les autres. Qui l’a déposée peut la retirer, tant que la phase "
            "de recueil est ouverte."
        ),
        page="contributions.page",
    ),
)
