"""Whether a text speaks of the national certification exam, with which mentors do not help (MOD-31)."""

import re
import unicodedata
from typing import Final

NAMES: Final = re.compile(r"\b(?:notce|enae)\b")
# An exam of the profession, in the words that people have for it; an examination of a client is none.
EXAMS: Final = re.compile(
    r"\b(?:national|certification|certifying|licens(?:ing|ure)|registration|board|caot|cotfc|acote)"
    r"(?: \w+){0,3} exam(?:s|ination|inations)?\b"
    r"|\bexam(?:s|ination|inations)? (?:for|of|to) (?:\w+ ){0,2}(?:certification|licen[cs]ure|registration)\b"
    r"|\b(?:stud(?:y|ying) for|prepar(?:e|ing) for|pass(?:ing)?|retak(?:e|ing)) (?:the|my|an|our)"
    r" exam(?:s|inations?)?\b"
    r"|\b(?:etudier?|preparer?|passer|reussir|reprendre) (?:pour )?(?:l|mon|un|cet|mes|les) examens?\b(?! d)"
    r"|\bexamens? (?:\w+ ){0,3}(?:nationa(?:l|ux)|attestation|certification|agrement|permis|ordre|acote)\b"
)


def speaks_of_exam(*texts: str) -> bool:
    """Return whether any of these texts, English or French, names the exam or describes it (MOD-31)."""
    return any(NAMES.search(text) or EXAMS.search(text) for text in map(_folded, texts))


def _folded(text: str) -> str:
    """Return a text in lower case without accents or signs, its words one space apart."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(re.findall(r"\w+", letters))
