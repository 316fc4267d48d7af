"""Moderators write proposals, and publish them: embargoed until they are out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.errors import N_
from app.journal.events import Event, FreeText
from app.phases import PublicationKind


@dataclass(frozen=True, kw_only=True)
class _ProposalEvent(Event):
    family: ClassVar[str] = N_("Propositions")
    page: ClassVar[str] = "supports.proposal"
    subject_type: ClassVar[str] = "proposal"
    disclosure = PublicationKind.PROPOSALS

    number: int
    title: FreeText


@dataclass(frozen=True, kw_only=True)
class ProposalWritten(_ProposalEvent):
    def sentence(self) -> str:
        return _(
            "La proposition n° %(number)d, « %(title)s », a été rédigée.",
            number=self.number,
            title=self.title,
        )


@dataclass(frozen=True, kw_only=True)
class ProposalEdited(_ProposalEvent):
    def sentence(self) -> str:
        return _(
            "La proposition n° %(number)d, « %(title)s », a été récrite.",
            number=self.number,
            title=self.title,
        )


@dataclass(frozen=True, kw_only=True)
class ProposalRemoved(_ProposalEvent):
    page: ClassVar[str] = ""

    def sentence(self) -> str:
        return _(
            "La proposition n° %(number)d, « %(title)s », qui ne réunissait aucune contribution, "
            "a été retirée avant publication.",
            number=self.number,
            title=self.title,
        )


@dataclass(frozen=True, kw_only=True)
class ProposalPublished(_ProposalEvent):
    contributions: int

    def sentence(self) -> str:
        return _(
            "La proposition n° %(number)d, « %(title)s », a été publiée "
            "avec %(contributions)d contributions.",
            number=self.number,
            title=self.title,
            contributions=self.contributions,
        )
