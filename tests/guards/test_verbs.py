"""Every verb has its rows in the table of authority; every route that writes names its verbs."""

from __future__ import annotations

import inspect

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.gate import verbs
from app.gate.verb import Verb
from app.web import SAFE_METHODS
from tests.authority.matrix.table import TABLE
from tests.support.call_graph import Code

VERBS = {name: value for name, value in vars(verbs).items() if isinstance(value, Verb)}

# The routes that write without a verb of the gate, each with its reason.
WITHOUT_VERB = {
    "identity.sign_in": "nobody is signed in yet: a link is sent to whoever has the mailbox",
    "identity.ask_here": "nobody is signed in yet: the link received is the power to have another",
    "identity.consume_code": "the code received is the power",
    "identity.consume_link": "the link received is the power",
    "identity.sign_out": "of one’s own session",
    "identity.close_session": "of one’s own sessions",
    "identity.close_other_sessions": "of one’s own sessions",
    "profiles.profile": "one’s own profile, the operation sees to it",
    "stepup.confirm": "the code typed is the power, and what it confirms is oneself",
    "oidc.callback": "what the identity provider asserts is the power",
    "oidc.prove": "nobody is signed in yet: a link is sent to whoever has the mailbox",
    "oidc.detach": "of one’s own accounts",
    "contests.contested": "the link sent to the official mailbox is the power",
    "contests.ended": "the link sent to the official mailbox is the power",
    "demonstration.replay": "on one’s own machine only",
}
# The verbs no route performs, each with its reason.
WITHOUT_ROUTE = {
    "IMPORT": "a command of the server does it",
    "READ_COMMITTEE": "it reads",
    "READ_DEPARTEMENT": "it reads",
}


@pytest.fixture(scope="module")
def code() -> Code:
    return Code()


def _writes(app: Flask, rule: Rule) -> bool:
    view = app.view_functions[rule.endpoint]
    return bool((rule.methods or set()) - SAFE_METHODS) or hasattr(view, "writes_on_get")


def _writing(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if _writes(app, rule)}


def _named(app: Flask, endpoint: str) -> set[str] | None:
    """The verbs a route names, by their names in the gate; None when it names none."""
    verbs = getattr(app.view_functions[endpoint], "performs", None)
    return None if verbs is None else {name for name, verb in VERBS.items() if verb in verbs}


def test_every_verb_has_its_rows_and_no_row_is_of_an_unknown_verb() -> None:
    assert sorted(verb.name for verb in VERBS.values()) == sorted(TABLE.verbs)


def test_every_route_that_writes_names_its_verbs_or_is_listed(complete: Flask) -> None:
    writing = _writing(complete)
    assert len(writing) > 60
    nameless = {endpoint for endpoint in writing if not _named(complete, endpoint)}
    assert nameless == set(WITHOUT_VERB)


def test_only_a_route_that_writes_names_verbs(complete: Flask) -> None:
    naming = {name for name in complete.view_functions if _named(complete, name) is not None}
    assert naming - _writing(complete) == set()


def test_a_route_names_the_verbs_its_operations_check_and_no_other(
    complete: Flask, code: Code
) -> None:
    wrong = {}
    for endpoint in _writing(complete):
        view = inspect.unwrap(complete.view_functions[endpoint])
        named, checked = (
            _named(complete, endpoint),
            code.verbs_reached(view.__module__, view.__name__),
        )
        if (named or set()) != checked:
            wrong[endpoint] = f"names {sorted(named or ())}, and checks {sorted(checked)}"
    assert wrong == {}


def test_an_operation_that_is_given_a_verb_has_it_checked(code: Code) -> None:
    assert code.unchecked() == []


def test_every_verb_is_performed_by_a_route_or_is_listed(complete: Flask) -> None:
    performed = {verb for name in _writing(complete) for verb in _named(complete, name) or ()}
    assert set(VERBS) - performed == set(WITHOUT_ROUTE)
