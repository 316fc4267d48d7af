"""What the gate promises beside the table of authority (`tests/authority/matrix`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.errors import NotAllowed, PhaseClosed, StepUpNeeded
from app.gate import powers, verbs
from app.gate.actors import (
    NOBODY,
    Action,
    Actor,
    Appointment,
    Context,
    Level,
    Mandate,
    Membership,
    Role,
    TerritoryKind,
)
from app.gate.refusals import allows, check, entitled, privy, refusal, undoing_refusal
from app.gate.verb import Verb
from app.gate.verbs import RULED_BY_KIND
from app.phases import Calendar, Phase, Window

ORIGIN = datetime.fromisoformat("2021-03-01T00:00+00:00")
DAY = timedelta(days=1)
HERE, CONSULTATION, ANOTHER, PERSON = uuid4(), uuid4(), uuid4(), uuid4()
CALENDAR = Calendar(
    CONSULTATION,
    (
        Window(uuid4(), Phase.COLLECTION, ORIGIN, ORIGIN + 10 * DAY),
        Window(uuid4(), Phase.SUPPORT, ORIGIN + 20 * DAY, ORIGIN + 30 * DAY),
        Window(uuid4(), Phase.AMI, ORIGIN + 40 * DAY, ORIGIN + 50 * DAY),
    ),
    {name: frozenset({TerritoryKind.COMMUNE}) for name in RULED_BY_KIND},
)
DURING = {
    Phase.COLLECTION: ORIGIN + DAY,
    Phase.SUPPORT: ORIGIN + 25 * DAY,
    Phase.AMI: ORIGIN + 45 * DAY,
}
VERBS = [value for value in vars(verbs).values() if isinstance(value, Verb)]
AGENCY = {
    powers.moderator,
    powers.platform_moderator,
    powers.administrator,
    powers.copil,
    powers.committee,
    powers.prefecture,
}
# What asks for a step-up without being the agency's.
PERSONAL = {"account:attach", "authenticator:change", "referent:change", "mandate:sign"}


@dataclass(frozen=True)
class Place:
    id: UUID
    kind: TerritoryKind
    ended_on: date | None = None


@dataclass(frozen=True)
class Text:
    author_id: UUID | None
    spoken_for: UUID | None = None
    is_shared: bool = False
    mandate: UUID | None = None


COMMUNE = Place(HERE, TerritoryKind.COMMUNE)


def _actor(*memberships: Membership, **rights: object) -> Actor:
    return replace(NOBODY, person_id=PERSON, memberships=memberships, **rights)  # type: ignore[arg-type]


def _serving(role: Role, consultation_id: UUID | None = None, departement: str = "") -> Actor:
    return _actor(appointments=(Appointment(role, consultation_id, departement),))


COMMITTING = _actor(Membership(uuid4(), HERE, Level.MAY_COMMIT))
MODERATOR = _serving(Role.MODERATOR)


def _confirmed(actor: Actor, phase: Phase = Phase.SUPPORT) -> Context:
    return Context(actor, DURING[phase], CALENDAR, stepped_up=True)


def test_a_verb_bears_its_own_name() -> None:
    assert len({verb.name for verb in VERBS}) == len(VERBS)


def test_every_power_of_the_agency_asks_for_a_step_up() -> None:
    asking = {verb for verb in VERBS if verb.step_up}
    assert {verb for verb in VERBS if verb.requires in AGENCY} <= asking
    assert {verb.name for verb in asking if verb.requires not in AGENCY} == PERSONAL


@pytest.mark.parametrize("phase", Phase)
def test_the_step_up_is_asked_right_after_the_power_whatever_the_moment(phase: Phase) -> None:
    unconfirmed = replace(_confirmed(MODERATOR, phase), stepped_up=False)
    assert isinstance(refusal(unconfirmed, verbs.PUBLISH_SERVICES), StepUpNeeded)
    powerless = replace(unconfirmed, actor=COMMITTING)
    assert not isinstance(refusal(powerless, verbs.PUBLISH_SERVICES), StepUpNeeded)


def test_one_is_entitled_before_confirming_and_privy_after() -> None:
    unconfirmed = replace(_confirmed(MODERATOR), stepped_up=False)
    assert entitled(unconfirmed, verbs.PUBLISH_SERVICES)
    assert not privy(unconfirmed, verbs.PUBLISH_SERVICES)
    assert privy(replace(unconfirmed, stepped_up=True), verbs.PUBLISH_SERVICES)
    assert not privy(_confirmed(COMMITTING), verbs.PUBLISH_SERVICES)


def test_an_administrator_is_of_the_whole_platform_or_none() -> None:
    assert allows(_confirmed(_serving(Role.ADMINISTRATOR)), verbs.APPOINT)
    assert not allows(_confirmed(_serving(Role.ADMINISTRATOR, CONSULTATION)), verbs.APPOINT)


def test_a_member_of_the_committee_sits_in_one_consultation() -> None:
    assert allows(_confirmed(_serving(Role.COPIL, CONSULTATION)), verbs.READ_COMMITTEE)
    for elsewhere in (_serving(Role.COPIL, ANOTHER), _serving(Role.MODERATOR, ANOTHER)):
        assert not allows(_confirmed(elsewhere), verbs.READ_COMMITTEE)


def test_a_prefecture_reads_in_one_consultation_or_in_all() -> None:
    for consultation_id, reads in ((None, True), (CONSULTATION, True), (ANOTHER, False)):
        ctx = _confirmed(_serving(Role.PREFECTURE, consultation_id, "63"))
        assert allows(ctx, verbs.READ_DEPARTEMENT, "63") is reads


@pytest.mark.parametrize("verb", [verbs.EDIT, verbs.WITHDRAW], ids=lambda verb: verb.name)
@pytest.mark.parametrize("actor", [NOBODY, COMMITTING, MODERATOR])
def test_nobody_changes_what_was_imported(verb: Verb, actor: Actor) -> None:
    ctx = _confirmed(actor, Phase.COLLECTION)
    assert isinstance(refusal(ctx, verb, Text(None)), NotAllowed)


def test_only_a_partner_deposits_for_no_territory_and_anyone_prepares() -> None:
    partner, nameless = _actor(organisation=True), replace(NOBODY, organisation=True)
    may_deposit = {
        actor: allows(_confirmed(actor, Phase.COLLECTION), verbs.SUBMIT)
        for actor in (partner, nameless, COMMITTING, _actor())
    }
    assert may_deposit == {partner: True, nameless: False, COMMITTING: False, _actor(): False}
    assert allows(_confirmed(_actor()), verbs.DRAFT)
    assert not allows(_confirmed(NOBODY), verbs.DRAFT)


@pytest.mark.parametrize("verb", [v for v in VERBS if v.by_kind], ids=lambda verb: verb.name)
@pytest.mark.parametrize("kind", TerritoryKind)
def test_the_rules_of_the_consultation_open_a_verb_to_kinds_of_territory(
    verb: Verb, kind: TerritoryKind
) -> None:
    assert verb.phase is not None
    ctx = _confirmed(COMMITTING, verb.phase)
    assert allows(ctx, verb, Place(HERE, kind)) is (kind is TerritoryKind.COMMUNE)
    unruled = replace(ctx, calendar=replace(CALENDAR, rules={}))
    assert isinstance(refusal(unruled, verb, Place(HERE, kind)), NotAllowed)
    assert isinstance(refusal(ctx, verb, Place(HERE, kind, ORIGIN.date())), NotAllowed)


def test_withdrawing_a_support_needs_no_rule() -> None:
    ctx = replace(_confirmed(COMMITTING), calendar=replace(CALENDAR, rules={}))
    assert allows(ctx, verbs.WITHDRAW_SUPPORT, COMMUNE)


def test_a_membership_expires_at_its_instant() -> None:
    until = DURING[Phase.SUPPORT]
    last = replace(
        _confirmed(_actor(Membership(uuid4(), HERE, Level.MAY_COMMIT, until))),
        instant=until - timedelta(microseconds=1),
    )
    assert allows(last, verbs.SUPPORT, COMMUNE)
    assert not allows(replace(last, instant=until), verbs.SUPPORT, COMMUNE)


def test_nothing_of_a_phase_is_done_outside_a_consultation_or_before_its_dates() -> None:
    for calendar in (None, replace(CALENDAR, windows=())):
        ctx = replace(_confirmed(COMMITTING), calendar=calendar)
        assert isinstance(refusal(ctx, verbs.SUPPORT, COMMUNE), PhaseClosed)
        assert isinstance(refusal(replace(ctx, actor=MODERATOR), verbs.TRIAGE), PhaseClosed)


def test_check_raises_the_refusal_and_lets_the_rest_through() -> None:
    ctx = _confirmed(COMMITTING)
    check(ctx, verbs.SUPPORT, COMMUNE)
    with pytest.raises(NotAllowed):
        check(replace(ctx, actor=NOBODY), verbs.SUPPORT, COMMUNE)
    with pytest.raises(PhaseClosed):
        check(replace(ctx, instant=DURING[Phase.AMI]), verbs.SUPPORT, COMMUNE)


def _mandated(**rights: object) -> Actor:
    mandate = Mandate(
        uuid4(), HERE, CONSULTATION, frozenset(Action), ORIGIN, ORIGIN + 365 * DAY, "SICTIAM"
    )
    return replace(NOBODY, person_id=PERSON, mandates=(mandate,), **rights)  # type: ignore[arg-type]


def test_who_is_contested_in_a_territory_does_not_act_for_it_by_a_mandate() -> None:
    """Seen red by asking the mandate alone."""
    own = Membership(uuid4(), HERE, Level.MAY_COMMIT)
    elsewhere = Membership(uuid4(), ANOTHER, Level.MAY_COMMIT, contested=True)
    ctx = Context(_mandated(), DURING[Phase.SUPPORT], CALENDAR)
    place = Place(HERE, TerritoryKind.COMMUNE)
    for memberships, allowed in (
        ((), True),
        ((own,), True),
        ((elsewhere,), True),
        ((replace(own, contested=True),), False),
    ):
        actor = _mandated(memberships=memberships)
        assert allows(replace(ctx, actor=actor), verbs.SUPPORT, place) is allowed


@pytest.mark.parametrize(
    ("mine", "theirs", "allowed"),
    [
        (("SICTIAM", None), ("SICTIAM", None), True),
        (("SICTIAM", None), ("Mégalis", None), False),
        (("Allier", HERE), ("Allier", HERE), True),
        (("Allier", HERE), ("Allier", None), False),
        (("Allier", HERE), ("Allier", ANOTHER), False),
        (("SICTIAM", None), None, False),
        (None, None, True),
        (None, ("SICTIAM", None), True),
    ],
)
def test_a_helper_undoes_only_what_their_own_structure_did(
    mine: tuple[str, UUID | None] | None, theirs: tuple[str, UUID | None] | None, allowed: bool
) -> None:
    by, done = (
        Mandate(uuid4(), PERSON, CONSULTATION, frozenset(), ORIGIN, ORIGIN, *of) if of else None
        for of in (mine, theirs)
    )
    assert (undoing_refusal(by, done_by=done) is None) is allowed
