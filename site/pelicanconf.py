"""Pelican's settings for both languages. build/render.py adds what differs: language, paths, our own reader.

Everything a blog would have is off: the site is pages, and mentors from our own generator.
"""

ARTICLE_PATHS: list[str] = []
DIRECT_TEMPLATES: list[str] = []
PAGINATED_TEMPLATES: dict[str, int | None] = {}
STATIC_PATHS: list[str] = []
THEME_STATIC_PATHS: list[str] = []  # the build copies the theme's files once, under the hash of their content
PLUGINS: list[str] = []

FEED_ALL_ATOM = None
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None

AUTHOR_SAVE_AS = ""
CATEGORY_SAVE_AS = ""
TAG_SAVE_AS = ""

SLUGIFY_SOURCE = "basename"  # the file's name is the page's address in both languages
PAGE_URL = "{lang}/{slug}/"
PAGE_SAVE_AS = "{lang}/{slug}/index.html"
FORMATTED_FIELDS: list[str] = []  # a summary is plain text

TIMEZONE = "America/Toronto"
LOCALE = ["C"]  # no output depends on the machine's locale: dates are worded by mentoring.content
MARKDOWN = {
    "extension_configs": {
        "markdown.extensions.extra": {},
        "markdown.extensions.meta": {},
        "markdown.extensions.sane_lists": {},
        "markdown.extensions.toc": {},  # headings get ids, so that they can be linked to
        "build.tables:AccessibleTables": {},  # rows and columns with scope, wide tables in a region
    },
    "output_format": "html",
}
