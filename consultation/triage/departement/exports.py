"""The contributions of a département as a table to take away, for its prefecture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from consultation.triage.departement.queries import Line


def columns(*, published: bool) -> list[str]:
    """What each column holds; the outcomes once these are `published`."""
    words = [
        _("Numéro"),
        _("Type"),
        _("Titre"),
        _("Territoires"),
        _("Code INSEE"),
        _("SIREN"),
        _("Via"),
        _("Organisme"),
        _("Qualité"),
        _("Fonction"),
        _("Thématique"),
        _("Déposée le"),
        _("Bénéficiaires"),
        _("Description"),
    ]
    outcome = [
        _("Suite donnée"),
        _("Propositions"),
        _("Dispositif"),
        _("Raison donnée à l’auteur"),
        _("Contact"),
    ]
    return words + outcome if published else words


def rows(lines: Iterator[Line], *, published: bool) -> Iterator[Sequence[object]]:
    """The contributions, with their outcomes once these are `published`."""
    return ([*_words(line), *(_outcome(line) if published else [])] for line in lines)


def _words(line: Line) -> list[object]:
    contribution = line.contribution
    places = contribution.places
    return [
        contribution.number,
        _(contribution.kind_label),
        contribution.headline,
        _joined(place.label for place in places),
        _joined(place.insee_code for place in places),
        _joined(place.siren or "" for place in places),
        contribution.mandate.helper if contribution.mandate else "",
        contribution.organisation,
        _(contribution.profile.label) if contribution.profile else "",
        contribution.function,
        contribution.theme.name if contribution.theme else "",
        contribution.submitted_at or "",
        "" if contribution.hidden_at else contribution.beneficiaries,
        contribution.opening,
    ]


def _joined(texts: Iterator[str]) -> str:
    """Texts in the order of the places, one after the other; none when none has any."""
    found = list(texts)
    return "; ".join(found) if any(found) else ""


def _outcome(line: Line) -> list[object]:
    if line.ruling is None:
        return [_("En attente"), "", "", "", ""]
    outcome, scheme = line.ruling.outcome, line.ruling.outcome.scheme
    joined = (
        _("n° %(number)d, %(title)s", number=proposal.number, title=proposal.title)
        for proposal in line.ruling.proposals
    )
    return [
        _(outcome.decision.label),
        " ; ".join(joined),
        scheme.name if scheme else "",
        outcome.reason,
        scheme.contact if scheme else "",
    ]
