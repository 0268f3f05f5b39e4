"""Every sentence a person can read is marked for translation, in templates and in the code of the pages."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from releasetrain.embedded.places import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted({*(ROOT / "releasetrain" / "web").rglob("*.py"), *(ROOT / "releasetrain").glob("*wording.py")})
SAID_BY_ATTRIBUTES = {"title", "placeholder", "aria-label", "alt", "aria-description", "aria-roledescription", "label"}
NOT_WORDS = {"code", "kbd", "style", "script"}  # names of columns, keys on the keyboard
SAME_EVERYWHERE = re.compile(r"\b(?:RT|SQL|CSV)\b")  # codes of releases, names of formats
CLASSES = {
    name
    for sheet in (ROOT / "static" / "css").glob("*.css")
    for name in re.findall(r"\.([a-z][\w-]*)", sheet.read_text())
}
WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[^\W\d_]{2,}[,:.]? [^\W\d_]+")
SILENT = (  # said in the reader's language, or not said at all
    r"{%\s*comment.*?endcomment\s*%}",
    r"{#.*?#}",
    r"{%\s*block \w*class\s*%}.*?{%\s*endblock\s*%}",
    r"{%\s*blocktranslate.*?endblocktranslate\s*%}",
    r"{%\s*translate.*?%}",
)
MARKED = re.compile("|".join(SILENT), re.S)
LITERAL = re.compile(r"""(?<!_\()"([^"]*)"|(?<!_\()'([^']*)'""")
TAG = re.compile(r"{%(.*?)%}|{{(.*?)}}", re.S)
MARKERS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
FOR_DEVELOPERS = {"exception", "warning", "info", "compile"}


class Reader(HTMLParser):
    """Collects the words that a page would say as they stand in its template."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.found += [said for name, said in attrs if name in SAID_BY_ATTRIBUTES and has_words(said)]

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if has_words(data) and not NOT_WORDS & set(self.open):
            self.found.append(data.strip())


def has_words(text: str | None) -> bool:
    """Whether there is a word in it that another language would say otherwise."""
    return bool(WORD.search(SAME_EVERYWHERE.sub("", text or "")))


def unmarked_in_template(text: str) -> list[str]:
    """Return what a template says without marking it: text, attributes, and sentences given to tags."""
    bare = MARKED.sub("", text)
    given = [one or other for tag, value in TAG.findall(bare) for one, other in LITERAL.findall(tag or value)]
    reader = Reader()
    reader.feed(TAG.sub("", bare))
    reader.close()
    return reader.found + [said for said in given if is_sentence(said)]


def unmarked_in_code(text: str) -> list[str]:
    """Return the sentences of a module that are neither marked, nor docstrings, nor for a log or a developer."""
    tree = ast.parse(text)
    silent = {id(node) for quiet in _quiet(tree) for node in ast.walk(quiet)}
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [node.value for node in strings if id(node) not in silent and is_sentence(_bare(node.value))]


def is_sentence(text: str) -> bool:
    """Whether a person would read it: words that are not all names of the style sheets' classes."""
    return bool(SENTENCE.search(text)) and not set(text.split()) <= CLASSES


def _quiet(tree: ast.AST):
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node  # a docstring
        elif isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and _called(node) in MARKERS | FOR_DEVELOPERS):
            yield node


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", None) or getattr(call.func, "attr", "")


def _bare(text: str) -> str:
    """Without what is markup: tags, classes."""
    return re.sub(r"<[^>]*>?|(?:class|style)=\S+", "", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_says_nothing_unmarked(path: Path):
    assert unmarked_in_template(path.read_text()) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_code_of_the_pages_says_nothing_unmarked(path: Path):
    assert unmarked_in_code(path.read_text()) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Nothing here</p>", ["Nothing here"]),
        ('<a title="Go back">‹</a>', ["Go back"]),
        ('<input placeholder="Search" aria-label="{% translate "Search" %}">', ["Search"]),
        ('{% include "x.html" with words="Nothing waits" %}', ["Nothing waits"]),
        ('{{ name|default:"not known" }}', ["not known"]),
        ("{% if late %}late by{% endif %} {{ days }}", ["late by"]),
    ],
)
def test_an_unmarked_sentence_in_a_template_would_be_found(template, found):
    assert unmarked_in_template(template) == found


@pytest.mark.parametrize(
    "template",
    [
        '<p class="two words" data-x="two words">{% translate "Nothing here" %} {{ words }} – 10 %</p>',
        "{% blocktranslate %}Take {{ name }} off{% endblocktranslate %}",
        '{% badge _("asks for it") "waiting" %}',
        "<code>slot_limit</code> <kbd>Esc</kbd>",
        "{% comment %}What it is. with: words{% endcomment %}",
    ],
)
def test_what_is_marked_or_no_sentence_is_let_pass(template):
    assert unmarked_in_template(template) == []


@pytest.mark.parametrize(
    "code",
    ['label = "The first account"', 'messages.success(request, "It is kept")', 'said = f"late by {days} days"'],
)
def test_an_unmarked_sentence_in_code_would_be_found(code):
    assert len(unmarked_in_code(code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        '"""What a module is for."""',
        'said = _("late by %(days)s days") % {"days": 3}',
        'log.warning("the broker could not be reached")',
        'raise ValueError("no such thing here")',
        'order = "-at"',
    ],
)
def test_what_is_marked_or_for_developers_is_let_pass(code):
    assert unmarked_in_code(code) == []
