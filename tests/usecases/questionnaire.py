"""A whole questionnaire, as somebody would fill it in."""

Fields = list[tuple[str, str]]

BIO = "Ergothérapeute depuis douze ans.\r\nJ’aime écouter."

ANSWERS: dict[str, Fields] = {
    "experience": [("years_of_experience", "12")],
    "areas": [("areas", "mental-health"), ("areas", "home-care")],
    "training": [("training", "msc-ot")],
    "ages": [("client_ages", "18-64")],
    "place": [("province", "QC"), ("city", "Gatineau")],
    "languages": [("languages", "fr"), ("languages", "en")],
    "topics": [("topics", "business-and-private-practice")],
    "meeting": [("formats", "video"), ("frequency", "monthly")],
    "biography": [("bio_en", ""), ("bio_fr", BIO)],
    "availability": [("availability", "available"), ("capacity", "3")],
    "gender": [("gender", "non-binary"), ("gender_share", "none")],
    "race": [("race", "black"), ("race_share", "members")],
    "ethnicity": [("ethnicity", "Acadienne"), ("ethnicity", "Zaporogue"), ("ethnicity_share", "members")],
    "orientation": [("orientation_own", "Quëer-Kanari"), ("orientation_share", "none")],
    "indigenous": [],
    "listing": [("listing", "public"), ("search_engines", "yes")],
    "documents": [
        ("agree_terms-of-use", "2026-01"),
        ("agree_confidentiality", "2026-01"),
        ("agree_rules-of-engagement", "2026-01"),
    ],
}
"""Every page with its fields. Members see race and ethnicity, nobody sees gender and orientation."""
