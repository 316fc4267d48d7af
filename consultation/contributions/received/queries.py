"""Reads that an import needs: what is known already, and the places and persons a file names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from sqlalchemy import any_, literal, or_, select

from app.db import advisory_lock, db
from app.errors import N_, Invalid
from app.gate.actors import TerritoryKind
from app.identity.models import Person
from app.identity.rules import normal_email
from app.territories.models import Territory
from app.territories.rules import KIND_LABELS, search_key
from app.territories.search import (
    AmbiguousPlace,
    UnknownPlace,
    search_territories,
    territory_by_place_name,
)
from consultation.contributions.models import Contribution

# Beyond, it is the column or the separator that is not the right one.
MAX_UNKNOWN = 200
# Looking for what a name may have meant takes long: the first say enough.
_SUGGESTED = 20
_SHOWN = 3
_CODE = re.compile(r"[0-9]{1,9}|[0-9]{2}M|2[ABab][0-9]{0,3}")
# A spreadsheet takes 01004 for a number and drops its zero.
_CODE_LENGTHS = {TerritoryKind.COMMUNE: 5, TerritoryKind.DEPARTEMENT: 2, TerritoryKind.REGION: 2}


def lock_source(consultation_id: UUID, source: str) -> None:
    """Keep any other import from the same source waiting until the transaction ends."""
    advisory_lock(uuid5(consultation_id, source))


def known_references(consultation_id: UUID, source: str) -> set[str]:
    """The references already imported from a source."""
    return set(
        db.session.scalars(
            select(Contribution.reference).where(
                Contribution.consultation_id == consultation_id, Contribution.source == source
            )
        )
    )


def named_place(written: str, kind: TerritoryKind, *, suggesting: bool = True) -> Territory:
    """The territory of a kind that a file names: "Lannion", "Saint-Denis (93)", or its code.

    Raises Invalid, with the candidates and how to distinguish them; for a name that is not known,
    those that look alike, unless not `suggesting`.
    """
    try:
        if not _CODE.fullmatch(written):
            return territory_by_place_name(db.session(), written, kind)
        return _by_code(written, kind)
    except AmbiguousPlace as error:
        raise Invalid(
            N_("« %(name)s » désigne plusieurs territoires : %(candidates)s"),
            way_out=N_("(écrivez son code, ou le nom et le département : « %(name)s (%(area)s) »)"),
            name=written,
            area=error.candidates[0].departement_code or "",
            candidates=_with_codes([(t.label, t.code) for t in error.candidates[:5]]),
        ) from error
    except UnknownPlace as error:
        near = (
            search_territories(db.session(), written, kinds=[kind], limit=3) if suggesting else []
        )
        raise Invalid(
            N_("« %(name)s » : aucun territoire de ce type (%(kind)s) ne porte ce nom ou ce code"),
            way_out=N_("(peut-être : %(candidates)s)") if near else "",
            name=written,
            kind=KIND_LABELS[kind],
            candidates=_with_codes([(match.label, match.code) for match in near]),
        ) from error


def _by_code(written: str, kind: TerritoryKind) -> Territory:
    """By INSEE code or SIREN; where none of the kind bears it, a body also counted under the kind.

    75 is Paris as a département.
    """
    code = written.upper().zfill(_CODE_LENGTHS.get(kind, 0))
    current = select(Territory).where(Territory.ended_on.is_(None))
    own = db.session.scalar(current.where(Territory.kind == kind, Territory.code == code))
    if own:
        return own
    found = db.session.scalars(
        current.where(
            or_(Territory.kind == kind, literal(kind.value) == any_(Territory.counted_as)),
            or_(
                Territory.code == code,
                Territory.siren == code,
                literal(code) == any_(Territory.other_codes),
            ),
        )
    ).all()
    if not found:
        raise UnknownPlace(written)
    if len(found) > 1:
        raise AmbiguousPlace(written, found)
    return found[0]


def _with_codes(candidates: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{label} [{code}]" for label, code in candidates)


def person_by_email(email: str) -> Person | None:
    """The person at an address, if known."""
    return db.session.scalar(select(Person).where(Person.email == normal_email(email)))


class Unreadable(Invalid):
    """The whole table cannot be read as it was asked to be."""


class Registry:
    """Places already looked up: a table names the same ones again and again."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._meant = {search_key(name): meant for name, meant in places.items()}
        self._found: dict[tuple[str, TerritoryKind], Territory | Invalid] = {}
        self._unknown: list[str] = []

    def place(self, name: str, kind: TerritoryKind) -> Territory:
        """Raises Invalid, with the candidates and how to distinguish them."""
        if (name, kind) not in self._found:
            try:
                meant = self._meant.get(search_key(name), name)
                self._found[name, kind] = named_place(
                    meant, kind, suggesting=len(self._unknown) < _SUGGESTED
                )
            except Invalid as error:
                self._found[name, kind] = error
                self._unknown.append(name)
        if len(self._unknown) > MAX_UNKNOWN:
            raise Unreadable(
                N_("Le fichier nomme plus de %(limit)d territoires inconnus : %(names)s…"),
                way_out=N_("Vérifiez la colonne où lire les territoires, et le séparateur."),
                limit=MAX_UNKNOWN,
                names=", ".join(self._unknown[:_SHOWN]),
            )
        found = self._found[name, kind]
        if isinstance(found, Invalid):
            raise found
        return found
