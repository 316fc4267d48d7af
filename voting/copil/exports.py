"""The ranking as a table to take away, for the committee."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext as _

from voting.copil.queries import RankedProposal


def columns() -> list[str]:
    """What each column of the ranking holds."""
    return [
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
    ]


def rows(lines: Iterable[RankedProposal]) -> Iterator[Sequence[object]]:
    """The lines of the ranking, in order."""
    return (_row(line) for line in lines)


def _row(line: RankedProposal) -> list[object]:
    proposal, rank = line.proposal, line.rank
    return [
        rank.position,
        line.number,
        proposal.title,
        proposal.theme.name if proposal.theme else "",
        proposal.supports_count,
        rank.by_supports,
        "" if line.maturity is None else int(line.maturity),
        _("Non évaluée") if line.maturity is None else _(line.maturity.label),
        rank.by_maturity,
        line.needs,
        line.services,
        _("À décider") if line.stage is None else _(line.stage.label),
        line.verdict.reason if line.verdict else "",
    ]
