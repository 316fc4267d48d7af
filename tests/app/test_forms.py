"""Forms that several features share."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from app.forms import VersionField


class _Carrying(Form):
    seen = VersionField()


@pytest.mark.parametrize(
    ("sent", "version"),
    [
        ("12", 12),
        ("", None),
        ("douze", None),
        ("2021-05-01T00:00:00+00:00", None),
        ("9" * 5000, None),
    ],
)
def test_a_form_carries_a_version_or_nothing_and_never_refuses_it(
    sent: str, version: int | None
) -> None:
    form = _Carrying(MultiDict({"seen": sent}))
    assert (form.validate(), form.seen.data) == (True, version)
    assert _Carrying(MultiDict()).seen.data is None


def test_a_version_is_unseen_and_the_one_given_last_is_carried() -> None:
    form = _Carrying(MultiDict({"seen": "12"}))
    assert form.seen(id=False) == '<input name="seen" type="hidden" value="12">'
    form.seen.data = 13
    assert 'value="13"' in form.seen()
    form.seen.data = None
    assert 'value=""' in form.seen()
