"""What can happen, each kind of event with its declared fields and its French sentence."""

from app.journal.events.ami import ParticipationEnded, ReferentNamed, WorkingGroupJoined
from app.journal.events.base import REGISTRY, Disclosure, Event, FreeText
from app.journal.events.calendar import ConsultationOpened, RulesSet, WindowAmended, WindowSet
from app.journal.events.contributions import (
    ContributionEdited,
    ContributionImported,
    ContributionSubmitted,
    ContributionWithdrawn,
)
from app.journal.events.copil import (
    DecisionPublished,
    MaturityAssessed,
    ProposalDecided,
    VerdictUndone,
)
from app.journal.events.identity import (
    AppointmentEnded,
    MailboxesImported,
    MembershipGranted,
    MembershipRefused,
    MembershipRequested,
    PersonAppointed,
)
from app.journal.events.services import (
    AmountCommitted,
    AmountReleased,
    EnvelopeSet,
    ServiceChosen,
    ServiceDropped,
    ServicePublished,
    ServiceRevised,
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
    "AmountCommitted",
    "AmountReleased",
    "AppointmentEnded",
    "ConsultationOpened",
    "ContributionEdited",
    "ContributionGrouped",
    "ContributionImported",
    "ContributionRejected",
    "ContributionReoriented",
    "ContributionSubmitted",
    "ContributionWithdrawn",
    "DecisionPublished",
    "Disclosure",
    "EnvelopeSet",
    "Event",
    "FreeText",
    "MailboxesImported",
    "MaturityAssessed",
    "MembershipGranted",
    "MembershipRefused",
    "MembershipRequested",
    "OutcomeUndone",
    "ParticipationEnded",
    "PersonAppointed",
    "ProposalDecided",
    "ProposalEdited",
    "ProposalPublished",
    "ProposalRemoved",
    "ProposalWritten",
    "ReferentNamed",
    "RulesSet",
    "SchemeWritten",
    "ServiceChosen",
    "ServiceDropped",
    "ServicePublished",
    "ServiceRevised",
    "SupportGiven",
    "SupportWithdrawn",
    "VerdictUndone",
    "WindowAmended",
    "WindowSet",
    "WorkingGroupJoined",
]
