"""The contributions of a département as a table to take away, for its prefecture."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from app.formats import day
from app.sheets import written_sheet
from consultation.triage.departement.queries import Line


def contributions_sheet(lines: Iterable[Line], *, published: bool) -> bytes:
    """The contributions as a CSV file, with their outcomes once these are `published`."""
    columns = [
        _("Numéro"),
        _("Type"),
        _("Titre"),
        _("Territoires"),
        _("Via"),
        _("Organisme"),
        _("Thématique"),
        _("Déposée le"),
        _("Bénéficiaires"),
        _("Description"),
    ]
    if published:
        columns += [
            _("Suite donnée"),
            _("Propositions"),
            _("Dispositif"),
            _("Raison donnée à l’auteur"),
            _("Contact"),
        ]
    return written_sheet(
        columns, ([*_words(line), *(_outcome(line) if published else [])] for line in lines)
    )


def _words(line: Line) -> list[object]:
    contribution = line.contribution
    return [
        contribution.number,
        _(contribution.kind_label),
        contribution.headline,
        ", ".join(place.label for place in contribution.places),
        contribution.mandate.helper if contribution.mandate else "",
        contribution.organisation,
        contribution.theme.name if contribution.theme else "",
        day(contribution.submitted_at) if contribution.submitted_at else "",
        "" if contribution.hidden_at else contribution.beneficiaries,
        contribution.opening,
    ]


def _outcome(line: Line) -> list[object]:
    if line.ruling is None:
        return [_("En attente"), "", "", "", ""]
    outcome, scheme = line.ruling.outcome, line.ruling.outcome.scheme
    joined = (
        _("n° %(number)d, %(title)s", number=proposal.number, title=proposal.title)
        for proposal in line.ruling.proposals
    )
    return [
        _(outcome.decision.label),
        "\u00a0; ".join(joined),
        scheme.name if scheme else "",
        outcome.reason,
        scheme.contact if scheme else "",
    ]
