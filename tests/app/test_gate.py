"""Who may do what, and when: every verb, whoever asks, at every moment of a consultation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app import gate
from app.errors import NotAllowed, PhaseClosed, StepUpNeeded
from app.gate import (
    NOBODY,
    RULED_BY_KIND,
    Actor,
    Appointment,
    Context,
    Level,
    Membership,
    Role,
    TerritoryKind,
    Verb,
    allows,
    check,
    entitled,
    powers,
    privy,
    refusal,
)  # fmt: skip
from app.phases import Calendar, Phase, Window

ORIGIN = datetime.fromisoformat("2021-03-01T00:00+00:00")
DAY = timedelta(days=1)
HERE, ELSEWHERE = uuid4(), uuid4()
CONSULTATION, ANOTHER = uuid4(), uuid4()
PERSON = uuid4()

CALENDAR = Calendar(
    CONSULTATION,
    (
        Window(uuid4(), Phase.COLLECTION, ORIGIN, ORIGIN + 10 * DAY),
        Window(uuid4(), Phase.SUPPORT, ORIGIN + 20 * DAY, ORIGIN + 30 * DAY),
        Window(uuid4(), Phase.AMI, ORIGIN + 40 * DAY, ORIGIN + 50 * DAY),
    ),
    {name: frozenset({TerritoryKind.COMMUNE}) for name in RULED_BY_KIND},
)
MOMENTS = {
    "before": ORIGIN - DAY, "collection": ORIGIN + DAY, "triage": ORIGIN + 15 * DAY,
    "support": ORIGIN + 25 * DAY, "committee": ORIGIN + 35 * DAY, "ami": ORIGIN + 45 * DAY,
    "after": ORIGIN + 55 * DAY,
}  # fmt: skip
EVER = set(MOMENTS)
AFTER_COLLECTION = EVER - {"before", "collection"}
AFTER_SUPPORT = {"committee", "ami", "after"}


@dataclass(frozen=True)
class Place:
    id: UUID
    kind: TerritoryKind


@dataclass(frozen=True)
class Text:
    author_id: UUID | None


@dataclass(frozen=True)
class Request:
    person_id: UUID


OWN_REQUEST, OTHERS_REQUEST = Request(PERSON), Request(uuid4())
COMMUNE, OTHERS_TEXT, OWN_TEXT = Place(HERE, TerritoryKind.COMMUNE), Text(uuid4()), Text(PERSON)


def _actor(*memberships: Membership, **held: object) -> Actor:
    return replace(NOBODY, person_id=PERSON, memberships=memberships, **held)  # type: ignore[arg-type]


def _confirmed(actor: Actor, moment: str) -> Context:
    return Context(actor, MOMENTS[moment], CALENDAR, stepped_up=True)


def _unconfirmed(name: str, moment: str) -> Context:
    return Context(ACTORS[name], MOMENTS[moment], CALENDAR)


def _serving(role: Role, consultation_id: UUID | None = None) -> Actor:
    return _actor(appointments=(Appointment(role, consultation_id),))


ACTORS = {
    "nobody": NOBODY,
    "newcomer": _actor(),
    "partner": _actor(organisation=True),
    "member": _actor(Membership(HERE, Level.MEMBER)),
    "committing": _actor(Membership(HERE, Level.MAY_COMMIT)),
    "committing elsewhere": _actor(Membership(ELSEWHERE, Level.MAY_COMMIT)),
    "referent": _actor(Membership(HERE, Level.MAY_COMMIT, referent=True)),
    "referent elsewhere": _actor(Membership(ELSEWHERE, Level.MAY_COMMIT, referent=True)),
    "contested": _actor(Membership(HERE, Level.MAY_COMMIT, referent=True, contested=True)),
    "committing partner": _actor(
        Membership(HERE, Level.MAY_COMMIT, referent=True), organisation=True
    ),
    "expired": _actor(Membership(HERE, Level.MAY_COMMIT, ORIGIN - 30 * DAY)),
    "moderator": _serving(Role.MODERATOR),
    "moderator of this one": _serving(Role.MODERATOR, CONSULTATION),
    "moderator of another": _serving(Role.MODERATOR, ANOTHER),
    "administrator": _serving(Role.ADMINISTRATOR),
    "administrator of this one": _serving(Role.ADMINISTRATOR, CONSULTATION),
    "copil": _serving(Role.COPIL, CONSULTATION),
    "copil of another": _serving(Role.COPIL, ANOTHER),
}
SIGNED_IN = set(ACTORS) - {"nobody"}
# What asks for a step-up without being the agency's.
PERSONAL = {"authenticator:change", "referent:change"}
COMMITTING = {"committing", "referent"}
MODERATORS = {"moderator", "moderator of this one"}

# For each verb: what it is done to, who may, and at which moments.
TABLE: dict[Verb, tuple[object, set[str], set[str]]] = {
    gate.REQUEST_MEMBERSHIP: (None, SIGNED_IN, EVER),
    gate.GRANT_MEMBERSHIP: (None, MODERATORS, EVER),
    gate.APPROVE_MEMBERSHIP: (COMMUNE, {"referent"}, EVER),
    gate.PROVE_MEMBERSHIP: (OWN_REQUEST, SIGNED_IN, EVER),
    gate.LEAVE_TERRITORY: (OWN_REQUEST, SIGNED_IN, EVER),
    gate.END_MEMBERSHIP: (COMMUNE, {"referent"}, EVER),
    gate.INVITE_MEMBER: (COMMUNE, {"referent"}, EVER),
    gate.ACCEPT_INVITATION: (None, SIGNED_IN, EVER),
    gate.CHANGE_REFERENT: (COMMUNE, {"referent"}, EVER),
    gate.DECIDE_CONTEST: (None, MODERATORS, EVER),
    gate.APPOINT: (None, {"administrator"}, EVER),
    gate.ENROL: (None, SIGNED_IN, EVER),
    gate.CHANGE_AUTHENTICATOR: (None, SIGNED_IN, EVER),
    gate.RESET_AUTHENTICATOR: (None, {"administrator"}, EVER),
    gate.OPEN_CONSULTATION: (None, {"administrator"}, EVER),
    gate.AMEND_WINDOW: (None, {"administrator"}, EVER),
    gate.DRAFT: (None, SIGNED_IN, EVER),
    gate.SUBMIT: (COMMUNE, {*COMMITTING, "member", "committing partner"}, {"collection"}),
    gate.EDIT: (OWN_TEXT, SIGNED_IN, {"collection"}),
    gate.WITHDRAW: (OWN_TEXT, SIGNED_IN, {"collection"}),
    gate.IMPORT: (None, MODERATORS, EVER),
    gate.TRIAGE: (None, MODERATORS, AFTER_COLLECTION),
    gate.WRITE_PROPOSAL: (None, MODERATORS, EVER),
    gate.WRITE_SCHEME: (None, MODERATORS, EVER),
    gate.PUBLISH: (None, MODERATORS, AFTER_COLLECTION),
    gate.SUPPORT: (COMMUNE, COMMITTING, {"support"}),
    gate.ANNUL_SUPPORT: (None, MODERATORS, EVER),
    gate.WITHDRAW_SUPPORT: (COMMUNE, COMMITTING, {"support"}),
    gate.ASSESS: (None, MODERATORS, AFTER_COLLECTION),
    gate.READ_COMMITTEE: (None, {*MODERATORS, "copil"}, EVER),
    gate.DECIDE: (None, {"copil"}, AFTER_SUPPORT),
    gate.PUBLISH_SELECTION: (None, MODERATORS, AFTER_SUPPORT),
    gate.REFER: (COMMUNE, COMMITTING, {"ami"}),
    gate.JOIN: (COMMUNE, COMMITTING, {"ami"}),
    gate.LEAVE: (COMMUNE, COMMITTING, {"ami"}),
    gate.SET_ENVELOPE: (None, {"administrator"}, EVER),
    gate.CHOOSE_SERVICE: (None, {"copil"}, {"after"}),
    gate.PUBLISH_SERVICES: (None, MODERATORS, {"after"}),
}


def test_the_table_holds_every_verb_once() -> None:
    verbs = [value for value in vars(gate).values() if isinstance(value, Verb)]
    assert set(verbs) == set(TABLE)
    assert len({verb.name for verb in verbs}) == len(verbs)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("verb", TABLE, ids=lambda verb: verb.name)
def test_a_verb_is_for_those_the_table_says_when_it_says(verb: Verb, moment: str) -> None:
    subject, may, moments = TABLE[verb]
    allowed = {
        name for name, actor in ACTORS.items() if allows(_confirmed(actor, moment), verb, subject)
    }
    assert allowed == (may if moment in moments else set())


@pytest.mark.parametrize("verb", TABLE, ids=lambda verb: verb.name)
def test_those_who_may_are_first_asked_to_confirm_and_nobody_else_is(verb: Verb) -> None:
    subject, may, _moments = TABLE[verb]
    for moment in MOMENTS:
        asked = {
            name
            for name in ACTORS
            if isinstance(refusal(_unconfirmed(name, moment), verb, subject), StepUpNeeded)
        }
        # Whatever the moment: the step-up comes right after the power.
        assert asked == (may if verb.step_up else set())
        for name in asked:
            ctx = _unconfirmed(name, moment)
            assert entitled(ctx, verb, subject)
            assert not privy(ctx, verb, subject)
            assert privy(replace(ctx, stepped_up=True), verb, subject)


def test_every_power_of_the_agency_asks_for_a_step_up() -> None:
    agency = {powers.moderator, powers.administrator, powers.copil, powers.committee}
    asking = {verb for verb in TABLE if verb.step_up}
    assert {verb for verb in TABLE if verb.requires in agency} <= asking
    assert {verb.name for verb in asking if verb.requires not in agency} == PERSONAL


@pytest.mark.parametrize("verb", [gate.EDIT, gate.WITHDRAW], ids=lambda verb: verb.name)
@pytest.mark.parametrize("text", [OTHERS_TEXT, Text(None)], ids=["another’s", "imported"])
@pytest.mark.parametrize("actor", ACTORS)
def test_nobody_changes_what_another_wrote(verb: Verb, text: Text, actor: str) -> None:
    ctx = Context(ACTORS[actor], MOMENTS["collection"], CALENDAR)
    assert isinstance(refusal(ctx, verb, text), NotAllowed)


@pytest.mark.parametrize(
    "verb", [gate.PROVE_MEMBERSHIP, gate.LEAVE_TERRITORY], ids=lambda verb: verb.name
)
@pytest.mark.parametrize("actor", ACTORS)
def test_nobody_acts_on_the_membership_of_another(verb: Verb, actor: str) -> None:
    ctx = Context(ACTORS[actor], MOMENTS["collection"], CALENDAR)
    assert isinstance(refusal(ctx, verb, OTHERS_REQUEST), NotAllowed)


def test_only_a_partner_deposits_for_no_territory() -> None:
    ctx = {name: Context(a, MOMENTS["collection"], CALENDAR) for name, a in ACTORS.items()}
    partners = {"partner", "committing partner"}
    assert {name for name in ctx if allows(ctx[name], gate.SUBMIT)} == partners
    nameless = Context(replace(NOBODY, organisation=True), MOMENTS["collection"], CALENDAR)
    assert not allows(nameless, gate.SUBMIT)


@pytest.mark.parametrize("verb", [v for v in TABLE if v.by_kind], ids=lambda verb: verb.name)
@pytest.mark.parametrize("kind", TerritoryKind)
def test_the_rules_of_the_consultation_open_a_verb_to_kinds_of_territory(
    verb: Verb, kind: TerritoryKind
) -> None:
    assert verb.phase is not None
    ctx = Context(ACTORS["committing"], MOMENTS[verb.phase.value], CALENDAR)
    assert allows(ctx, verb, Place(HERE, kind)) is (kind is TerritoryKind.COMMUNE)
    unruled = replace(ctx, calendar=replace(CALENDAR, rules={}))
    assert isinstance(refusal(unruled, verb, Place(HERE, kind)), NotAllowed)


def test_withdrawing_a_support_needs_no_rule() -> None:
    ctx = Context(ACTORS["committing"], MOMENTS["support"], replace(CALENDAR, rules={}))
    assert allows(ctx, gate.WITHDRAW_SUPPORT, COMMUNE)


def test_a_membership_expires_at_its_instant() -> None:
    until = MOMENTS["support"]
    actor = _actor(Membership(HERE, Level.MAY_COMMIT, until))
    last = Context(actor, until - timedelta(microseconds=1), CALENDAR)
    assert allows(last, gate.SUPPORT, COMMUNE)
    assert not allows(replace(last, instant=until), gate.SUPPORT, COMMUNE)


def test_nothing_of_a_phase_is_done_outside_a_consultation_or_before_its_dates() -> None:
    undated = replace(CALENDAR, windows=())
    for calendar in (None, undated):
        ctx = Context(ACTORS["committing"], MOMENTS["support"], calendar)
        assert isinstance(refusal(ctx, gate.SUPPORT, COMMUNE), PhaseClosed)
        moderating = replace(ctx, actor=ACTORS["moderator"], stepped_up=True)
        assert isinstance(refusal(moderating, gate.TRIAGE), PhaseClosed)


def test_check_raises_the_refusal_and_lets_the_rest_through() -> None:
    check(Context(ACTORS["committing"], MOMENTS["support"], CALENDAR), gate.SUPPORT, COMMUNE)
    with pytest.raises(NotAllowed):
        check(Context(NOBODY, MOMENTS["support"], CALENDAR), gate.SUPPORT, COMMUNE)
    with pytest.raises(PhaseClosed):
        check(Context(ACTORS["committing"], MOMENTS["after"], CALENDAR), gate.SUPPORT, COMMUNE)
