"""Text is never altered in silence: what a file brings is read, mended and said, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.encodings import Mending, encoding_of
from app.errors import Invalid
from app.sheets import read_sheet

TEXTS = (
    "Besoin d’un cœur de ville numérique pour les élus : coût 12 € à l’année, où ça marche",
    "reference;title;description\n1;Équipement des écoles;Les élèves n'ont pas d'accès à l'école",
    "ref;titre\n1;Sœur Marie\n",
    "a;b\n1;déjà vu à Noël\n2;MAIRIE DE L'ÎLE-D'YEU\n",
    "n°;«oui»\n1;½ journée\n",
    "prix\n12 €\n",
    "a\nL’été, à Pâques\n",
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-15", "cp850", "mac_roman")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_as_it_was_written(text: str, encoding: str) -> None:
    written = text.encode(encoding, "ignore")
    meant = written.decode(encoding)
    assert written.decode(encoding_of(written)).removeprefix("\ufeff") == meant


def test_an_old_way_to_write_is_said(in_french: None) -> None:
    (said,) = read_sheet("titre\nun cœur\n".encode("iso-8859-15")).remarks
    assert "ISO-8859-15" in said
    assert read_sheet("titre\nun cœur\n".encode()).remarks == []


@pytest.mark.parametrize("data", [b"a\n\x00\x01", b"a\n\x81\x8d", bytes(range(256)) * 3])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="reconnaît les caractères"):
        encoding_of(data)


@pytest.mark.parametrize(
    ("brought", "meant"),
    [
        ("Ã‰quipement des Ã©coles", "Équipement des écoles"),
        ("dÃ©jÃ  vu", "déjà vu"),
        ("un cÅ“ur", "un cœur"),
        ("lâ€™Ã©tÃ©", "l’été"),
        ("<p>L&#39;&Eacute;tat</p>", "L'État"),
        ("un<br/>deux", "un\ndeux"),
        ("<ul><li>un</li><li>deux</li></ul>", "– un\n– deux"),
        ('<a href="https://exemple.fr">lien</a>', "lien"),
        ("a<script>alert(1)</script>b", "ab"),
        ("5 &gt; 3 &amp; 2", "5 > 3 & 2"),
    ],
)
def test_what_was_written_twice_or_for_a_page_is_mended(brought: str, meant: str) -> None:
    assert Mending().cell(brought) == meant


@pytest.mark.parametrize(
    "text",
    [
        "R&D, AT&T, &c.",
        "a < b et c > d",
        "x<y>z",
        "<maire@exemple.fr>",
        "TANTÔ… N° 5 «\u00a0ÎLE\u00a0»",
        "São Paulo, Łódź, Ångström",
        "2 <3",
        "&copy sans point-virgule",
    ],
)
def test_what_is_meant_so_stays(text: str) -> None:
    assert Mending().cell(text) == text


@given(st.text(st.sampled_from("aeéèàùçœÉÀ’«» -.,\n"), max_size=60))
def test_french_is_never_mended(text: str) -> None:
    assert Mending().cell(text) == text


def test_mended_cells_are_counted(in_french: None) -> None:
    data = "titre;texte\nÃ©cole;<p>a</p>\nÃ©tude;b\n".encode()
    sheet = read_sheet(data)
    assert [line.cells["titre"] for line in sheet.lines] == ["école", "étude"]
    twice, markup = sheet.remarks
    assert "2 cellules avaient leurs accents codés deux fois" in twice
    assert "Une cellule contenait du code HTML" in markup


def test_a_stray_carriage_return_cuts_no_row(in_french: None) -> None:
    sheet = read_sheet(b"titre;texte\r\nun;deux\rtrois\r\nquatre;cinq\r\n")
    assert [(line.number, dict(line.cells)) for line in sheet.lines] == [
        (2, {"titre": "un", "texte": "deux\ntrois"}),
        (3, {"titre": "quatre", "texte": "cinq"}),
    ]
    (said,) = sheet.remarks
    assert "ligne 2" in said


def test_lines_of_an_old_macintosh_are_lines() -> None:
    assert [line.cells["a"] for line in read_sheet(b"a;b\r1;2\r3;4\r").lines] == ["1", "3"]
