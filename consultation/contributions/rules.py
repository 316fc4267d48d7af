"""What a contribution must contain, and how two versions of it are distinguished."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from app.errors import N_, Conflict, Invalid
from app.gate.actors import Context, TerritoryLike
from app.gate.refusals import entitled
from app.gate.verbs import SUBMIT

TITLE_LENGTH = 160
BENEFICIARIES_LENGTH = 500
DESCRIPTION_LENGTH = 20_000


@dataclass(frozen=True)
class Content:
    """What an author writes; `kind` is "need" or "service", or empty while a draft waits for it."""

    kind: str
    title: str
    theme_id: UUID | None = None
    beneficiaries: str = ""
    description: str = ""


_PERSONAL = re.compile(
    r"""
    [\w.+-]+ \s? (?: @ | [\[(] \s? (?:at|arobase|chez) \s? [\])] ) \s? [\w-]+ (?:\.[\w-]+)+
    | (?<![\d+]) (?: (?:\+|00) \d{1,3} [\s.-]? (?:\(0\) [\s.-]?)? | 0 )
      [1-9] (?: (?: [\s.-]? \d{2} ){4} | \d{2} (?: [\s.-]? \d{2} ){3} ) (?![\d])
    """,
    re.VERBOSE,
)
_TAKEN_OUT = "[…]"


def personal_data(content: Content) -> list[str]:
    """The e-mail addresses and telephone numbers of a text that everyone will read, in order."""
    texts = (content.title, content.beneficiaries, content.description)
    found = (" ".join(match[0].split()) for text in texts for match in _PERSONAL.finditer(text))
    return list(dict.fromkeys(found))


def without_personal_data(content: Content) -> Content:
    """The same text, a mark in the place of each address and number."""
    title, beneficiaries, description = (
        _PERSONAL.sub(_TAKEN_OUT, text)
        for text in (content.title, content.beneficiaries, content.description)
    )
    return replace(content, title=title, beneficiaries=beneficiaries, description=description)


class _Place(Protocol):
    @property
    def id(self) -> UUID: ...


class Written(Protocol):
    """A contribution as it is kept, with the territories it speaks for."""

    @property
    def kind(self) -> str | None: ...
    @property
    def title(self) -> str: ...
    @property
    def theme_id(self) -> UUID | None: ...
    @property
    def beneficiaries(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def is_shared(self) -> bool: ...
    @property
    def mandate(self) -> object | None: ...
    @property
    def places(self) -> Sequence[_Place]: ...


def content_of(written: Written) -> Content:
    """What a contribution says, apart from who says it."""
    return Content(
        written.kind or "",
        written.title,
        written.theme_id,
        written.beneficiaries,
        written.description,
    )


def version(content: Content, place_ids: Iterable[UUID]) -> str:
    """The version of a contribution: a digest of all its author chose.

    A form carries it, so that writing over words one has not read is noticed, even when the clock
    did not move between the two.
    """
    chosen = (
        content.kind,
        content.title,
        str(content.theme_id or ""),
        content.beneficiaries,
        content.description,
        *sorted(str(id_) for id_ in place_ids),
    )
    return sha256("\0".join(chosen).encode()).hexdigest()


def version_of(written: Written) -> str:
    """The version a contribution is at."""
    return version(content_of(written), [place.id for place in written.places])


def says(written: Written, content: Content, places: Sequence[_Place]) -> bool:
    """Whether a contribution says all this already, for these territories."""
    return version_of(written) == version(content, [place.id for place in places])


def rewriting_refusal(written: Written, *, seen: str) -> Conflict | None:
    """Why a contribution is not to be written over, or thrown away, or None.

    `seen` is the version that was read: what another person, or another tab, wrote since is kept.
    """
    if version_of(written) == seen:
        return None
    shared = written.is_shared or written.mandate is not None
    return Conflict(
        N_("Ce texte a changé depuis que vous l’avez ouvert : une autre personne y travaille.")
        if shared
        else N_(
            "Ce texte a changé depuis que vous l’avez ouvert, sans doute dans un autre onglet."
        ),
        way_out=N_("Ce que vous venez d’écrire est toujours là : comparez, puis enregistrez."),
    )


def length_refusal(content: Content) -> Invalid | None:
    """Why a text is too long to be kept, or None. Lengths are in characters."""
    if len(content.title) > TITLE_LENGTH:
        message = N_("Le titre compte %(length)d caractères : c’est %(limit)d au plus.")
        return _too_long(message, content.title, TITLE_LENGTH)
    if len(content.beneficiaries) > BENEFICIARIES_LENGTH:
        message = N_("Les bénéficiaires tiennent en %(limit)d caractères, et non %(length)d.")
        return _too_long(message, content.beneficiaries, BENEFICIARIES_LENGTH)
    if len(content.description) > DESCRIPTION_LENGTH:
        message = N_("La description compte %(length)d caractères : c’est %(limit)d au plus.")
        return _too_long(message, content.description, DESCRIPTION_LENGTH)
    return None


def _too_long(message: str, text: str, limit: int) -> Invalid:
    return Invalid(message, length=len(text), limit=limit)


def submission_refusal(content: Content, *, profile_complete: bool) -> Invalid | None:
    """Why a text may not be deposited as it is, or None.

    A deposit has a title, beneficiaries and a description, and an author whose capacity is known.
    """
    if not profile_complete:
        return Invalid(
            N_("Votre profil est à compléter : il accompagne votre contribution."),
            way_out=N_("Enregistrez le brouillon, puis complétez votre profil."),
        )
    for text, message in (
        (content.kind, N_("Dites s’il s’agit d’un besoin ou d’un service existant.")),
        (content.title, N_("Donnez un titre à votre contribution.")),
        (content.beneficiaries, N_("Dites qui sont les bénéficiaires.")),
        (content.description, N_("Décrivez le besoin ou le service.")),
    ):
        if not text.strip():
            return Invalid(message)
    return length_refusal(content)


def deposits_for(ctx: Context, places: Sequence[TerritoryLike]) -> bool:
    """Whether one may deposit for all these territories, be it the moment or not."""
    return all(entitled(ctx, SUBMIT, place) for place in places)
