"""The official mailboxes are brought up to date."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import ColumnElement, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.authority.mailboxes.events import MailboxesImported
from app.authority.mailboxes.imports import Reading
from app.authority.mailboxes.models import Mailbox
from app.authority.mailboxes.queries import given_in
from app.authority.mailboxes.rules import domain_of
from app.db import db
from app.errors import N_, Invalid
from app.gate.actors import Context, TerritoryKind
from app.journal.operations import record
from app.territories.models import Territory

# A file that takes more away is likely cut short, or of another kind of territory.
MOST_GONE = 0.05


@dataclass(frozen=True)
class ImportReport:
    """What an import did, in numbers of mailboxes."""

    added: int
    changed: int
    removed: int
    unchanged: int


def import_mailboxes(
    reading: Reading, *, kind: TerritoryKind, force: bool = False, ctx: Context
) -> ImportReport:
    """Bring the mailboxes of a kind of territory to what a whole file of them says.

    Only from the server's own command line. An address that changes, or appears after the first
    import of the kind, is dated: for thirty days it proves nothing by itself. A territory absent
    from the file no longer has a mailbox. Importing the same file again changes nothing. Raises
    Invalid, unless by `force`, when more than one mailbox in twenty would go.
    """
    of_kind = select(Territory.id).where(given_in(kind))
    before = dict(
        db.session.execute(
            select(Mailbox.territory_id, Mailbox.address).where(Mailbox.territory_id.in_(of_kind))
        ).all()
    )
    entries = reading.entries
    added = sum(id_ not in before for id_ in entries)
    changed = sum(id_ in before and before[id_] != e.address for id_, e in entries.items())
    gone = [id_ for id_ in before if id_ not in entries]
    if len(gone) > MOST_GONE * len(before) and not force:
        raise Invalid(
            N_("Ce fichier retirerait %(gone)d boîtes officielles sur %(known)d."),
            way_out=N_("Vérifiez qu’il est entier et du bon type, ou ajoutez --force."),
            gone=len(gone),
            known=len(before),
        )
    db.session.execute(delete(Mailbox).where(Mailbox.territory_id == func.any(gone)))
    if entries:
        _write(reading, first=not before, ctx=ctx)
    report = ImportReport(added, changed, len(gone), len(entries) - added - changed)
    if added or changed or gone:
        record(
            MailboxesImported(
                subject_id=str(uuid4()),
                kind=kind,
                digest=reading.digest,
                added=added,
                changed=changed,
                removed=len(gone),
            ),
            ctx=ctx,
        )
    return report


def _write(reading: Reading, *, first: bool, ctx: Context) -> None:
    rows = [
        {
            "territory_id": entry.territory_id,
            "address": entry.address,
            "domain": domain_of(entry.address),
            "website": entry.website,
            "siret": entry.siret,
            "previous": "",
            "imported_at": ctx.instant,
            "changed_at": None if first else ctx.instant,
        }
        for entry in reading.entries.values()
    ]
    given = insert(Mailbox)
    other: ColumnElement[bool] = Mailbox.address != given.excluded.address
    db.session.execute(
        given.on_conflict_do_update(
            index_elements=[Mailbox.territory_id],
            set_={
                "address": given.excluded.address,
                "domain": given.excluded.domain,
                "website": given.excluded.website,
                "siret": given.excluded.siret,
                "imported_at": given.excluded.imported_at,
                "previous": case((other, Mailbox.address), else_=Mailbox.previous),
                "changed_at": case((other, given.excluded.imported_at), else_=Mailbox.changed_at),
            },
        ),
        rows,
    )
