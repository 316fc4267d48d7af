"""The registry of territories: one legal person, one row."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import (
    CheckConstraint,
    Date,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.areas import DEPARTEMENTS
from app.db import Base
from app.gate.actors import TerritoryKind
from app.territories.rules import KIND_LABELS, NATURE_LABELS, Nature, is_collectivity


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Territory(Base):
    """A body of the registry.

    `code` is its INSEE code, or its SIREN for a groupement. `counted_as`, `other_codes` and
    `other_names` say under which kinds, codes and names official lists count the same legal
    person once more: the Ville de Paris is also commune 75056 and département 75. `former_names`
    are those of the communes that merged into it, whose codes are among the others. The keys and
    the search vector are written by the loader, from the names.
    """

    __tablename__ = "territory"
    __table_args__ = (
        UniqueConstraint("kind", "code"),
        _one_of("kind", TerritoryKind),
        _one_of("nature", Nature),
        # A commune that changes its INSEE code keeps its SIREN: its former row may still bear it.
        Index(
            "uq_territory_siren", "siren", unique=True, postgresql_where=text("ended_on IS NULL")
        ),
        Index("ix_territory_name_key", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
        Index(
            "ix_territory_place_key", "place_key", postgresql_ops={"place_key": "text_pattern_ops"}
        ),
        Index("ix_territory_search", "search", postgresql_using="gin"),
        Index("ix_territory_other_names", "other_names", postgresql_using="gin"),
        Index("ix_territory_former_names", "former_names", postgresql_using="gin"),
        Index(
            "ix_territory_place_key_trigrams",
            "place_key",
            postgresql_using="gin",
            postgresql_ops={"place_key": "gin_trgm_ops"},
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[TerritoryKind]
    nature: Mapped[Nature | None]
    code: Mapped[str]
    siren: Mapped[str | None]
    name: Mapped[str]
    departement_code: Mapped[str | None] = mapped_column(index=True)
    region_code: Mapped[str | None]
    epci_siren: Mapped[str | None] = mapped_column(index=True)
    postcodes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    population: Mapped[int]
    counted_as: Mapped[list[str]] = mapped_column(ARRAY(Text))
    other_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    other_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    former_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    ended_on: Mapped[date | None] = mapped_column(Date)
    name_key: Mapped[str]
    place_key: Mapped[str]
    search: Mapped[str] = mapped_column(TSVECTOR, deferred=True)

    @property
    def is_collectivity(self) -> bool:
        """Whether it is a collectivité territoriale; a groupement is not."""
        return is_collectivity(self.kind)

    @property
    def departement_name(self) -> str | None:
        return DEPARTEMENTS.get(self.departement_code or "")

    @property
    def what(self) -> str:
        """What it is: "commune", "communauté de communes"."""
        return _what(self.kind, self.nature)

    @property
    def insee_code(self) -> str:
        """Its code of the Code officiel géographique; groupements have none, but their SIREN."""
        return "" if self.kind in (TerritoryKind.EPCI, TerritoryKind.SYNDICAT) else self.code

    @property
    def label(self) -> str:
        """What distinguishes it from its homonyms: "Saint-Denis (93) — commune"."""
        return territory_label(self.name, self.kind, self.nature, self.departement_code)


def _what(kind: TerritoryKind, nature: Nature | None) -> str:
    return _(NATURE_LABELS[nature] if nature else KIND_LABELS[kind])


def territory_label(
    name: str, kind: TerritoryKind, nature: Nature | None, departement_code: str | None
) -> str:
    """A territory's name, its département where it has one, and what it is."""
    what = _what(kind, nature)
    place = f"{name} ({departement_code})" if departement_code else name
    return f"{place} — {what}"
