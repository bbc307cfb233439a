"""Which files are taken as a workbook, by their bytes alone."""

import io
import struct
import zipfile
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.domain.workbook_files import (
    OPEN_DOCUMENT,
    WORD_MAIN,
    Fault,
    FileKind,
    FileLimits,
    FileRefusedError,
    kind_of,
)

LIMITS = FileLimits(size=4_000_000, unpacked=1_000_000, parts=50)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
MANIFEST = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{}</m:manifest>'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)


def archive(parts: Mapping[str, str | bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", packed) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return kept.getvalue()


def types(*names: str) -> str:
    return TYPES.format(
        "".join(f'<Override PartName="/p{at}" ContentType="{name}"/>' for at, name in enumerate(names))
    )


def word(**parts: str | bytes) -> bytes:
    return archive({"[Content_Types].xml": types(WORD_MAIN), "word/document.xml": "<w/>"} | parts)


def open_document(**parts: str | bytes) -> bytes:
    return archive(
        {"mimetype": OPEN_DOCUMENT, "content.xml": "<o/>", "META-INF/manifest.xml": MANIFEST.format("")}
        | parts
    )


def relation(kind: str, mode: str) -> str:
    return RELATIONS.format(
        f'<Relationship Id="a" Type="http://x/relationships/{kind}" Target="https://e.org/" '
        f'TargetMode="{mode}"/>'
    )


def fault_of(content: bytes) -> Fault:
    with pytest.raises(FileRefusedError) as refused:
        kind_of(content, LIMITS)
    return refused.value.fault


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PDF, FileKind.PDF), (word(), FileKind.WORD), (open_document(), FileKind.OPEN_DOCUMENT)],
)
def test_a_workbook_is_known_by_its_bytes(content: bytes, kind: FileKind) -> None:
    """MOD-4: PDF, DOCX and ODT are taken, whatever their name says."""
    assert kind_of(content, LIMITS) is kind


def test_a_link_in_the_text_is_no_program() -> None:
    """MOD-4: a Word file that links to the association's site is as good as any."""
    links = {"word/_rels/document.xml.rels": relation("hyperlink", "External")}
    assert kind_of(word(**links), LIMITS) is FileKind.WORD


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.EMPTY),
        (PDF.ljust(LIMITS.size + 1), Fault.TOO_LARGE),
        (b"MZ\x90\x00", Fault.OTHER_KIND),
        (b"<html>%PDF-1.7 %%EOF", Fault.OTHER_KIND),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Fault.OTHER_KIND),
        (archive({"a.txt": "a"}), Fault.OTHER_KIND),
        (archive({"[Content_Types].xml": types("application/x.spreadsheet.main+xml")}), Fault.OTHER_KIND),
        (archive({"mimetype": "application/epub+zip"}), Fault.OTHER_KIND),
        (PDF.replace(b"%%EOF", b""), Fault.DAMAGED),
        (word()[:-30], Fault.DAMAGED),
        (archive({"mimetype": OPEN_DOCUMENT}), Fault.DAMAGED),
        (archive({"[Content_Types].xml": "<Types"}), Fault.DAMAGED),
        (archive({"[Content_Types].xml": types(WORD_MAIN)}, zipfile.ZIP_LZMA), Fault.DAMAGED),
        (
            archive({"[Content_Types].xml": '<!doctype a [<!ENTITY b "c">]>' + types(WORD_MAIN)}),
            Fault.DAMAGED,
        ),
        (word(**{"word/vbaProject.bin": b"\x00"}), Fault.RUNS_PROGRAMS),
        (word(**{"word/embeddings/oleObject1.bin": b"\x00"}), Fault.RUNS_PROGRAMS),
        (word(**{"word/activeX/activeX1.xml": "<a/>"}), Fault.RUNS_PROGRAMS),
        # The same under other names: what they are is said by the relationship, or by the list of types.
        *(
            (word(**{"word/_rels/document.xml.rels": relation(kind, "Internal")}), Fault.RUNS_PROGRAMS)
            for kind in ("oleObject", "package", "control", "vbaProject")
        ),
        (
            archive({"[Content_Types].xml": types(WORD_MAIN, "application/vnd.ms-office.vbaProject")}),
            Fault.RUNS_PROGRAMS,
        ),
        (
            word(**{"word/_rels/settings.xml.rels": relation("attachedTemplate", "External")}),
            Fault.RUNS_PROGRAMS,
        ),
        (
            archive(
                {
                    "[Content_Types].xml": types(
                        WORD_MAIN, "application/vnd.ms-word.document.macroEnabled.main+xml"
                    )
                }
            ),
            Fault.RUNS_PROGRAMS,
        ),
        (open_document(**{"Basic/Standard/Module1.xml": "<a/>"}), Fault.RUNS_PROGRAMS),
        (open_document(**{"Scripts/python/a.py": "pass"}), Fault.RUNS_PROGRAMS),
        (open_document(**{"Object 1/content.xml": "<a/>"}), Fault.RUNS_PROGRAMS),
        (
            open_document(**{"META-INF/manifest.xml": MANIFEST.format("<m:encryption-data/>")}),
            Fault.LOCKED,
        ),
        (word(**{"word/media/a.bmp": b"\x00" * LIMITS.unpacked}), Fault.UNPACKS_TOO_FAR),
        (word(**{f"word/{at}.xml": "<a/>" for at in range(LIMITS.parts)}), Fault.UNPACKS_TOO_FAR),
    ],
)
def test_a_file_is_refused_for_what_it_is(content: bytes, fault: Fault) -> None:
    """MOD-4, SAF-3: what is no workbook, could run, or never ends unpacking is refused, and says why."""
    assert fault_of(content) is fault


def test_an_archive_that_lies_about_its_sizes_is_found_out() -> None:
    """MOD-4: a part that unpacks to more than its archive says is refused, however small it says it is."""
    bomb = bytearray(word(**{"word/media/a.bmp": b"\x00" * 2 * LIMITS.unpacked}))
    listed = bomb.index(b"PK\x01\x02", bomb.rindex(b"word/media/a.bmp") - 60)
    struct.pack_into("<I", bomb, listed + 24, 10)
    assert fault_of(bytes(bomb)) in (Fault.DAMAGED, Fault.UNPACKS_TOO_FAR)


def test_two_parts_of_one_name_are_refused() -> None:
    """MOD-4: where readers would differ about which part counts, none is believed."""
    kept = io.BytesIO(word())
    with zipfile.ZipFile(kept, "a") as written, pytest.warns(UserWarning, match="Duplicate"):
        written.writestr("[Content_Types].xml", types(WORD_MAIN))
    assert fault_of(kept.getvalue()) is Fault.DAMAGED


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_damage_anywhere_is_an_answer_and_never_a_crash(data: st.DataObject) -> None:
    """MOD-4: whatever bytes arrive, they are taken or refused with a reason."""
    content = bytearray(data.draw(st.sampled_from([PDF, word(), open_document()])))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FileRefusedError):
        assert kind_of(bytes(content), LIMITS) in FileKind
