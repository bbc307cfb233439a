"""Loads the words and numbers that staff own, from the top-level content folder, and checks them once."""

from mentoring.content.loader import Content, load_content
from mentoring.content.problems import ContentError
from mentoring.content.wording import Wording

__all__ = ["Content", "ContentError", "Wording", "load_content"]
