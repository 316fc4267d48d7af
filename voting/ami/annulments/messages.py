"""How pages and e-mails speak of the parts that moderators judge."""

from __future__ import annotations

from app.authority.rights.acts.judging import Letter, Words
from app.errors import N_

WORDS = Words(
    label=N_("Participation"),
    annul=N_("Annuler une participation"),
    restore=N_("Rétablir une participation"),
    annul_this=N_("Annuler cette participation"),
    restore_this=N_("Rétablir cette participation"),
    annulled=Letter(
        subject=N_("Une participation est annulée : %(territory)s"),
        decided=N_(
            "L’équipe de modération a annulé la part que %(territory)s prenait à la suite de la "
            "proposition n° %(number)d, « %(title)s », de la consultation « %(consultation)s ». "
            "Elle avait été prise par un droit qui a pris fin parce qu’il était contesté."
        ),
        then=N_(
            "Toute personne habilitée à engager la collectivité peut en prendre une à nouveau, "
            "tant que l’appel à manifestation d’intérêt est ouvert."
        ),
        page="supports.proposal",
    ),
    restored=Letter(
        subject=N_("Une participation est rétablie : %(territory)s"),
        decided=N_(
            "L’équipe de modération a rétabli la part que %(territory)s prend à la suite de la "
            "proposition n° %(number)d, « %(title)s », de la consultation « %(consultation)s ». "
            "Elle avait été quittée par un droit qui a pris fin parce qu’il était contesté."
        ),
        then=N_(
            "Toute personne habilitée à engager la collectivité peut s’en retirer, tant que "
            "l’appel à manifestation d’intérêt est ouvert."
        ),
        page="supports.proposal",
    ),
)
