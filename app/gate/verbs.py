"""What may be done, by whom and when: a table one can read aloud."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import N_
from app.gate.powers import (
    Requirement,
    administrator,
    author,
    committee,
    contributor,
    copil,
    may_commit,
    moderator,
    signed_in,
)
from app.phases import Phase


@dataclass(frozen=True)
class Verb:
    """An act: `requires` is asked of the actor about the subject, `phase` of the calendar.

    `after` names a phase that must be over. With `by_kind`, the consultation's rules say which
    kinds of territory may do it.
    """

    name: str
    phrase: str
    requires: Requirement
    phase: Phase | None = None
    after: Phase | None = None
    by_kind: bool = False


# Identity and territories
REQUEST_MEMBERSHIP = Verb("membership:request", N_("demander un rattachement"), signed_in)
GRANT_MEMBERSHIP = Verb("membership:grant", N_("accorder ou refuser un rattachement"), moderator)
APPOINT = Verb("person:appoint", N_("nommer une personne"), administrator)

# Calendar
OPEN_CONSULTATION = Verb("consultation:open", N_("ouvrir une consultation"), administrator)
AMEND_WINDOW = Verb("window:amend", N_("modifier le calendrier"), administrator)

# Contributions
DRAFT = Verb("contribution:draft", N_("préparer une contribution"), signed_in)
SUBMIT = Verb(
    "contribution:submit", N_("déposer une contribution"), contributor, Phase.COLLECTION,
    by_kind=True,
)  # fmt: skip
EDIT = Verb("contribution:edit", N_("modifier cette contribution"), author, Phase.COLLECTION)
WITHDRAW = Verb("contribution:withdraw", N_("retirer cette contribution"), author, Phase.COLLECTION)
IMPORT = Verb("contribution:import", N_("importer des contributions"), moderator)

# Triage and proposals
TRIAGE = Verb("contribution:triage", N_("trier les contributions"), moderator,
              after=Phase.COLLECTION)  # fmt: skip
WRITE_PROPOSAL = Verb("proposal:write", N_("rédiger une proposition"), moderator)
WRITE_SCHEME = Verb("scheme:write", N_("décrire un dispositif"), moderator)
PUBLISH = Verb("proposals:publish", N_("publier les propositions"), moderator,
               after=Phase.COLLECTION)  # fmt: skip

# Supports
SUPPORT = Verb(
    "proposal:support", N_("soutenir une proposition"), may_commit, Phase.SUPPORT, by_kind=True
)
WITHDRAW_SUPPORT = Verb("support:withdraw", N_("retirer un soutien"), may_commit, Phase.SUPPORT)

# Committee: it decides, the agency publishes
ASSESS = Verb("proposal:assess", N_("évaluer la maturité d’une proposition"), moderator,
              after=Phase.COLLECTION)  # fmt: skip
READ_COMMITTEE = Verb("committee:read", N_("suivre le travail du comité"), committee)
DECIDE = Verb("proposal:decide", N_("décider d’une proposition"), copil, after=Phase.SUPPORT)
PUBLISH_SELECTION = Verb("selection:publish", N_("publier les décisions du comité"), moderator,
                         after=Phase.SUPPORT)  # fmt: skip

# Call for interest
REFER = Verb("ami:refer", N_("devenir territoire référent"), may_commit, Phase.AMI, by_kind=True)
JOIN = Verb("ami:join", N_("rejoindre un groupe de travail"), may_commit, Phase.AMI, by_kind=True)
LEAVE = Verb("ami:leave", N_("se retirer de la suite d’une proposition"), may_commit, Phase.AMI)

# Services and what they cost
SET_ENVELOPE = Verb("envelope:set", N_("fixer l’enveloppe"), administrator)
CHOOSE_SERVICE = Verb("service:choose", N_("choisir les services lauréats"), copil,
                      after=Phase.AMI)  # fmt: skip
PUBLISH_SERVICES = Verb("services:publish", N_("publier les services lauréats"), moderator,
                        after=Phase.AMI)  # fmt: skip

# What a consultation's rules state, kind of territory by kind of territory.
RULED_BY_KIND = (SUBMIT.name, SUPPORT.name, REFER.name, JOIN.name)
