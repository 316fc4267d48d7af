"""A consultation replayed through the operations, with its windows set around today."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import current_app
from sqlalchemy import delete, select

from app import clock
from app.authority.rights.acts.jobs import send_act
from app.authority.rights.acts.queries import unsent
from app.calendar.life.operations import announce
from app.calendar.models import Consultation
from app.calendar.operations import amend_window, open_consultation, set_window
from app.calendar.queries import consultation_by_slug, window_of
from app.calendar.rules import USUAL_RULES
from app.context import context_for
from app.db import db, transaction
from app.errors import N_, Conflict, NotFound
from app.identity.models import Person
from app.notifications.models import Outbox
from app.phases import Phase, Step
from app.seeds import choosing, corpus, gathering, helping, people, story
from app.seeds.corpus import Deposit
from app.seeds.erasing import alone, erase, erase_only
from app.seeds.people import Cast
from app.seeds.progress import Report, silently
from app.seeds.story import Moment, Story
from app.territories.models import Territory
from funding.envelope.operations import set_envelope
from funding.schemes.operations import write_scheme

SLUG = "demonstration"
TITLE = N_("Transformation numérique des territoires")
SUMMARY = N_(
    "Quels services numériques construire ensemble ? Consultation de démonstration, fictive, dans "
    "le cadre et aux dimensions de celle que l’Incubateur des Territoires a menée en 2021. Les "
    "territoires sont réels mais n’ont rien déposé ni soutenu de ce qui leur est prêté ici."
)

# What the State set aside in 2021, in cents, and its share of a service's cost, in percent.
ENVELOPE_CENTS = 3_000_000_000
USUAL_SHARE = 50
_MOMENTS = {
    Step.COLLECTION: Moment.COLLECTION,
    Step.GROUPING: Moment.TRIAGE,
    Step.SUPPORT: Moment.SUPPORT,
    Step.SELECTION: Moment.COPIL,
    Step.AMI: Moment.AMI,
    Step.LAUREATES: Moment.CHOICE,
    Step.SERVICES: Moment.SERVICES,
}


def registry_loaded() -> bool:
    """Whether the territories are there."""
    return db.session.scalar(select(Territory.id).limit(1)) is not None


def database_is_empty() -> bool:
    """Whether nothing but the registry was ever written."""
    tables = (Consultation.id, Person.id)
    return all(db.session.scalar(select(column).limit(1)) is None for column in tables)


def is_loaded() -> bool:
    """Whether the demonstration is in the base."""
    found = db.session.scalar(select(Consultation.id).where(Consultation.slug == SLUG))
    return found is not None


def is_alone() -> bool:
    """Whether the base contains nothing else: no other consultation, nobody from elsewhere."""
    others = select(Consultation.id).where(Consultation.slug != SLUG).limit(1)
    strangers = select(Person.id).where(Person.email.not_like(f"%@{people.DOMAIN}")).limit(1)
    return all(db.session.scalar(found) is None for found in (others, strangers))


def present_moment() -> Moment | None:
    """The moment the demonstration is at, if it is there and at one of them."""
    found = consultation_by_slug(SLUG)
    step = found.calendar().current(clock.now()) if found else None
    return _MOMENTS.get(step) if step else None


def moment_named(name: str) -> Moment:
    """The moment of that name. Raises NotFound with the names there are."""
    if name not in set(Moment):
        raise NotFound(
            N_("La démonstration ne connaît pas le moment « %(name)s »."),
            way_out=N_("Choisissez parmi : %(known)s."),
            name=name,
            known=", ".join(Moment),
        )
    return Moment(name)


def replay(moment: Moment, *, report: Report = silently) -> Consultation:
    """Erase the demonstration if it is there, and load it at a moment.

    Other consultations, and people, stay as they are: those whom the demonstration knows play their
    parts again. Raises Conflict in production, and while it is already being replayed.
    """
    _check_place()
    with alone():
        found, by_itself = consultation_by_slug(SLUG), is_alone()
        erased = found.id if found else None
        # The transaction that read these rows ends before they are erased.
        db.session.rollback()
        if erased is not None and by_itself:
            erase()
        elif erased is not None:
            erase_only(erased)
        return load(moment, report=report)


def load(moment: Moment = Moment.SERVICES, *, report: Report = silently) -> Consultation:
    """Replay the consultation up to a moment. Raises Conflict when it is there already."""
    _check_place()
    if is_loaded():
        raise Conflict(N_("La démonstration est déjà là : rejouez-la."))
    # In one transaction: interrupted, it leaves nothing behind. No e-mail of the replay is sent.
    with transaction(quietly=True), without_collecting():
        timeline = Story(moment, clock.in_paris(clock.now()).date())
        for day in play(timeline, report):
            if not timeline.has_come(day):
                break
        _send_nothing()
        return db.session.scalars(select(Consultation).where(Consultation.slug == SLUG)).one()


def _send_nothing() -> None:
    """Keep back every e-mail of the replay, to people whose address leads nowhere."""
    db.session.execute(delete(Outbox).where(Outbox.address.like(f"%@{people.DOMAIN}")))


@contextmanager
def without_collecting() -> Iterator[None]:
    """Stop the collector of reference cycles for a block.

    The rows of the replay live until its end: looking among them for some to free, again and
    again, takes a sixth of the time and frees none.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _check_place() -> None:
    if current_app.config["LOCAL_FOLDER"] is None:
        raise Conflict(N_("La démonstration ne se charge jamais en production."))
    if not registry_loaded():
        raise Conflict(N_("Chargez d’abord le registre des territoires."))


def play(timeline: Story, report: Report = silently) -> Iterator[int]:
    """Play the whole consultation, giving the day of each act before it: stop there to stay.

    As a worker does, the territories are sent what was done in their names before.
    """
    before = None
    for day in _acts(timeline, report):
        if day != before:
            _send_to_territories(timeline, day)
        yield (before := day)
    _send_to_territories(timeline, story.LAUREATES)


def _send_to_territories(timeline: Story, day: int) -> None:
    with clock.at(timeline.instant(day)):
        for act_id in unsent():
            send_act.function(str(act_id))


def _acts(timeline: Story, report: Report) -> Iterator[int]:
    deposits = corpus.deposits()
    cast = _assemble(timeline, deposits, report)
    consultation = _open(timeline, cast)
    helping.sign_mandates(timeline, cast, consultation)
    with clock.at(timeline.instant(story.SEATED)):
        people.seat_committee(cast, consultation)
    deposited = yield from gathering.collect(timeline, cast, consultation, deposits, report)
    yield story.COLLECTION[1] + 1
    _move_support(timeline, cast, consultation)
    yield story.PUBLISHED
    proposals = gathering.sort(timeline, cast, consultation, deposited, report)
    _invite(timeline, cast)
    yield from gathering.support(timeline, cast, consultation, proposals, report)
    yield story.DECIDED
    choosing.assess(timeline, cast, consultation, proposals)
    yield from choosing.select(timeline, cast, consultation, proposals, report)
    yield from choosing.take_part(timeline, cast, consultation, proposals, report)
    yield from choosing.choose(timeline, cast, consultation, proposals, deposited, report)


def _assemble(timeline: Story, deposits: Sequence[Deposit], report: Report) -> Cast:
    authors = [deposit.author for deposit in deposits]
    places = [
        *(author.place for author in authors if author.place),
        *(place for _, place in corpus.supports()),
        *(taken.place for taken in corpus.parts()),
        *(laureate.carrier for laureate in corpus.laureates() if laureate.carrier),
    ]
    with clock.at(timeline.instant(story.OPENED - 10)):
        cast = people.agency(places)
    with clock.at(timeline.instant(story.INVITED)):
        people.invite_authors(cast, authors, report)
    return cast


def _invite(timeline: Story, cast: Cast) -> None:
    """Find someone to commit each collectivity that will support or take part."""
    with clock.at(timeline.instant(story.COMMITTING)):
        places = [place for _, place in corpus.supports()]
        people.invite_committing(cast, [*places, *(taken.place for taken in corpus.parts())])


def _open(timeline: Story, cast: Cast) -> Consultation:
    with clock.at(timeline.instant(story.OPENED)):
        consultation = open_consultation(
            SLUG,
            title=TITLE,
            summary=SUMMARY,
            themes=corpus.themes(),
            rules=USUAL_RULES,
            ctx=context_for(cast.administrator),
        )
        ctx = context_for(cast.administrator, consultation)
        set_window(consultation, Phase.COLLECTION, **timeline.window(story.COLLECTION), ctx=ctx)
        planned = timeline.window(story.SUPPORT_AS_PLANNED)
        set_window(consultation, Phase.SUPPORT, **planned, ctx=ctx)
        set_window(consultation, Phase.AMI, **timeline.window(story.AMI), ctx=ctx)
        announce(consultation, ctx=ctx)
        set_envelope(consultation, total_cents=ENVELOPE_CENTS, usual_share=USUAL_SHARE, ctx=ctx)
        for row in corpus.schemes():
            write_scheme(
                consultation,
                slug=row["slug"],
                name=row["name"],
                description=row["description"],
                contact=row["contact"],
                ctx=context_for(cast.moderator, consultation),
            )
    return consultation


def _move_support(timeline: Story, cast: Cast, consultation: Consultation) -> None:
    planned = window_of(consultation.id, Phase.SUPPORT)
    assert planned is not None
    with clock.at(timeline.instant(story.SUPPORT_MOVED)):
        amend_window(
            planned,
            **timeline.window(story.SUPPORT),
            reason="le regroupement de 476 contributions demande deux semaines de plus.",
            ctx=context_for(cast.administrator, consultation),
        )
