"""What a spreadsheet would compute instead of showing, kept a text."""

from __future__ import annotations

import re

# What makes a spreadsheet compute a cell instead of showing it, and what is taken for the same.
_EQUALS, _PLUSES, _MINUSES, _ATS = "=＝﹦⁼₌", "+＋﹢⁺₊", "-－﹣−⁻₋", "@＠﹫"
_SIGNS = re.escape(_EQUALS + _PLUSES + _MINUSES + _ATS)
# What a reader may pass over before it computes: blanks, marks that do not show, quotes.
_UNSEEN = (
    r" \"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\u1680"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
)
# Where a cell begins for whoever cuts the file on another sign than it was written with, for the
# quotes then protect nothing.
_CUTS = r",|\t\r\n"
_BEGINS = rf"(?:^|(?<=[{_CUTS}]))"
# An apostrophe that was there already receives another, so that what is taken off is what was put.
_LIVE = re.compile(rf"{_BEGINS}(?='*[{_UNSEEN}]*[{_SIGNS}])|^(?='*[{_UNSEEN}]*[\t\r\n])")
_ARMED = re.compile(rf"{_BEGINS}'(?='*[{_UNSEEN}]*[{_SIGNS}])|^'(?='*[{_UNSEEN}]*[\t\r\n])")
_BULLET = re.compile(r"^([ \t]*)-(?=[ \t\u00a0])", re.MULTILINE)


def armed(text: str) -> str:
    """A text that no spreadsheet computes, in a file of separated values.

    An apostrophe goes before what it would take for a formula, within the text too: one set for
    commas would cut it there. The hyphens of a list become dashes.
    """
    return _LIVE.sub("'", _BULLET.sub(r"\1–", text))


def disarmed(text: str) -> str:
    """A text as it was before it was `armed`, its dashes aside."""
    return _ARMED.sub("", text) if "'" in text else text
