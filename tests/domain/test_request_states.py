"""The diagram of a request's states is the table's."""

from pathlib import Path

from mentoring.domain.request_states import diagram

README = Path(__file__).parent.parent.parent / "functions/mentoring/domain/README.md"
MARKS = ("<!-- request states: begin -->\n", "<!-- request states: end -->")


def test_the_diagram_of_the_readme_is_current() -> None:
    """DIR-18: whoever changes the table draws the diagram anew; this says with what."""
    drawn = "\n".join(("```mermaid", *diagram(), "```", ""))
    _, _, after = README.read_text("utf-8").partition(MARKS[0])
    shown, _, _ = after.partition(MARKS[1])
    assert shown == drawn, f"put this between the marks of {README.name}:\n{drawn}"
