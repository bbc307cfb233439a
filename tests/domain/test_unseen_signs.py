"""Signs that nobody sees."""

import sys
import unicodedata

from mentoring.domain.unseen_signs import UNSEEN, seen


def test_what_the_table_names_is_all_that_unicode_calls_format() -> None:
    """DIR-17: none of them keeps an address or a number from being found."""
    signs = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    assert set(UNSEEN.findall(signs)) >= {sign for sign in signs if unicodedata.category(sign) == "Cf"}
    assert {unicodedata.category(sign) for sign in UNSEEN.findall(signs)} <= {"Cf", "Cn"}
    assert seen("Zoé\u200b 🙂") == "Zoé 🙂"
