"""What people at a browser do not let pass."""

from __future__ import annotations

import pytest

from app.phases import Phase
from tests.browser.conftest import Comes, at_both_widths
from tests.support import factories as make

pytestmark = pytest.mark.browser
ADD = "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)"


@at_both_widths
@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<svg width='900' height='9'></svg>", "px too wide"),
        ("<h1>Un autre titre</h1>", "Un autre titre"),
        ("<input name='sans-nom'>", "label"),
        ("<p><a href='/' class='btn-primary'></a></p>", "link-name"),
        ("<img alt='' src='http://ailleurs.invalid/image.png'>", "ailleurs.invalid"),
        ("<p style='color: red'>Rouge</p>", "Content Security Policy"),
    ],
)
def test_a_fault_of_a_page_is_seen(comes: Comes, html: str, complaint: str) -> None:
    make.consultation(phase=Phase.COLLECTION)
    someone = comes()
    someone.goto("/donnees-personnelles")
    someone.page.evaluate(ADD, html)
    with pytest.raises(AssertionError, match=complaint):
        someone.look()


def test_a_complaint_of_a_script_is_heard(comes: Comes) -> None:
    someone = comes()
    someone.goto("/donnees-personnelles")
    someone.page.evaluate("console.error('quelque chose manque')")
    with pytest.raises(AssertionError, match="quelque chose manque"):
        someone.look()


def test_another_answer_than_the_expected_one_is_noticed(comes: Comes) -> None:
    someone = comes()
    with pytest.raises(AssertionError, match="answered 404, not 200"):
        someone.goto("/nulle-part")
