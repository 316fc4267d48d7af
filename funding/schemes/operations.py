"""The agency describes the schemes a contribution can be reoriented to.

Each act raises NotFound about what belongs to another consultation than the one acted in.
"""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy.dialects.postgresql import insert

from app.calendar.models import Consultation
from app.db import db
from app.errors import N_, Conflict, Invalid
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import OPEN_CONSULTATION, WRITE_SCHEME
from app.journal.events import FreeText
from app.journal.operations import record
from funding.schemes.events import SchemeWritten
from funding.schemes.models import Scheme
from funding.schemes.queries import schemes
from funding.schemes.rules import slug_of


def write_scheme(
    consultation: Consultation,
    *,
    name: str,
    description: str,
    contact: str,
    slug: str = "",
    ctx: Context,
) -> Scheme:
    """Describe a neighbouring scheme: what it pays for, and whom to turn to.

    Its address `slug` is made from its name unless given. Raises NotAllowed, Invalid without a
    name, Conflict when a scheme of the consultation bears the name already.
    """
    check(ctx, WRITE_SCHEME, within=consultation.id)
    name = _named(name)
    written: Scheme | None = db.session.scalar(
        insert(Scheme)
        .values(
            id=uuid4(),
            consultation_id=consultation.id,
            slug=slug or slug_of(name),
            name=name,
            description=description.strip(),
            contact=contact.strip(),
        )
        .on_conflict_do_nothing()
        .returning(Scheme)
    )
    if written is None:
        raise Conflict(
            N_("Un dispositif de la consultation porte déjà ce nom."),
            way_out=N_("Modifiez celui qui existe, ou choisissez un autre nom."),
        )
    record(SchemeWritten(subject_id=str(written.id), name=FreeText(written.name)), ctx=ctx)
    return written


def copy_schemes(earlier: Consultation, consultation: Consultation, ctx: Context) -> None:
    """Describe in a new consultation the schemes of the earlier one it is begun from.

    Raises NotAllowed to whoever may not open one.
    """
    check(ctx, OPEN_CONSULTATION, within=consultation.id)
    for scheme in schemes(earlier.id):
        copied = Scheme(
            id=uuid4(),
            consultation_id=consultation.id,
            slug=scheme.slug,
            name=scheme.name,
            description=scheme.description,
            contact=scheme.contact,
        )
        db.session.add(copied)
        db.session.flush()
        record(SchemeWritten(subject_id=str(copied.id), name=FreeText(copied.name)), ctx=ctx)


def edit_scheme(
    scheme: Scheme, *, name: str, description: str, contact: str, ctx: Context
) -> Scheme:
    """Describe a scheme anew; its address stays. The same description changes nothing.

    Raises NotAllowed, Invalid without a name.
    """
    check(ctx, WRITE_SCHEME, within=scheme.consultation_id)
    written = (_named(name), description.strip(), contact.strip())
    if written == (scheme.name, scheme.description, scheme.contact):
        return scheme
    scheme.name, scheme.description, scheme.contact = written
    db.session.flush()
    record(SchemeWritten(subject_id=str(scheme.id), name=FreeText(scheme.name)), ctx=ctx)
    return scheme


def _named(name: str) -> str:
    if not slug_of(name):
        raise Invalid(N_("Donnez le nom du dispositif."))
    return name.strip()
