"""What kind of file a workbook is, read from its bytes alone: its name proves nothing (MOD-4).

PDF (ISO 32000), Word (ECMA-376) and OpenDocument text (ISO 26300). A file is kept as it came and handed out
as an attachment only; what is refused here is what could run when somebody opens it, or never ends unpacking.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from xml.etree import ElementTree

WORD_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument.text"
CONTENT_TYPES: Final = "[Content_Types].xml"
# Programs and foreign objects, by where the two formats keep them.
RUNS: Final = ("vbaproject", "vbadata", "/activex/", "/embeddings/", "basic/", "scripts/", "object ")
RUNS_AS: Final = ("macroenabled", "vba", "oleobject", "activex")  # in the name of a type
RUN: Final = ("vbaproject", "oleobject", "package", "control", "activexcontrolbinary")
REMOTE: Final = ("attachedtemplate", "frame", "subdocument", "mailmergesource", "mailmergeheadersource")
"""Relationships to what runs, wherever it is kept; and to what is fetched from elsewhere."""
LONGEST_LIST: Final = (
    1_000_000  # bytes of a list of parts or of relationships; those of real files have a few KB
)
PDF_END: Final = 2_048  # bytes in which a PDF names its end
ENCRYPTED: Final = 0x1
PACKED: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # all that both formats know
CHUNK: Final = 65_536


class FileKind(StrEnum):
    """What a workbook may be; the value is the extension that it is kept under."""

    PDF = "pdf"
    WORD = "docx"
    OPEN_DOCUMENT = "odt"


class Fault(StrEnum):
    """Why a file is not taken. Each has a sentence in the wording that says what to do."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    OTHER_KIND = "other-kind"
    DAMAGED = "damaged"
    LOCKED = "locked"
    RUNS_PROGRAMS = "runs-programs"
    UNPACKS_TOO_FAR = "unpacks-too-far"


class FileRefusedError(Exception):
    """A file that is not taken as a workbook."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"the file is refused: {fault}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How large a file may be, in bytes: as it came, and unpacked; and how many parts it may have."""

    size: int
    unpacked: int
    parts: int


def kind_of(content: bytes, limits: FileLimits) -> FileKind:
    """Return what kind of workbook this is. Raises FileRefusedError."""
    if not content:
        raise FileRefusedError(Fault.EMPTY)
    if len(content) > limits.size:
        raise FileRefusedError(Fault.TOO_LARGE)
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _archive(content, limits)
    raise FileRefusedError(Fault.OTHER_KIND)


def _pdf(content: bytes) -> FileKind:
    if b"%%EOF" not in content[-PDF_END:]:
        raise FileRefusedError(Fault.DAMAGED)
    return FileKind.PDF


def _archive(content: bytes, limits: FileLimits) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _unpack(archive, limits)
            kind = _kind_of_parts(archive)
            _refuse_programs(archive)
            return kind
    # What a damaged archive raises depends on where the damage is.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise FileRefusedError(Fault.DAMAGED) from error


def _unpack(archive: zipfile.ZipFile, limits: FileLimits) -> None:
    """Read every part to its end: what an archive says of its own sizes proves nothing."""
    parts = archive.infolist()
    if len(parts) > limits.parts:
        raise FileRefusedError(Fault.UNPACKS_TOO_FAR)
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise FileRefusedError(Fault.LOCKED)
    # Other ways of packing ask for as much memory as they say, and have errors of their own.
    if any(part.compress_type not in PACKED for part in parts):
        raise FileRefusedError(Fault.DAMAGED)
    left = limits.unpacked
    for part in parts:
        with archive.open(part) as opened:
            while chunk := opened.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise FileRefusedError(Fault.UNPACKS_TOO_FAR)


def _kind_of_parts(archive: zipfile.ZipFile) -> FileKind:
    names = set(archive.namelist())
    if len(names) < len(archive.infolist()):
        raise FileRefusedError(Fault.DAMAGED)  # two parts of one name: readers differ about which counts
    if "mimetype" in names:
        if archive.read("mimetype") != OPEN_DOCUMENT:
            raise FileRefusedError(Fault.OTHER_KIND)
        if _is_locked(archive):
            raise FileRefusedError(Fault.LOCKED)
        return FileKind.OPEN_DOCUMENT
    if CONTENT_TYPES not in names:
        raise FileRefusedError(Fault.OTHER_KIND)
    types = {each.get("ContentType", "") for each in _elements(archive, CONTENT_TYPES)}
    if any(mark in each.lower() for each in types for mark in RUNS_AS):
        raise FileRefusedError(Fault.RUNS_PROGRAMS)
    if WORD_MAIN not in types:
        raise FileRefusedError(Fault.OTHER_KIND)
    return FileKind.WORD


def _is_locked(archive: zipfile.ZipFile) -> bool:
    if "META-INF/manifest.xml" not in archive.namelist():
        raise FileRefusedError(Fault.DAMAGED)
    return any(each.tag.endswith("}encryption-data") for each in _elements(archive, "META-INF/manifest.xml"))


def _refuse_programs(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        path = "/" + name.lower().replace("\\", "/")
        if not path.endswith("/") and any(_is_in(path, each) for each in RUNS):
            raise FileRefusedError(Fault.RUNS_PROGRAMS)
        if path.endswith(".rels") and any(_may_run(each) for each in _elements(archive, name)):
            raise FileRefusedError(Fault.RUNS_PROGRAMS)


def _is_in(path: str, mark: str) -> bool:
    return mark in path if mark.startswith("/") else f"/{mark}" in path


def _may_run(relation: ElementTree.Element) -> bool:
    """A program or a foreign object runs once opened; a template at another address may, once fetched."""
    kind = relation.get("Type", "").rpartition("/")[2].lower()
    is_remote = relation.get("TargetMode", "").lower() == "external"
    return kind in RUN or (is_remote and kind in REMOTE)


def _elements(archive: zipfile.ZipFile, name: str) -> list[ElementTree.Element]:
    content = archive.read(name)
    if len(content) > LONGEST_LIST:
        raise FileRefusedError(Fault.UNPACKS_TOO_FAR)
    # Neither format has entities of its own; a document type is there to make a reader work without end.
    if b"\x00" in content or b"<!DOCTYPE" in content.upper():
        raise FileRefusedError(Fault.DAMAGED)
    try:
        return list(ElementTree.fromstring(content).iter())  # noqa: S314 - short, and without entities
    except ElementTree.ParseError as error:
        raise FileRefusedError(Fault.DAMAGED) from error
