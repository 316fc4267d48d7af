"""How names are compared: what accents, case, hyphens and small words leave of them."""

from __future__ import annotations

import re
import unicodedata

# "lez", « near », is written les, lès or lez for the same place.
_SAME = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "lez": "les"}
SAINTS = frozenset({"st", "ste", "sts", "stes"})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"})
_ACCENTS = re.compile("[\u0300-\u036f]")
_WORDS = re.compile("[a-z0-9]+")
# « C.C. », « M. E. L. », « C.C.P.V »
_DOTTED = re.compile(r"\b(?:[a-z]\. ?)+[a-z]\.|\b(?:[a-z]\.)+[a-z](?![\w'’.])", re.IGNORECASE)
_ELISION = re.compile(r"\b([ld]) ")
SMALL_WORDS = frozenset({"le", "la", "les", "l", "du", "de", "des", "d"})
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def plain(name: str) -> str:
    """Lower case, no accent, no ligature, initials without dots, every other sign a space."""
    undotted = _DOTTED.sub(lambda initials: re.sub("[. ]", "", initials[0]) + " ", name)
    decomposed = unicodedata.normalize("NFKD", undotted.translate(_LIGATURES))
    letters = _ACCENTS.sub("", decomposed).casefold()
    letters = letters.replace(" s/s ", " sous ").replace(" s/", " sur ")
    return " ".join(_WORDS.findall(letters))


def search_key(name: str) -> str:
    """A name as it is compared: accents, case, hyphens and "St" for "Saint" make no difference."""
    return " ".join(_SAME.get(word, word) for word in plain(name).split())


def without_elisions(key: str) -> str:
    """A search key as it is typed without apostrophes: "val doise", "lhay les roses"."""
    return _ELISION.sub(r"\1", key)


def bare_key(key: str) -> str:
    """A search key without its articles and prepositions: « La Réunion » is « Réunion »."""
    return " ".join(word for word in key.split() if word not in SMALL_WORDS)
