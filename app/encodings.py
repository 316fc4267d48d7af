"""How a text was written: found, mended where it was written twice, and never in silence."""

from __future__ import annotations

import html
import io
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from flask_babel import gettext as _
from flask_babel import ngettext
from ftfy import fix_encoding

from app.errors import N_, Invalid

# What tells how a text is written, and what is decoded at a time.
SAMPLE = 100_000
# Tried in this order where none is likelier: those of Windows, of Unix, of DOS, of old Macs.
_OLD = {
    "cp1252": "Windows-1252",
    "iso-8859-15": "ISO-8859-15",
    "cp850": "DOS (850)",
    "mac_roman": "Macintosh",
}
_LOWER = frozenset("àâäçéèêëîïôöùûüÿœæñ")
_UPPER = frozenset("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆÑ")
_MARKS = frozenset("«»–—…€°·№™§“”„•©®½¼¾²³\u00a0\u202f")
_APOSTROPHES = frozenset("’‘")


def encoding_of(data: bytes) -> str:
    """How a text is written, the likeliest in French. Raises Invalid for what is no text."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig",):
        if _reads(data, encoding):
            return encoding
    if not marked:
        likely = {name: _likeness(data, name) for name in _OLD if _reads(data, name)}
        best = max(likely, key=lambda name: likely[name], default="")
        if best and likely[best] >= 0:
            return best
    raise Invalid(
        N_("Le fichier n’est ni un classeur XLSX, ni un CSV dont on reconnaît les caractères."),
        way_out=N_("Enregistrez-le depuis votre tableur au format « CSV UTF-8 »."),
    )


def encoding_remark(encoding: str) -> str:
    """What to say of a file that is not written as files are today; nothing of the others."""
    name = _OLD.get(encoding)
    return (
        _("Le fichier est lu comme du texte %(name)s : vérifiez ses accents.", name=name)
        if name
        else ""
    )


def _reads(data: bytes, encoding: str) -> bool:
    """Whether a text may be written so: its bytes say something, and it has no sign of files."""
    pieces = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    with suppress(UnicodeError):
        return all("\0" not in piece for piece in iter(partial(pieces.read, SAMPLE), ""))
    return False


def _likeness(data: bytes, encoding: str) -> int:
    """How much the accents of a text, read so, look like those of French."""
    text = f" {data.decode(encoding, 'replace')} "
    return sum(
        times * _weight(*around)
        for around, times in Counter(
            (before, sign, after)
            for before, sign, after in zip(text, text[1:], text[2:], strict=False)
            if sign > "\x7e" or (sign < " " and sign not in "\t\r\n\f")
        ).items()
    )


def _weight(before: str, sign: str, after: str) -> int:
    within = before.isalpha() and after.isalpha()
    alone = not before.isalpha() and not after.isalpha()
    if alone and sign in _LOWER | _UPPER:
        return 2 if sign in "àÀ" else -1
    if sign in _LOWER:
        return 2
    if sign in _UPPER:
        # « DÉPART » and « Église », not « dÉpart » nor « DÉpart ».
        return -4 if before.islower() or (before.isalpha() and after.islower()) else 2
    if sign in _APOSTROPHES:
        return 2 if within else 0
    if sign in _MARKS:
        return -4 if within else 1
    return -3 if sign.isprintable() else -10


_TAG = re.compile(
    r"</?(?:p|br|div|span|b|i|u|em|strong|small|font|ul|ol|li|a|h[1-6]|table|tbody|tr|td|th|"
    r"blockquote|sup|sub|img|hr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_ITEM = re.compile(r"<li(?:\s[^<>]*)?>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6]|blockquote)>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_TWICE = re.compile("[ÃÂâÅ][^\x00-\x7f]|Ã ")
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")


class Mending:
    """Mends the cells of a table one by one, and says what was mended."""

    def __init__(self) -> None:
        self._twice = self._markup = 0

    def cell(self, text: str) -> str:
        """A cell as it was meant: encoded once, without tags nor the codes of their language."""
        if _TWICE.search(text) and (mended := fix_encoding(text)) != text:
            self._twice += 1
            text = mended
        if ("<" in text or "&" in text) and (mended := _without_markup(text)) != text:
            self._markup += 1
            text = mended
        return text

    def remarks(self) -> Sequence[str]:
        """What was mended, a sentence for each kind."""
        said = []
        if self._twice:
            said.append(
                ngettext(
                    "Une cellule avait ses accents codés deux fois (« Ã© » pour « é ») : "
                    "ils sont rétablis.",
                    "%(num)d cellules avaient leurs accents codés deux fois (« Ã© » pour « é ») : "
                    "ils sont rétablis.",
                    self._twice,
                )
            )
        if self._markup:
            said.append(
                ngettext(
                    "Une cellule contenait du code HTML (« <p> », « &eacute; ») : "
                    "seul son texte est gardé.",
                    "%(num)d cellules contenaient du code HTML (« <p> », « &eacute; ») : "
                    "seul leur texte est gardé.",
                    self._markup,
                )
            )
        return said


def _without_markup(text: str) -> str:
    """The text of a page: « a < b » and « R&D » are no tags nor codes, and stay."""
    if _TAG.search(text) or _HIDDEN.search(text):
        text = _ITEM.sub("– ", _BREAK.sub("\n", _HIDDEN.sub("", text)))
        text = _BLANK_LINES.sub("\n\n", _TAG.sub("", text)).strip()
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)
