"""A whole questionnaire of somebody who asks, as they would fill it in."""

from tests.canary import IDENTITY

Fields = list[tuple[str, str]]

ANSWERS: dict[str, Fields] = {
    "background": [("background", "Two years in a hospital.\r\nNew to paediatrics.")],
    "goals": [("goals", "Find my feet")],
    "topics": [("topics", "vocational-help")],
    "needs": [("needs", "")],
    "areas": [("areas", "mental-health")],
    "languages": [("languages", "fr"), ("languages", "en")],
    "meeting": [("formats", "video"), ("frequency", "monthly")],
    "gender": [("gender_own", IDENTITY["gender"]), ("gender_share", "none")],
    "race": [],
    "ethnicity": [("ethnicity", IDENTITY["ethnicity"]), ("ethnicity_share", "mentors")],
    "orientation": [("orientation_own", IDENTITY["orientation"]), ("orientation_share", "none")],
    "indigenous": [("indigenous_share", "mentors")],
}
"""Every page with its fields. Mentors who are asked see ethnicity, nobody sees gender and orientation."""
