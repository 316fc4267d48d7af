"""Pages are compressed, and their static files kept a year under names that say their content."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from app.assets import FOREVER, Assets
from app.tokens import masked, unmasked
from tests.support import factories
from tests.support.strict_browser import Visitor
from tests.support.weights import asked, wire


def test_what_a_page_links_to_is_kept_a_year(app: Flask) -> None:
    for path in wire(app, "/accessibilite"):
        if path.startswith("/static/"):
            assert re.search(r"\.[0-9a-f]{12}\.", path), path
            assert asked(app, path).headers["Cache-Control"] == FOREVER
    plain = asked(app, "/static/css/theme.css")
    assert plain.headers["Cache-Control"] == "public, max-age=300"
    assert app.test_client().get("/static/css/theme.000000000000.css").status_code == 404
    assert app.test_client().get("/static/../config.py").status_code == 404


@pytest.mark.parametrize(("accepts", "given"), [("br, gzip", "br"), ("gzip", "gzip"), ("", None)])
def test_each_is_answered_as_it_can_read(app: Flask, accepts: str, given: str | None) -> None:
    for path in ("/static/css/theme.css", "/accessibilite"):
        answer = asked(app, path, accepts)
        assert answer.headers.get("Content-Encoding") == given
        assert "Accept-Encoding" in answer.headers.get("Vary", "")


def test_what_a_browser_has_is_not_sent_again(app: Flask) -> None:
    first = asked(app, "/static/css/theme.css")
    again = app.test_client().get(
        "/static/css/theme.css",
        headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]},
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_file_that_changes_is_seen_and_so_is_what_names_it(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("export const a = 1;")
    (tmp_path / "main.js").write_text('import { a } from "./a.js";')
    assets = Assets(tmp_path)
    before = assets.hashed("main.js")
    found = assets.find(before)
    assert found is not None
    assert assets.hashed("a.js") in found[0].content.decode()
    (tmp_path / "a.js").write_text("export const a = 2;")
    assets.read_again()
    assert assets.hashed("main.js") != before
    assert assets.find(before) is None


def test_no_two_pages_carry_the_same_token_and_each_serves(app: Flask) -> None:
    """The second tab, and the page one comes back to."""
    visitor = Visitor(app).sign_in(factories.person())
    forms = [visitor.get("/mon-compte").form(button="Se déconnecter") for _ in range(3)]
    tokens = [form.fields["csrf_token"][0] for form in forms]
    assert len({token[:20] for token in tokens} | {token[-20:] for token in tokens}) == 6
    assert len({unmasked(token) for token in tokens}) <= 2, "one of a session, signed at an instant"
    data = {"csrf_token": tokens[0], "full_name": "Anne Le Goff", "function": "maire"}
    assert visitor.ask("POST", "/mon-compte/profil", data=data).status_code != 400
    data["csrf_token"] = tokens[1][:-6] + "AAAAAA"
    assert visitor.ask("POST", "/mon-compte/profil", data=data).status_code == 400


@pytest.mark.parametrize("token", ["", "~", "~é", "~AAA", "~" + "A" * 9, "plain", "~____"])
def test_a_broken_mask_hides_nothing_and_breaks_nothing(token: str) -> None:
    assert isinstance(unmasked(token), str)
    assert unmasked(masked(token)) == token
