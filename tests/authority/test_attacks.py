"""Nobody obtains in Lannion's name more than they prove: the table of `attacks`, measured."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from app import clock
from app.gate.actors import Level
from tests.authority.attacks import ATTACKS, BY_REQUESTS, GROUPS
from tests.authority.measuring import (
    ALLOWED,
    AS_REFERENT,
    DONE,
    REFUSED,
    SIGNED_OUT,
    answers,
    answers_of_operations,
    expected,
    traces,
)
from tests.authority.scene import LANNION, Scene
from tests.support import factories

# The identities the consultation's designers asked for, one by one.
ASKED = (
    "homograph",
    "sub-domain",
    "plus-addressing",
    "free domain",
    "shared EPCI domain",
    "school SIRET",
    "CCAS",
    "régie",
    "contractor",
    "expired",
    "revoked",
    "contested",
    "replayed",
    "stolen",
    "out of perimeter",
    "one second past its end",
    "sub-delegated",
    "self-granted",
    "cross-consultation",
)


@pytest.mark.proof
@pytest.mark.parametrize("name", ATTACKS)
def test_no_wrongful_authority(scene: Scene, name: str) -> None:
    attack = ATTACKS[name]
    visitor = attack.tries(scene)
    with clock.at(scene.at) if scene.at else nullcontext():
        behind = scene.behind(visitor)
        assert (behind is not None) is attack.signed_in
        assert scene.rights_of(behind) == (attack.has, False)
        for form in scene.kept:
            answer = visitor.ask("POST", form.action, data=form.fields)
            assert answer.status_code == (403 if attack.signed_in else 303)
        if behind is None or name in BY_REQUESTS:
            outcomes = answers(scene, visitor)
        else:
            outcomes = answers_of_operations(scene, behind)
    allowed = {*ALLOWED[attack.has], *attack.by_mandate}
    assert {act for act, answer in outcomes.items() if answer == DONE} == allowed
    refused = {answer for act, answer in outcomes.items() if act not in allowed}
    assert refused == {REFUSED if attack.signed_in else SIGNED_OUT}
    assert traces(scene) == expected(allowed)


@pytest.mark.parametrize("pages", [True, False], ids=["requests", "operations"])
def test_a_referent_is_let_do_all_that_is_measured(scene: Scene, *, pages: bool) -> None:
    """Else the requests would be refused for what they are, and not for who sends them."""
    referent = factories.referent_of(LANNION)
    visitor = scene.returns(referent)
    assert scene.rights_of(referent) == (Level.MAY_COMMIT, True)
    # About another's request: nobody answers their own.
    scene.email = ""
    measured = answers(scene, visitor) if pages else answers_of_operations(scene, referent)
    assert measured == dict.fromkeys(AS_REFERENT, DONE)
    assert traces(scene) == expected(AS_REFERENT)


def test_the_table_has_the_identities_asked_for() -> None:
    assert len(ATTACKS) == sum(map(len, GROUPS)) >= 40
    assert all(not {*group}.isdisjoint(BY_REQUESTS) for group in GROUPS)
    assert [word for word in ASKED if not any(word in name for name in ATTACKS)] == []
    assert [name for name, attack in ATTACKS.items() if not attack.who.endswith(".")] == []


def test_every_act_is_refused_and_allowed_by_requests_too() -> None:
    """Whatever one may end up with, someone who ends up with it forges the requests."""
    by_requests = [ATTACKS[name] for name in BY_REQUESTS]
    ends = {(attack.signed_in, attack.has, attack.by_mandate) for attack in ATTACKS.values()}
    assert {(a.signed_in, a.has, a.by_mandate) for a in by_requests} == ends
