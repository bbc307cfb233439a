"""What counts as speaking of the national certification exam, and what does not."""

import pytest

from mentoring.domain.exam_words import speaks_of_exam

SPEAK = [
    "I am studying for the NOTCE",
    "Je prépare l’ENAE",
    "the notce.",
    "the national exam",
    "National Occupational Therapy Certification Examination",
    "I write my certification exam in July",
    "help with the licensing exam",
    "my CAOT exams",
    "the exam for certification",
    "the registration\nexamination",
    "l’Examen national d’attestation en ergothérapie",
    "EXAMEN DE CERTIFICATION",
    "l'examen d'attestation",
    "l’examen de l’Ordre",
    "les examens d’agrément",
    "How do I study for the exam?",
    "passing my exam in July",
    "je prépare l’examen, seule",
    "J’étudie pour mon examen",
]
SILENT = [
    "",
    "I give notice of a physical examination",
    "examine my goals, with examples",
    "I work at a national level",
    "certification in hand therapy",
    "I prepare the examination of a client; the patient exam",
    "je prépare l’examen d’un client",
    "un examen clinique, un examen de la vue",
    "l’examen des besoins de la clientèle",
    "une attestation de formation",
    "a board member",
    "notched, notcely",
    "on board; later, and after much thought, we examine",
]


@pytest.mark.parametrize("text", SPEAK)
def test_the_exam_is_recognised(text: str) -> None:
    """MOD-31: by its names, and in the words that people have for it, in English and in French."""
    assert speaks_of_exam("Hello", text)


@pytest.mark.parametrize("text", SILENT)
def test_other_examinations_are_none(text: str) -> None:
    """MOD-31: nobody is warned who speaks of examining a client, or of another certificate."""
    assert not speaks_of_exam(text)


def test_a_long_text_is_read_at_once() -> None:
    """Many words that nearly match cost no more than a moment: this ends."""
    assert not speaks_of_exam("national certification " * 20_000)
