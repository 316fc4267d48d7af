"""What a mandate may say, for how long, and when its use calls for the moderators' eye."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from app.errors import N_, Conflict, Invalid
from app.gate.actors import Action
from app.phases import Phase

LONGEST = timedelta(days=365)
MOST_PERSONS = 20

# So many acts in so little time by one person: sent to the moderators, once a day at most.
SURGE_ACTS = 30
SURGE_SPAN = timedelta(minutes=10)
SURGE_QUIET = timedelta(days=1)

ACTION_LABELS = {
    Action.DRAFT: N_("préparer des contributions, que la collectivité dépose"),
    Action.SUBMIT: N_("déposer des contributions, les modifier et les retirer"),
    Action.SUPPORT: N_("soutenir des propositions, et retirer ces soutiens"),
    Action.AMI: N_("répondre à l’appel à manifestation d’intérêt, et revenir sur ces réponses"),
}

# An action is done in its phase alone: once that is over, a mandate does not give it.
ACTION_PHASES = {
    Action.DRAFT: Phase.COLLECTION,
    Action.SUBMIT: Phase.COLLECTION,
    Action.SUPPORT: Phase.SUPPORT,
    Action.AMI: Phase.AMI,
}

LONGEST_NAME = 120

# What no helper structure may claim to be, in whole words, as `_plain` writes them.
_CLAIMS = re.compile(
    r"\b(coconstruire|anct|agence nationale de la cohesion des territoires|prefete?s?|prefectures?"
    r"|ministeres?|ministres?|gouvernement|etat|republique francaise|moderation)\b"
)


def terms_refusal(
    *, persons: int, actions: Collection[Action], starts_on: date, ends_on: date, today: date
) -> Invalid | None:
    """Why no mandate may be given on these terms, or None.

    Days are those of Paris, both included: 365 at most, and the first within a year.
    """
    if not actions:
        return Invalid(N_("Dites ce que le mandat permet : au moins une action."))
    if not persons:
        return Invalid(N_("Un mandat nomme au moins une personne."))
    if persons > MOST_PERSONS:
        return Invalid(
            N_("Un mandat nomme au plus %(most)d personnes."),
            way_out=N_("Donnez-en plusieurs, si elles doivent vraiment être plus nombreuses."),
            most=MOST_PERSONS,
        )
    if starts_on < today:
        return Invalid(N_("Un mandat ne commence pas avant le jour où il est préparé."))
    if starts_on > today + LONGEST:
        return Invalid(N_("Un mandat commence dans l’année."))
    if ends_on < starts_on:
        return Invalid(N_("Un mandat ne finit pas avant d’avoir commencé."))
    if ends_on - starts_on >= LONGEST:
        return Invalid(
            N_("Un mandat dure au plus %(days)d jours."),
            way_out=N_("À son terme, vous pourrez en signer un autre."),
            days=LONGEST.days,
        )
    return None


def with_implied(actions: Collection[Action]) -> list[Action]:
    """The actions a mandate says, in order: who may deposit may prepare what they deposit."""
    implied = {Action.DRAFT} if Action.SUBMIT in actions else set()
    return [action for action in Action if action in {*actions, *implied}]


def name_refusal(name: str, *, of_registry: bool) -> Invalid | None:
    """Why a helper structure may not be known by a name, or None.

    The name is public beside each act: it is in Latin letters, for others look like them, and
    claims to be neither the State nor the platform. The persons of a territory of the registry
    must belong to it: it is not to be named by hand.
    """
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        return Invalid(
            N_("Écrivez le nom de la structure, en %(most)d caractères au plus."),
            most=LONGEST_NAME,
        )
    if foreign := [letter for letter in name if not _is_plain(letter)]:
        return Invalid(
            N_("Ce nom contient une lettre qui n’est pas de l’alphabet latin : « %(letter)s »."),
            way_out=N_("Écrivez-le de nouveau, au clavier."),
            letter=foreign[0],
        )
    if claimed := _CLAIMS.search(_plain(name)):
        return Invalid(
            N_("Une structure aidante n’est ni l’État ni cette plateforme : « %(words)s »."),
            way_out=N_("Écrivez son nom sans ce mot."),
            words=claimed[0],
        )
    if of_registry:
        return Invalid(
            N_("Cette structure est un territoire du registre."),
            way_out=N_(
                "Choisissez-la dans la liste : ses personnes doivent y être rattachées. Si c’est "
                "une autre structure, écrivez son nom complet."
            ),
        )
    return None


def _is_plain(character: str) -> bool:
    """Whether it is a letter of the Latin alphabet, accented or not, or neither letter nor digit.

    Letters of other scripts, small capitals, and mathematical ones pass for those they look like.
    """
    base = unicodedata.normalize("NFD", character)[0]
    return base.isascii() or base in "œŒæÆ" or not base.isalnum()


def _plain(name: str) -> str:
    """A name in small letters without accents, words apart by a space, « A.N.C.T. » being one."""
    letters = unicodedata.normalize("NFD", name.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = " ".join(re.findall(r"\w+", bare))
    return re.sub(r"\b(\w) (?=\w\b)", r"\1", words)


@dataclass(frozen=True)
class Named:
    """A person whom a mandate names: by an address, and by a name if the territory wrote one.

    It is read back from what it is written as: an address, or « Prénom Nom <adresse> ».
    """

    address: str
    name: str = ""

    @classmethod
    def parse(cls, written: str) -> Named:
        name, opened, address = written.rpartition("<")
        if not opened:
            return cls(written.strip())
        return cls(address.removesuffix(">").strip(), " ".join(name.split()))

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address

    @property
    def label(self) -> str:
        """How a text names them: « Prénom Nom (adresse) », or the address alone."""
        return f"{self.name} ({self.address})" if self.name else self.address


def persons_refusal(
    named: Collection[str], *, by: str, members: Collection[str], helpers: Collection[str]
) -> Conflict | None:
    """Why the persons at these addresses may not be named in a mandate by someone, or None.

    Nobody names themself; `members` are those who belong to the territory, and act by their own
    right or are contested; `helpers` those of the helper structure.
    """
    if by in named:
        return Conflict(
            N_("Nul ne se donne mandat à soi-même."),
            way_out=N_("Retirez votre adresse de la liste."),
        )
    if at_home := [address for address in named if address in members]:
        return Conflict(
            N_("Ces personnes appartiennent à votre collectivité : %(addresses)s."),
            way_out=N_(
                "Elles agissent de leur propre droit, ou leur rattachement est contesté : "
                "retirez-les."
            ),
            addresses=", ".join(at_home),
        )
    if strangers := [address for address in named if address not in helpers]:
        return Conflict(
            N_("Ces personnes ne sont pas rattachées à la structure aidante : %(addresses)s."),
            way_out=N_("Elles doivent d’abord demander ce rattachement, depuis leur compte."),
            addresses=", ".join(strangers),
        )
    return None


def ending_refusal(
    *, signed: bool, over: bool, ends_at: datetime, instant: datetime
) -> Conflict | None:
    """Why a mandate may not be ended, nor a person taken out of it, or None.

    What nobody signed gives nothing yet; `over`, or past its term, it gives nothing more.
    """
    if over:
        return Conflict(
            N_("Ce mandat a déjà pris fin."), way_out=N_("La liste montre ceux qui valent encore.")
        )
    if not signed:
        return Conflict(
            N_("Ce mandat n’est pas signé : il ne donne encore rien."),
            way_out=N_("Une personne référente peut l’abandonner."),
        )
    if instant >= ends_at:
        return Conflict(
            N_("Ce mandat est arrivé à son terme : il ne donne plus rien."),
            way_out=N_("La liste montre ceux qui valent encore."),
        )
    return None


def fingerprint(text: str) -> bytes:
    """The SHA-256 of a mandate's text, in UTF-8: what says it was not touched since."""
    return sha256(text.encode()).digest()


@dataclass(frozen=True)
class Article:
    """A part of a mandate's text: its title, and its paragraphs, a list being one of several."""

    title: str
    paragraphs: tuple[tuple[str, ...], ...]


def articles(text: str) -> list[Article]:
    """A mandate's text in parts, to be laid out: numbered titles, paragraphs, « – » before items.

    The first line, which is the title of the whole, is left out.
    """
    found: list[Article] = []
    for block in text.split("\n\n")[1:]:
        lines = block.split("\n")
        if lines[0][:1].isdigit():
            found.append(Article(lines[0], ()))
        elif found:
            found[-1] = Article(found[-1].title, (*found[-1].paragraphs, tuple(lines)))
    return found


def surge(
    instants: Sequence[datetime], since: datetime, last_alert: datetime | None
) -> tuple[datetime, int] | None:
    """When a person's acts by mandate first call for an alert, and how many they were then.

    `instants` are those of their acts, in order; only from `since` on is one looked for. An act
    counts those of the `SURGE_SPAN` before it.
    """
    for done, instant in enumerate(instants, start=1):
        acts = done - bisect_right(instants, instant - SURGE_SPAN)
        quiet = last_alert is None or instant - last_alert >= SURGE_QUIET
        if instant >= since and acts >= SURGE_ACTS and quiet:
            return instant, acts
    return None
