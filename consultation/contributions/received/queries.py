"""Reads that an import needs: what is known already, and the places and persons a file names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import any_, func, literal, or_, select
from sqlalchemy.orm import selectinload

from app.db import advisory_lock, db
from app.errors import N_, Invalid
from app.gate.actors import TerritoryKind
from app.identity.models import Person, Profile
from app.identity.rules import normal_email
from app.territories.codes import are_postcodes, written_code
from app.territories.indications import departement_said
from app.territories.keys import search_key
from app.territories.models import Territory
from app.territories.places import AmbiguousPlace, UnknownPlace, territory_by_place_name
from app.territories.rules import KIND_LABELS
from app.territories.search import search_territories
from consultation.contributions.models import Contribution
from consultation.contributions.received.rules import PLACES, reference_key
from consultation.contributions.rules import Content

# Beyond, it is the column or the separator that is not the right one.
MAX_UNKNOWN = 200
# Looking for what a name may have meant takes long: the first say enough.
_SUGGESTED = 20
_SHOWN = 3
# A spreadsheet takes 01004 for a number and drops its zero.
_CODE_LENGTHS = {TerritoryKind.COMMUNE: 5, TerritoryKind.DEPARTEMENT: 2, TerritoryKind.REGION: 2}


@dataclass(frozen=True)
class Received:
    """A contribution received outside the platform; `reference` is unique within its source.

    `deposited_at` is when it was first deposited, if that is known.
    """

    reference: str
    content: Content
    places: tuple[Territory, ...] = ()
    profile: Profile | None = None
    function: str = ""
    organisation: str = ""
    deposited_at: datetime | None = None


def differences(before: Contribution, row: Received) -> list[str]:
    """What a row says otherwise than the contribution imported from it, as labels."""
    compared = {
        N_("le type"): (before.kind, row.content.kind),
        N_("le titre"): (before.title, row.content.title),
        N_("la thématique"): (before.theme_id, row.content.theme_id),
        N_("les bénéficiaires"): (before.beneficiaries, row.content.beneficiaries),
        N_("la description"): (before.description, row.content.description),
        N_("les territoires"): ({p.id for p in before.places}, {p.id for p in row.places}),
        N_("la qualité"): (before.profile, row.profile),
        N_("la fonction"): (before.function, row.function),
        N_("l’organisme"): (before.organisation, row.organisation),
        N_("la date"): (before.submitted_at, row.deposited_at or before.submitted_at),
    }
    return [label for label, (was, comes) in compared.items() if was != comes]


def lock_source(consultation_id: UUID, source: str) -> None:
    """Keep any other import from the same source waiting until the transaction ends."""
    advisory_lock(uuid5(consultation_id, source))


def known_contributions(consultation_id: UUID, source: str) -> dict[str, Contribution]:
    """What was imported from a source, by the keys of its references, with their places."""
    found = db.session.scalars(
        select(Contribution)
        .options(selectinload(Contribution.places))
        .where(Contribution.consultation_id == consultation_id, Contribution.source == source)
    )
    return {reference_key(each.reference or ""): each for each in found}


def named_place(
    written: str,
    kind: TerritoryKind | None,
    *,
    area: str = "",
    postcodes: bool | None = False,
    suggesting: bool = True,
) -> Territory:
    """The territory that a file names, of a kind or of any: "Lannion", "Saint-Denis (93)", a code.

    `area` is the département that the row gives, by its code or its name; `postcodes` whether codes
    of five digits are postcodes, None when they may be either. Raises Invalid, with the candidates
    and how to distinguish them; for a name that is not known, those that look alike, unless not
    `suggesting`.
    """
    code = written_code(written)
    try:
        if code is None:
            return territory_by_place_name(
                db.session(), written, kind, departement_code=departement_said(area)
            )
        return _by_code(written, code, kind, postcodes)
    except AmbiguousPlace as error:
        raise Invalid(
            N_("« %(name)s » désigne plusieurs territoires : %(candidates)s"),
            way_out=N_("(écrivez son code, ou le nom et le département : « %(name)s (%(area)s) »)"),
            name=written,
            area=error.candidates[0].departement_code or "",
            candidates=_with_codes([(t.label, t.code) for t in error.candidates[:5]]),
        ) from error
    except UnknownPlace as error:
        kinds = [kind] if kind else None
        near = search_territories(db.session(), written, kinds=kinds, limit=3) if suggesting else []
        raise Invalid(
            N_("« %(name)s » : aucun territoire de ce type (%(kind)s) ne porte ce nom ou ce code")
            if kind
            else N_("« %(name)s » : aucun territoire ne porte ce nom ou ce code"),
            way_out=N_("(peut-être : %(candidates)s)") if near else "",
            name=written,
            kind=KIND_LABELS[kind] if kind else "",
            candidates=_with_codes([(match.label, match.code) for match in near]),
        ) from error


def five_digits_are_postcodes(cells: Iterable[str]) -> bool | None:
    """Whether the codes of a column are postcodes, judged on all of them; None when unsure."""
    codes = {code.zfill(5) for cell in cells if (code := written_code(cell)) and 3 < len(code) < 6}
    if not codes:
        return False
    communes = select(Territory.code).where(
        Territory.kind == TerritoryKind.COMMUNE, Territory.code.in_(codes)
    )
    served = select(func.unnest(Territory.postcodes).label("postcode")).subquery()
    postcodes = select(served.c.postcode).where(served.c.postcode.in_(codes)).distinct()
    return are_postcodes(
        codes,
        insee=set(db.session.scalars(communes)),
        postcodes=set(db.session.scalars(postcodes)),
    )


def _by_code(
    written: str, code: str, kind: TerritoryKind | None, postcodes: bool | None
) -> Territory:
    """By INSEE code, SIREN or postcode; else a body also counted under the kind.

    75 is Paris as a département. Between an INSEE code and a postcode that are the same digits and
    not the same commune, nothing is guessed.
    """
    usual = 5 if len(code) > 3 else 2
    padded = code.zfill(_CODE_LENGTHS.get(kind, 0) if kind else usual)
    current = select(Territory).where(Territory.ended_on.is_(None))
    if kind:
        current = current.where(
            or_(Territory.kind == kind, literal(kind.value) == any_(Territory.counted_as))
        )
    by_postcode = current.where(literal(padded) == any_(Territory.postcodes))
    borne = or_(
        Territory.code == padded,
        Territory.siren == padded,
        literal(padded) == any_(Territory.other_codes),
    )
    if len(padded) == 5 and postcodes is not False:
        served = db.session.scalars(by_postcode.order_by(Territory.population.desc())).all()
        own = db.session.scalars(current.where(borne)).all() if postcodes is None else []
        return _alone(written, list(dict.fromkeys([*own, *served])))
    found = db.session.scalars(current.where(borne)).all()
    own = [each for each in found if each.code == padded and (kind is None or each.kind is kind)]
    return _alone(written, own or found)


def _alone(written: str, found: Sequence[Territory]) -> Territory:
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

    def __init__(
        self, places: Mapping[str, str], postcodes: Mapping[str, bool | None] | None = None
    ) -> None:
        """`postcodes` says of each field whether its codes of five digits are postcodes."""
        self._postcodes = postcodes or {}
        self._meant = {search_key(name): meant for name, meant in places.items()}
        self._found: dict[tuple[str, str, str], Territory | Invalid] = {}
        self._unknown: list[str] = []

    def place(self, name: str, column: str, area: str = "") -> Territory:
        """What a column of places names. Raises Invalid, with the candidates."""
        key = (name, column, area)
        if key not in self._found:
            try:
                self._found[key] = named_place(
                    self._meant.get(search_key(name), name),
                    PLACES[column],
                    area=area,
                    postcodes=self._postcodes.get(column, False),
                    suggesting=len(self._unknown) < _SUGGESTED,
                )
            except Invalid as error:
                self._found[key] = error
                self._unknown.append(name)
        if len(self._unknown) > MAX_UNKNOWN:
            raise Unreadable(
                N_("Le fichier nomme plus de %(limit)d territoires inconnus : %(names)s…"),
                way_out=N_("Vérifiez la colonne où lire les territoires, et le séparateur."),
                limit=MAX_UNKNOWN,
                names=", ".join(self._unknown[:_SHOWN]),
            )
        found = self._found[key]
        if isinstance(found, Invalid):
            raise found
        return found
