"""Each rule freezes when its own phase opens, and an unchanged one is no obstacle."""

from __future__ import annotations

import pytest

from app.calendar.operations import set_rule
from app.db import transaction
from app.errors import Conflict
from app.gate.actors import TerritoryKind
from app.gate.verbs import SUBMIT, SUPPORT
from app.phases import Phase
from tests.support import factories


@pytest.mark.usefixtures("app")
def test_a_frozen_rule_left_as_it_is_lets_the_others_change() -> None:
    consultation = factories.consultation(phase=Phase.COLLECTION)
    ctx = factories.acting(factories.administrator(), consultation)
    with transaction():
        kept = [TerritoryKind(kind) for kind in consultation.rules[SUBMIT.name]]
        set_rule(consultation, SUBMIT.name, kept, ctx=ctx)
        set_rule(consultation, SUPPORT.name, [TerritoryKind.COMMUNE], ctx=ctx)
    assert consultation.rules[SUPPORT.name] == ["commune"]
    with pytest.raises(Conflict), transaction():
        set_rule(consultation, SUBMIT.name, [TerritoryKind.COMMUNE], ctx=ctx)
