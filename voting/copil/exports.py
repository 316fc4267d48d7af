"""The ranking as a table to take away, for the committee."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from app.sheets import written_sheet
from voting.copil.queries import RankedProposal


def ranking_sheet(lines: Iterable[RankedProposal]) -> bytes:
    """The lines of the ranking as a CSV file, a rank with its decimals after a comma."""
    return written_sheet(
        [
            _("Rang"),
            _("Numéro"),
            _("Proposition"),
            _("Thématique"),
            _("Soutiens"),
            _("Rang par soutiens"),
            _("Niveau de maturité"),
            _("Maturité"),
            _("Rang par maturité"),
            _("Besoins"),
            _("Services existants"),
            _("Décision"),
            _("Raison"),
        ],
        (_row(line) for line in lines),
    )


def _row(line: RankedProposal) -> list[object]:
    proposal, rank = line.proposal, line.rank
    return [
        rank.position,
        line.number,
        proposal.title,
        proposal.theme.name if proposal.theme else "",
        proposal.supports_count,
        _decimal(rank.by_supports),
        "" if line.maturity is None else int(line.maturity),
        _("Non évaluée") if line.maturity is None else _(line.maturity.label),
        _decimal(rank.by_maturity),
        line.needs,
        line.services,
        _("À décider") if line.stage is None else _(line.stage.label),
        line.verdict.reason if line.verdict else "",
    ]


def _decimal(rank: float) -> str:
    """A rank as French spreadsheets read it: « 12 », « 12,5 »."""
    return f"{rank:g}".replace(".", ",")
