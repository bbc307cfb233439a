"""The index of the mentors whom members see besides, as the directory's script reads it.

The same for everybody who may have it, so it is made once for a release and what was taken back since.
"""

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from mentoring.content import Wording
from mentoring.domain.members import MembersIndex, Withdrawn
from mentoring.domain.profile import IDENTITY_FIELDS

VERSION: Final = 2
MOST_KEPT: Final = 4  # two languages, and the release that goes while another comes
QUICKLY: Final = 5  # of gzip's nine levels: the last percent costs more than the line


class MembersAnswers:
    """The answers that were made last."""

    def __init__(self) -> None:
        self._kept: dict[tuple[MembersIndex, Withdrawn, str], bytes] = {}

    def answer(
        self, index: MembersIndex, withdrawn: Withdrawn, wording: Wording, headers: Mapping[str, str]
    ) -> Response[str]:
        """Return the index as an answer, compressed where the browser takes that."""
        packed = self._packed(index, withdrawn, wording)
        is_taken = "gzip" in headers.get("accept-encoding", "")
        answer = Response(
            status_code=200,
            content_type="application/json",
            # As text: the event handler would take bytes for something that is still to be written as JSON.
            body=b64encode(packed).decode() if is_taken else gzip.decompress(packed).decode(),
            headers={"Vary": "Accept-Encoding"} | ({"Content-Encoding": "gzip"} if is_taken else {}),
        )
        answer.base64_encoded = is_taken
        return answer

    def _packed(self, index: MembersIndex, withdrawn: Withdrawn, wording: Wording) -> bytes:
        key = (index, withdrawn, wording.language)
        if key not in self._kept:
            made = _answer(index.without(withdrawn), wording)
            text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
            if len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = gzip.compress(text.encode(), QUICKLY, mtime=0)
        return self._kept[key]


def _answer(index: MembersIndex, wording: Wording) -> dict[str, Any]:
    return {
        "version": VERSION,
        "public": index.public,
        "mentors": index.rows,
        "places": index.places,
        "identity": index.identity,
        "numbers": index.numbers,
        "facets": {name: _facet(index, name, wording) for name in IDENTITY_FIELDS},
    }


def _facet(index: MembersIndex, name: str, wording: Wording) -> dict[str, Any]:
    """Return a question's name and the words for the answers of its list that somebody shares."""
    given = {answer for shared in index.identity.values() for answer in shared.get(name, ())}
    terms = [
        [term.id, term.labels[wording.language]] for term in wording.vocabulary(name) if term.id in given
    ]
    return {"name": wording.t(f"members.field.{name}"), "terms": terms}
