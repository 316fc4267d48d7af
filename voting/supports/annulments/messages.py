"""How pages and e-mails speak of the supports that moderators judge."""

from __future__ import annotations

from app.authority.rights.acts.judging import Letter, Words
from app.errors import N_

WORDS = Words(
    label=N_("Soutien"),
    annul=N_("Annuler un soutien"),
    restore=N_("Rétablir un soutien"),
    annul_this=N_("Annuler ce soutien"),
    restore_this=N_("Rétablir ce soutien"),
    annulled=Letter(
        subject=N_("Un soutien est annulé : %(territory)s"),
        decided=N_(
            "L’équipe de modération a annulé le soutien %(of_territory)s à la proposition n° "
            "%(number)d, « %(title)s », de la consultation « %(consultation)s ». Il avait été "
            "donné par un droit qui a pris fin parce qu’il était contesté."
        ),
        then=N_(
            "Toute personne habilitée à engager la collectivité peut le donner à nouveau, tant "
            "que la phase de soutien est ouverte."
        ),
        page="supports.proposal",
    ),
    restored=Letter(
        subject=N_("Un soutien est rétabli : %(territory)s"),
        decided=N_(
            "L’équipe de modération a rétabli le soutien %(of_territory)s à la proposition n° "
            "%(number)d, « %(title)s », de la consultation « %(consultation)s ». Il avait été "
            "retiré par un droit qui a pris fin parce qu’il était contesté."
        ),
        then=N_(
            "Toute personne habilitée à engager la collectivité peut retirer ce soutien, tant "
            "que la phase de soutien est ouverte."
        ),
        page="supports.proposal",
    ),
)
