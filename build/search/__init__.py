"""The directory's search index: what a browser loads to filter, rank and show mentors (build/README.md)."""

from build.search.arrangement import Arrangement
from build.search.cards import excerpt
from build.search.index import write_search_index
from build.search.reading import ReadIndex
from build.search.rows import row_of
from build.search.words import fold, words_of

__all__ = ["Arrangement", "ReadIndex", "excerpt", "fold", "row_of", "words_of", "write_search_index"]
