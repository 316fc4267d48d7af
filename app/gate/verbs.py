"""What may be done, by whom and when: a table one can read aloud."""

from __future__ import annotations

from app.errors import N_
from app.gate.actors import Action
from app.gate.powers import (
    administrator,
    anyone,
    author,
    committee,
    contributor,
    copil,
    draft_writer,
    drafter,
    may_commit,
    member,
    moderator,
    oneself,
    platform_moderator,
    prefecture,
    referent,
    signed_in,
)
from app.gate.verb import VERBS, Effect, Verb
from app.phases import Phase

# Identity and territories
REQUEST_MEMBERSHIP = Verb("membership:request", N_("demander un rattachement"), signed_in)
GRANT_MEMBERSHIP = Verb(
    "membership:grant",
    N_("accorder ou refuser un rattachement"),
    platform_moderator,
    step_up=True,
)
APPROVE_MEMBERSHIP = Verb(
    "membership:approve", N_("répondre à une demande de rattachement"), referent
)
PROVE_MEMBERSHIP = Verb("membership:prove", N_("compléter cette demande"), oneself)
LEAVE_TERRITORY = Verb("membership:leave", N_("mettre fin à ce rattachement"), oneself)
END_MEMBERSHIP = Verb("membership:end", N_("mettre fin à un rattachement"), referent)
INVITE_MEMBER = Verb("member:invite", N_("inviter une personne"), referent)
ACCEPT_INVITATION = Verb("member:accept", N_("accepter une invitation"), signed_in)
CHANGE_REFERENT = Verb(
    "referent:change", N_("changer les personnes référentes"), referent, step_up=True
)
PREPARE_MANDATE = Verb("mandate:prepare", N_("préparer un mandat"), referent)
SIGN_MANDATE = Verb("mandate:sign", N_("signer un mandat"), referent, step_up=True)
REVOKE_MANDATE = Verb("mandate:revoke", N_("mettre fin à un mandat"), may_commit)
RENOUNCE_MANDATE = Verb("mandate:renounce", N_("renoncer à ce mandat"), oneself)
WATCH_MANDATES = Verb(
    "mandates:watch", N_("surveiller l’usage des mandats"), moderator, step_up=True
)
CONTEST = Verb(
    "contest:open",
    N_("contester un rattachement ou un mandat"),
    platform_moderator,
    step_up=True,
)
CONTEST_COLLEAGUE = Verb("colleague:contest", N_("contester un rattachement"), member)
CONTEST_MANDATE = Verb("mandate:contest", N_("contester un mandat"), referent)
REPLY_TO_CONTEST = Verb("contest:reply", N_("répondre à cette contestation"), oneself)
DECIDE_CONTEST = Verb(
    "contest:decide", N_("statuer sur une contestation"), platform_moderator, step_up=True
)
APPOINT = Verb("person:appoint", N_("nommer une personne"), administrator, step_up=True)

# One's own authenticator
ENROL = Verb("authenticator:enrol", N_("ajouter une double authentification"), signed_in)
CHANGE_AUTHENTICATOR = Verb(
    "authenticator:change", N_("changer votre double authentification"), signed_in, step_up=True
)
RESET_AUTHENTICATOR = Verb(
    "authenticator:reset",
    N_("réinitialiser une double authentification"),
    administrator,
    step_up=True,
)
ATTACH_ACCOUNT = Verb(
    "account:attach", N_("rattacher un compte par lequel vous connecter"), signed_in, step_up=True
)

# Calendar
OPEN_CONSULTATION = Verb(
    "consultation:open", N_("ouvrir une consultation"), administrator, step_up=True
)
PRESENT_CONSULTATION = Verb(
    "consultation:present", N_("présenter une consultation"), administrator, step_up=True
)
ANNOUNCE_CONSULTATION = Verb(
    "consultation:announce", N_("annoncer une consultation"), administrator, step_up=True
)
ARCHIVE_CONSULTATION = Verb(
    "consultation:archive", N_("archiver une consultation"), administrator, step_up=True
)
DELETE_DRAFT = Verb(
    "consultation:delete", N_("supprimer une consultation"), administrator, step_up=True
)
AMEND_WINDOW = Verb("window:amend", N_("modifier le calendrier"), administrator, step_up=True)

ASK_REMINDER = Verb("reminder:ask", N_("être rappelé avant une clôture"), signed_in)

# Contributions
DRAFT = Verb(
    "contribution:draft",
    N_("préparer une contribution"),
    drafter,
    mandate=Action.DRAFT,
    did=N_("a préparé la contribution « %(title)s »"),
    page="drafts.draft",
)
WRITE_DRAFT = Verb("draft:write", N_("reprendre ce brouillon"), draft_writer)
SUBMIT = Verb(
    "contribution:submit",
    N_("déposer une contribution"),
    contributor,
    Phase.COLLECTION,
    by_kind=True,
    mandate=Action.SUBMIT,
    effect=Effect.GIVES,
    did=N_("a déposé la contribution n° %(number)d, « %(title)s »"),
    page="portal.follow",
)
EDIT = Verb(
    "contribution:edit",
    N_("modifier cette contribution"),
    author,
    Phase.COLLECTION,
    did=N_("a modifié la contribution n° %(number)d, « %(title)s »"),
    page="portal.follow",
)
WITHDRAW = Verb(
    "contribution:withdraw",
    N_("retirer cette contribution"),
    author,
    Phase.COLLECTION,
    effect=Effect.TAKES_BACK,
    did=N_("a retiré la contribution n° %(number)d, « %(title)s »"),
)
IMPORT = Verb("contribution:import", N_("importer des contributions"), moderator, step_up=True)

# What people publish
SIGNAL = Verb("text:signal", N_("signaler un texte"), anyone)
MODERATE = Verb("text:moderate", N_("masquer ou rétablir un texte"), moderator, step_up=True)
CONTEST_HIDING = Verb("hiding:contest", N_("contester le masquage de ce texte"), author)

# Triage and proposals
TRIAGE = Verb(
    "contribution:triage",
    N_("trier les contributions"),
    moderator,
    after=Phase.COLLECTION,
    step_up=True,
)
WRITE_PROPOSAL = Verb("proposal:write", N_("rédiger une proposition"), moderator, step_up=True)
WRITE_SCHEME = Verb("scheme:write", N_("décrire un dispositif"), moderator, step_up=True)
PUBLISH = Verb(
    "proposals:publish",
    N_("publier les propositions"),
    moderator,
    after=Phase.COLLECTION,
    step_up=True,
)

CORRECT = Verb("publication:correct", N_("corriger ce qui est publié"), moderator, step_up=True)

# Prefectures
READ_DEPARTEMENT = Verb(
    "departement:read",
    N_("consulter les contributions d’un département"),
    prefecture,
    step_up=True,
)

# Supports
SUPPORT = Verb(
    "proposal:support",
    N_("soutenir une proposition"),
    may_commit,
    Phase.SUPPORT,
    by_kind=True,
    mandate=Action.SUPPORT,
    effect=Effect.GIVES,
    did=N_("a soutenu la proposition n° %(number)d, « %(title)s »"),
    page="supports.proposal",
)
WITHDRAW_SUPPORT = Verb(
    "support:withdraw",
    N_("retirer un soutien"),
    may_commit,
    Phase.SUPPORT,
    mandate=Action.SUPPORT,
    effect=Effect.TAKES_BACK,
    did=N_("a retiré le soutien à la proposition n° %(number)d, « %(title)s »"),
    page="supports.proposal",
)

# What a contested right did, judged act by act
ANNUL_ACT = Verb(
    "act:annul",
    N_("annuler ce qui a été fait sans droit"),
    moderator,
    step_up=True,
    effect=Effect.ANNULS,
)
RESTORE_ACT = Verb(
    "act:restore",
    N_("rétablir ce qui a été retiré sans droit"),
    moderator,
    step_up=True,
    effect=Effect.RESTORES,
)

# Committee: it decides, the agency publishes
ASSESS = Verb(
    "proposal:assess",
    N_("évaluer la maturité d’une proposition"),
    moderator,
    after=Phase.COLLECTION,
    step_up=True,
)
READ_COMMITTEE = Verb("committee:read", N_("suivre le travail du comité"), committee, step_up=True)
DECIDE = Verb(
    "proposal:decide", N_("décider d’une proposition"), copil, after=Phase.SUPPORT, step_up=True
)
PUBLISH_SELECTION = Verb(
    "selection:publish",
    N_("publier les décisions du comité"),
    moderator,
    after=Phase.SUPPORT,
    step_up=True,
)

# Call for interest
REFER = Verb(
    "ami:refer",
    N_("devenir territoire référent"),
    may_commit,
    Phase.AMI,
    by_kind=True,
    mandate=Action.AMI,
    effect=Effect.GIVES,
    did=N_(
        "a engagé la collectivité comme territoire référent de la proposition n° %(number)d, "
        "« %(title)s »"
    ),
    page="ami.call",
)
JOIN = Verb(
    "ami:join",
    N_("rejoindre un groupe de travail"),
    may_commit,
    Phase.AMI,
    by_kind=True,
    mandate=Action.AMI,
    effect=Effect.GIVES,
    did=N_(
        "a engagé la collectivité dans le groupe de travail de la proposition n° %(number)d, "
        "« %(title)s »"
    ),
    page="ami.call",
)
LEAVE = Verb(
    "ami:leave",
    N_("se retirer de la suite d’une proposition"),
    may_commit,
    Phase.AMI,
    mandate=Action.AMI,
    effect=Effect.TAKES_BACK,
    did=N_("a retiré la collectivité de la suite de la proposition n° %(number)d, « %(title)s »"),
    page="ami.call",
)

# Services and what they cost
SET_ENVELOPE = Verb("envelope:set", N_("fixer l’enveloppe"), administrator, step_up=True)
CHOOSE_SERVICE = Verb(
    "service:choose", N_("choisir les services lauréats"), copil, after=Phase.AMI, step_up=True
)
PUBLISH_SERVICES = Verb(
    "services:publish",
    N_("publier les services lauréats"),
    moderator,
    after=Phase.AMI,
    step_up=True,
)

# What a consultation's rules state, kind of territory by kind of territory.
RULED_BY_KIND = tuple(name for name, verb in VERBS.items() if verb.by_kind)
