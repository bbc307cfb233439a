"""What the sources and the requirements say stands on the pages, in both languages."""

from typing import Any

import pytest

NO_BREAK = "\u00a0"

# (requirement, page, what it says in English, what it says in French)
FACTS: list[tuple[str, str, tuple[str, ...], tuple[str, ...]]] = [
    ("ELI-3", "find-a-mentor", ("everyone with an active membership",), ("dont l’adhésion est active",)),
    (
        "ELI-4",
        "eligibility",
        ("Provisional Associate", "Contact us first"),
        ("Personne associée (statut provisoire)", "Écrivez-nous d’abord"),
    ),
    ("ELI-6", "resources", ("every active membership",), ("toute adhésion active",)),
    (
        "ELI-9",
        "eligibility",
        (
            "If you are a…",
            "Support Worker Associate",
            "50% off the membership fee",
            "does not apply to the fee of",
        ),
        ("Votre situation", "réussi l’ENAE", "50 % sur la cotisation", "ne s’applique pas aux frais"),
    ),
    ("ELI-9", "questions", ("50% off the membership fee",), ("50 % sur la cotisation",)),
    ("DIR-3", "find-a-mentor", ("These questions are optional",), ("Ces questions sont facultatives",)),
    ("DIR-4", "privacy", ("starts at the most private choice",), ("part du choix le plus confidentiel",)),
    (
        "DIR-5",
        "terms-of-use",
        ("Version 2026-01, in force since",),
        ("Version 2026-01, en vigueur depuis le",),
    ),
    ("DIR-5", "confidentiality", ("January 1, 2026",), ("1er janvier 2026",)),
    ("DIR-5", "rules-of-engagement", ("January 1, 2026",), ("1er janvier 2026",)),
    (
        "DIR-7",
        "find-a-mentor",
        ("“Currently not taking on new mentees”",),
        ("nouvelles personnes mentorées",),
    ),
    ("DIR-8", "find-a-mentor", ("comes off the site at once",), ("disparaît aussitôt du site",)),
    ("DIR-9", "questions", ("As many as their time allows",), ("Autant que votre temps le permet",)),
    (
        "DIR-10",
        "resources",
        ("a workbook and a guide. We encourage every mentor",),
        ("un cahier de travail et un guide. Nous vous encourageons à remplir le cahier",),
    ),
    (
        "DIR-19",
        "find-a-mentor",
        ("5 open requests", "After 7 days", "After 14 days"),
        ("5 demandes en cours", "Après 7 jours", "Après 14 jours"),
    ),
    (
        "DIR-21",
        "find-a-mentor",
        ("otmentor@caot.ca", "something worries you"),
        ("otmentor@caot.ca", "préoccupe"),
    ),
    ("DIR-21", "contact", ("otmentor@caot.ca", "concern"), ("otmentor@caot.ca", "préoccupation")),
    (
        "MOD-1",
        "resources",
        ("“An introduction to mentorship” and “Developing goals”", "“Preparation for mentors”", "captions"),
        ("Introduction au mentorat", "Définir ses objectifs", "offrir du mentorat", "sous-titres"),
    ),
    (
        "MOD-3",
        "mentorship-on-demand",
        ("$99.00 plus tax", "Mentors pay nothing", "$111.87", "$112.86", "there is nothing to pay"),
        (
            "99,00 $, plus les taxes",
            "Les mentors et mentores ne paient rien",
            "111,87 $",
            "112,86 $",
            "rien à payer",
        ),
    ),
    ("MOD-4", "mentorship-on-demand", ("until we have it",), ("avant de l’avoir reçu",)),
    (
        "MOD-6",
        "cancel-and-refund",
        (
            "You ask in writing",
            "within 48 hours after your purchase",
            "50% of the fee and 50% of the tax",
            "exactly 48 hours after the purchase is in time",
            "not yet received your workbook",
            "a second person approves it",
            "$55.94",
            "$56.43",
        ),
        (
            "demande par écrit",
            "dans les 48 heures suivant l’achat",
            "50 % des frais et 50 % des taxes",
            "exactement 48 heures après l’achat arrive à temps",
            "pas encore reçu votre cahier",
            "une deuxième personne l’approuve",
            "55,94 $",
            "56,43 $",
        ),
    ),
    (
        "MOD-8",
        "mentorship-on-demand",
        ("Within 5 business days of receiving your workbook",),
        ("Dans les 5 jours ouvrables suivant la réception de votre cahier",),
    ),
    ("MOD-9", "mentorship-on-demand", ("your 3 choices in order",), ("vos 3 choix par ordre",)),
    (
        "MOD-10",
        "mentorship-on-demand",
        ("Within 3 business days of receiving your choices",),
        ("Dans les 3 jours ouvrables suivant la réception de vos choix",),
    ),
    ("MOD-11", "mentorship-on-demand", ("10 business days after",), ("10 jours ouvrables après",)),
    ("MOD-12", "cancel-and-refund", ("look for another mentor first",), ("cherchons d’abord quelqu’un",)),
    ("MOD-14", "mentorship-on-demand", ("bank for 6 months", "30 days before"), ("6 mois", "30 jours avant")),
    ("MOD-16", "mentorship-on-demand", ("Make an agreement",), ("Concluez une entente",)),
    (
        "MOD-17",
        "mentorship-on-demand",
        (" 1 2 1 2 2 1 3 2 1 4 1 As you like 5 1 As you like 6 1 As you like ",),
        (" 1 2 1 2 2 1 3 2 1 4 1 À votre choix 5 1 À votre choix 6 1 À votre choix ",),
    ),
    ("MOD-20", "mentorship-on-demand", ("The end date moves",), ("La date de fin est reportée",)),
    (
        "MOD-22",
        "mentorship-on-demand",
        ("certificate of completion", "one free Practice Evidence Webinar"),
        ("reçoit un certificat", "Practice Evidence Webinar"),
    ),
    (
        "MOD-24",
        "receipts",
        ("My purchases", "tax registration number"),
        ("Mes achats", "numéro d’inscription"),
    ),
    (
        "MOD-26",
        "no-emails",
        ("1-800-434-2268, extension 222", "@caot.ca", "junk"),
        ("1-800-434-2268, poste 222", "@caot.ca", "indésirable"),
    ),
    ("MOD-27", "mentorship-on-demand", ("in English and in French",), ("en français et en anglais",)),
    ("MOD-28", "mentorship-on-demand", ("is day zero",), ("est le jour zéro",)),
    ("MOD-31", "mentorship-on-demand", ("not a source of study material", "(NOTCE)"), ("ENAE",)),
    ("MOD-31", "find-a-mentor", ("not a way to prepare for the national certification exam",), ("l’examen",)),
    ("MOD-31", "questions", ("is not for study material",), ("matériel d’étude",)),
    ("MOD-31", "terms-of-use", ("(NOTCE)",), ("(ENAE)",)),
]


@pytest.mark.parametrize(
    ("requirement", "page", "english", "french"), FACTS, ids=[f"{fact[0]}-{fact[1]}" for fact in FACTS]
)
def test_page_carries_the_fact(
    pages: Any, requirement: str, page: str, english: tuple[str, ...], french: tuple[str, ...]
) -> None:
    """ELI-9, DIR-21, MOD-1, MOD-3, MOD-6, MOD-27, MOD-31 and more: what the table says stands on the page."""
    for language, facts in (("en", english), ("fr", french)):
        read = pages.text(page, language).replace(NO_BREAK, " ")
        assert [fact for fact in facts if fact not in read] == [], requirement


@pytest.mark.parametrize(
    ("page", "vocabulary"),
    [
        ("find-a-mentor", "topics"),
        ("questions", "topics"),
        ("mentorship-on-demand", "facilitated-topics"),
        ("questions", "facilitated-topics"),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_lists_every_topic(pages: Any, page: str, vocabulary: str, language: str) -> None:
    """DIR-20, MOD-30: the topics on a page are the vocabulary's, all of them."""
    read = pages.text(page, language)
    labels = [term.labels[language] for term in pages.content.vocabularies[vocabulary].terms.values()]
    assert len(labels) == 7
    assert [label for label in labels if label not in read] == []


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("page", ["mentorship-on-demand", "find-a-mentor", "questions", "eligibility"])
def test_exam_is_pointed_to_its_own_resources(pages: Any, page: str, language: str) -> None:
    """MOD-31: where mentoring is described, those who prepare for the exam are sent elsewhere."""
    exam = pages.content.policy.association.exam_page[language]
    body = pages.html(page, language)
    assert f'href="{exam}"' in body or f'href="/{language}/mentorship-on-demand/#exam"' in body
