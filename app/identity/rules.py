"""Addresses and sign-in links."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from difflib import get_close_matches
from uuid import UUID

from app.areas import DEPARTEMENTS
from app.errors import N_, Conflict, DomainError, Invalid
from app.gate.actors import Role

LINK_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
# So long after signing in, one may add a way to sign in or to confirm that it is oneself: later, a
# session that was stolen would be enough to take an account over.
SIGNED_IN_LATELY = timedelta(minutes=10)
# A message received so long ago still lets whoever holds it ask for a link where they are.
LINKS_KEPT = timedelta(days=1)
_BY_MESSAGE = N_(
    "Patientez dix minutes, ou ouvrez dans ce navigateur le dernier message que cette boîte a reçu "
    "de la plateforme, même si un autre l’a demandé : il permet d’obtenir un lien d’ici."
)
_BY_PROVIDER = N_(
    "Patientez dix minutes, connectez-vous avec %(provider)s, ou ouvrez dans ce navigateur le "
    "dernier message que cette boîte a reçu de la plateforme, même si un autre l’a demandé : il "
    "permet d’obtenir un lien d’ici."
)


class TooManyLinks(DomainError):
    """No sign-in link leaves for now; whoever reads the mailbox comes in by what it received."""

    status = 429
    code = "too-many-links"
    title = N_("Trop de demandes en peu de temps")

    def __init__(self, *, provider: str = "") -> None:
        """`provider` is the name of the identity provider by which one signs in too, if any."""
        super().__init__(
            N_("Trop de liens ont été demandés, pour cette adresse ou d’ici : aucun n’est parti."),
            way_out=_BY_PROVIDER if provider else _BY_MESSAGE,
            provider=provider,
        )


_AROUND = " \t\r\n\u00a0\u202f\u2007\u200b\u200c\u200d\u2060\ufeff<>"
# Where most people of town halls have a mailbox of their own; what resembles one is asked about.
_USUAL_DOMAINS = (
    *("orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "neuf.fr", "bbox.fr"),
    *("gmail.com", "hotmail.fr", "hotmail.com", "outlook.fr", "outlook.com", "live.fr"),
    *("yahoo.fr", "yahoo.com", "icloud.com", "protonmail.com", "numericable.fr"),
)
_ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "comm", "vom", "xom"), "com"),
    **dict.fromkeys(("f", "rf", "frr", "ffr", "fre", "ft", "dr"), "fr"),
    **dict.fromkeys(("nte", "ner", "bet"), "net"),
}
_CLOSE = 0.86


def written_email(address: str | None) -> str:
    """An address without what surrounds it when it is pasted: spaces of every kind, brackets."""
    text = (address or "").strip(_AROUND)
    return text.removeprefix("mailto:")


def normal_email(address: str) -> str:
    """An address as it is compared: without what surrounds it, in lower case, its domain in ASCII.

    A domain with accents has one name for machines (IDNA), by which it is delivered.
    """
    name, at, domain = written_email(address).lower().rpartition("@")
    if not domain.isascii():
        # What is no domain at all stays: whoever checks addresses refuses it.
        with suppress(UnicodeError):
            domain = domain.encode("idna").decode()
    return f"{name}{at}{domain}"


def likely_email(address: str) -> str | None:
    """The address probably meant by one whose domain looks misspelt; None for one that does not."""
    name, at, domain = normal_email(address).rpartition("@")
    if not at or domain in _USUAL_DOMAINS:
        return None
    stem, _dot, ending = domain.rpartition(".")
    mended = f"{stem}.{_ENDINGS[ending]}" if ending in _ENDINGS else domain
    if mended not in _USUAL_DOMAINS:
        close = get_close_matches(mended, _USUAL_DOMAINS, n=1, cutoff=_CLOSE)
        mended = close[0] if close else mended
    return f"{name}@{mended}" if mended != domain else None


def signed_in_lately(opened_at: datetime, instant: datetime) -> bool:
    """Whether a session had just been opened at an instant, or was opened after it."""
    return instant < opened_at + SIGNED_IN_LATELY


def sign_in_again(act: str) -> Conflict:
    """The refusal of an act that takes a session just opened, when one signed in too long ago.

    `act` is a phrase after « pour ».
    """
    return Conflict(
        N_("Il faut une connexion de moins de dix minutes pour %(act)s."),
        way_out=N_("Reconnectez-vous, puis recommencez."),
        act=act,
    )


def spaced_code(code: str) -> str:
    """A code as it is shown: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def appointment_refusal(
    role: Role, organisation: str, consultation_id: UUID | None, departement_code: str
) -> Invalid | None:
    """Why nobody may be appointed so, or None.

    A member of a committee sits for an organisation, in one consultation; a prefecture reader
    reads one département, and nobody else is appointed for one; administrators serve them all.
    """
    if role is Role.PREFECTURE and departement_code not in DEPARTEMENTS:
        return Invalid(N_("Choisissez le département de cette préfecture."))
    if role is not Role.PREFECTURE and departement_code:
        return Invalid(
            N_("Seule une préfecture lit un département."),
            way_out=N_("Laissez « Aucun » pour cette nomination."),
        )
    if role is Role.ADMINISTRATOR and consultation_id is not None:
        return Invalid(
            N_("L’administration vaut pour toutes les consultations."),
            way_out=N_("Laissez « Toutes » pour cette nomination."),
        )
    if role is not Role.COPIL:
        return None
    if consultation_id is None:
        return Invalid(N_("Dites de quelle consultation cette personne rejoint le comité."))
    if not organisation.strip():
        return Invalid(N_("Dites au titre de quel organisme cette personne siège."))
    return None
