"""Amounts as people type them, and what an envelope allows. Amounts are in integer cents."""

from __future__ import annotations

import re

from app.errors import N_, Conflict, DomainError, Invalid

# A hundred billion euros: far beyond any envelope, far within what a column can store.
LARGEST_CENTS = 10_000_000_000_000
_AMOUNT = re.compile(r"([0-9]+)(?:[.,]([0-9]*))?")


def cents(typed: str) -> int:
    """The amount someone typed in euros: « 67 425 », « 67425,50 », « 67 425 € ».

    Spaces of any width are left out. Raises Invalid for what is no amount, is negative, has more
    than two decimals or is beyond all bounds.
    """
    bare = "".join(typed.split()).removesuffix("€")
    if bare.startswith(("-", "\u2212")):
        raise Invalid(N_("Un montant ne peut pas être négatif."))
    read = _AMOUNT.fullmatch(bare)
    if read is None:
        raise Invalid(
            N_("Écrivez le montant en chiffres, en euros : par exemple 67 425 ou 67 425,50.")
        )
    euros, decimals = read[1].lstrip("0"), read[2] or ""
    if len(decimals) > 2:
        raise Invalid(N_("Un montant en euros compte deux décimales au plus."))
    if len(euros) > len(str(LARGEST_CENTS)) or _in_cents(euros, decimals) > LARGEST_CENTS:
        raise Invalid(
            N_("Ce montant est trop grand : %(most_cents)s au plus."), most_cents=LARGEST_CENTS
        )
    return _in_cents(euros, decimals)


def _in_cents(euros: str, decimals: str) -> int:
    return int(euros + decimals.ljust(2, "0"))


def envelope_refusal(
    total_cents: int, usual_share: int, committed_cents: int = 0
) -> DomainError | None:
    """Why an envelope may not be set so while so much of it is committed, or None.

    `usual_share` is in percent.
    """
    if not 0 < total_cents <= LARGEST_CENTS:
        return Invalid(N_("Donnez le montant de l’enveloppe, supérieur à zéro."))
    if not 1 <= usual_share <= 100:
        return Invalid(N_("La part usuelle de l’État est un pourcentage, de 1 à 100."))
    if total_cents < committed_cents:
        return Conflict(
            N_(
                "L’enveloppe ne peut pas être inférieure à ce qui est déjà engagé : "
                "%(committed_cents)s."
            ),
            way_out=N_("Le comité peut d’abord réduire ou retirer des services."),
            committed_cents=committed_cents,
        )
    return None


def commitment_refusal(
    amount_cents: int, *, left_cents: int, before_cents: int = 0
) -> DomainError | None:
    """Why an amount may not be committed, or None.

    `left_cents` is what is left of the envelope, `before_cents` what is already committed for the
    same purpose, which the amount replaces.
    """
    if amount_cents <= 0:
        return Invalid(N_("Donnez un montant supérieur à zéro."))
    available = left_cents + before_cents
    if amount_cents <= available:
        return None
    sentence = N_("Il reste %(left_cents)s sur l’enveloppe : %(amount_cents)s n’y tiennent pas.")
    if before_cents:
        sentence = N_(
            "Il reste %(left_cents)s sur l’enveloppe, ce qui était déjà engagé ici compris : "
            "%(amount_cents)s n’y tiennent pas."
        )
    return Conflict(
        sentence,
        way_out=N_("Réduisez ce montant, ou celui d’un autre choix."),
        left_cents=available,
        amount_cents=amount_cents,
    )
