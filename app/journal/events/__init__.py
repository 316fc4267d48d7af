"""What can happen, each kind of event with its declared fields and its French sentence."""

from app.journal.events.base import REGISTRY, Disclosure, Event, FreeText
from app.journal.events.calendar import ConsultationOpened, RulesSet, WindowAmended, WindowSet
from app.journal.events.contributions import (
    ContributionEdited,
    ContributionImported,
    ContributionSubmitted,
    ContributionWithdrawn,
)
from app.journal.events.identity import (
    AppointmentEnded,
    MembershipGranted,
    MembershipRefused,
    MembershipRequested,
    PersonAppointed,
)
from app.journal.events.supports import SupportGiven, SupportWithdrawn
from app.journal.events.triage import (
    ContributionGrouped,
    ContributionRejected,
    ContributionReoriented,
    OutcomeUndone,
    ProposalEdited,
    ProposalPublished,
    ProposalRemoved,
    ProposalWritten,
    SchemeWritten,
)

__all__ = [
    "REGISTRY",
    "AppointmentEnded",
    "ConsultationOpened",
    "ContributionEdited",
    "ContributionGrouped",
    "ContributionImported",
    "ContributionRejected",
    "ContributionReoriented",
    "ContributionSubmitted",
    "ContributionWithdrawn",
    "Disclosure",
    "Event",
    "FreeText",
    "MembershipGranted",
    "MembershipRefused",
    "MembershipRequested",
    "OutcomeUndone",
    "PersonAppointed",
    "ProposalEdited",
    "ProposalPublished",
    "ProposalRemoved",
    "ProposalWritten",
    "RulesSet",
    "SchemeWritten",
    "SupportGiven",
    "SupportWithdrawn",
    "WindowAmended",
    "WindowSet",
]
