"""Forms with files, as browsers send them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.handlers.multipart import UnreadableMultipartError, is_multipart, read_multipart

TYPE = "multipart/form-data; boundary=----WebKitFormBoundary7MA4"
LINE = b"------WebKitFormBoundary7MA4"


def sent(*parts: tuple[bytes, bytes], end: bytes = b"--\r\n") -> bytes:
    """A body of parts, each with what stands behind `form-data; `."""
    made = (
        LINE + b"\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + content + b"\r\n"
        for head, content in parts
    )
    return b"".join(made) + LINE + end


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_a_file_arrives_as_it_was(content: bytes) -> None:
    """MOD-4: whatever its bytes are, line ends of every kind included."""
    body = sent((b'name="token"', b"a\r\nb"), (b'name="file"; filename="x.pdf"', content))
    pairs, files = read_multipart(TYPE, body)
    assert pairs == [("token", "a\r\nb")]
    assert files["file"].content == content


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('filename="Mon cahier – été.docx"', "Mon cahier – été.docx"),
        ('filename="a %22b%22.pdf"', 'a "b".pdf'),
        ('filename="50 %.pdf"', "50 %.pdf"),
        ('filename="a;b.pdf"', "a;b.pdf"),
    ],
)
def test_a_files_name_is_read_as_browsers_write_it(head: str, name: str) -> None:
    """MOD-4: UTF-8 as it is, quotation marks as HTML says."""
    _, files = read_multipart(TYPE, sent((f'name="file"; {head}'.encode(), b"x")))
    assert files["file"].name == name


def test_no_file_chosen_is_no_file() -> None:
    """MOD-4: a browser sends an empty one without a name."""
    pairs, files = read_multipart(TYPE, sent((b'name="file"; filename=""', b"")))
    assert (pairs, files) == ([], {})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"------WebKitFormBoundary7MA4",
        sent((b'name="file"; filename="x"', b"x"), end=b""),
        sent((b'filename="x"', b"x")),
        sent((b'name="said"', b"\xff")),
        LINE + b"\r\nno head" + LINE + b"--",
    ],
)
def test_what_is_cut_short_is_refused(body: bytes) -> None:
    """SAF-2: half a form does nothing."""
    with pytest.raises(UnreadableMultipartError):
        read_multipart(TYPE, body)


def test_a_long_head_is_read_in_no_time() -> None:
    """SAF-2: a head of megabytes, which anybody may send, takes no longer than as many bytes of a file."""
    head = b'filename="' + b";" * 2_000_000 + b'"; name="file'
    _, files = read_multipart(TYPE, sent((head + b'"', b"x"), (head + b"; " * 500_000 + b'"', b"x")))
    assert files["file"].content == b"x"


def test_other_forms_have_no_files() -> None:
    """SAF-2: the kind is read from the head alone, and a boundary must be there."""
    assert is_multipart("Multipart/Form-Data; boundary=x")
    assert not is_multipart("application/x-www-form-urlencoded")
    with pytest.raises(UnreadableMultipartError):
        read_multipart("multipart/form-data", sent())
