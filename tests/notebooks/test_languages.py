"""The notebooks in four languages: every text has its translation, of the text as it stands; none stays English."""

import ast
import json
import os
import re
import string
from pathlib import Path

import pytest

import analysis as ex
from analysis.charts import Chart
from analysis.charts.computed_sentence import Finding
from analysis.charts.table import Table
from analysis.report.inputs import TEMPLATE
from analysis.report.translation import in_language, read_texts, texts_file, unused

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = [path.stem for path in sorted(FOLDER.glob("*.ipynb")) if not path.name.startswith(TEMPLATE)]
OTHERS = ("es", "de", "fr")
#: Words that every English sentence has some of, and none of the other three languages has.
ENGLISH = re.compile(r"\b(?:the|of|and|with|for|that|is|are|were|from|by|which|this|than|who|not)\b", re.IGNORECASE)
#: Arguments that a reader reads.
READ = ("title", "subtitle", "alt", "note", "source", "unit", "model", "stage", "of")


def content(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.ipynb").read_text("utf-8"))


def plain(text: str) -> str:
    return " ".join(text.split())


def said(name: str) -> list[str]:
    """Every text that a reader reads: the prose, and of the code sentences, titles and heads of columns."""
    found = []
    for cell in content(name)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            found.append(source)
            continue
        for node in ast.walk(ast.parse(source)):
            drawn = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("ex.chart.")
            # A chart's measures (of=) are ids; of a table it is what a column says.
            read = [name for name in READ if not (drawn and name == "of")]
            values = [keyword.value for keyword in getattr(node, "keywords", ()) if keyword.arg in read]
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("ex.finding", "ex.statistics.assumption"):
                values += node.args[:1]
            if isinstance(node, ast.Dict) and all(isinstance(value, ast.Constant) for value in node.values):
                values += node.values
            texts = [value.value for value in values if isinstance(getattr(value, "value", None), str)]
            found += [text for text in texts if re.search("[a-z]", re.sub(r"{.*?}", "", text))]
    # Ids and days are not words.
    return [plain(text) for text in found if not re.fullmatch(r"[\d-]+|synthetic|p|day", text)]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_text_has_its_translation_and_every_translation_its_text(name):
    texts = read_texts(texts_file(FOLDER, name))
    assert [text for text in said(name) if text not in texts] == [], "a text was changed or is new: translate it"
    assert unused(content(name), texts) == [], "a text was changed: its translations are of the former one"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_translations_have_the_names_of_the_english_text_and_no_english(name):
    for english, forms in read_texts(texts_file(FOLDER, name)).items():
        for lang in OTHERS:
            assert names_in(english) == names_in(forms[lang]), (english, lang)
            assert not re.search(r"^#", english) or forms[lang].startswith(english.split()[0] + " "), english
            assert len(ENGLISH.findall(forms[lang])) < 2, forms[lang]


def names_in(text: str) -> list[str]:
    return sorted(part[1] for part in string.Formatter().parse(text) if part[1])


@pytest.mark.parametrize("name", NOTEBOOKS)
@pytest.mark.parametrize("lang", OTHERS)
def test_names_of_columns_are_no_texts(name, lang):
    def columns(notebook: dict) -> list[str]:
        code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
        nodes = [node for source in code for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Subscript)]
        return [ast.unparse(node.slice) for node in nodes]

    given = content(name)
    assert columns(in_language(given, read_texts(texts_file(FOLDER, name)), lang)) == columns(given)


def shown(name: str, lang: str) -> list:
    """What the cells of a notebook show in a language."""
    names, values = {}, []
    for cell in in_language(content(name), read_texts(texts_file(FOLDER, name)), lang)["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]), name)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), names)
        if last is not None:
            values.append(eval(compile(ast.Expression(last.value), name, "eval"), names))
    return values


def visible(value) -> list[str]:
    """What a reader sees of a result, but for quotations and what is marked as English."""
    if isinstance(value, Finding):
        return [value.text]
    if isinstance(value, Chart):
        return [value.title, value.subtitle, value.alt, *value.notes]
    assert isinstance(value, Table)
    own = re.sub(r'<(t[dh])[^>]*lang="en"[^>]*>.*?</\1>', "", value._repr_html_())
    return re.findall(r">([^<>]+)<", re.sub(r"[«“„][^»”]*[»”]", "", own))


@pytest.mark.parametrize(
    ("name", "lang"), [("10_what_it_could_cost", "es"), ("01_what_was_found", "de"), ("10_what_it_could_cost", "fr")]
)
def test_what_a_notebook_shows_is_in_the_language_to_the_last_cell(name, lang, monkeypatch):
    monkeypatch.setenv("EXPOSURE_LANG", lang)
    monkeypatch.chdir(os.fspath(FOLDER))
    texts = [text for value in shown(name, lang) for text in visible(value)]
    assert len(texts) > 20
    publishers = set(ex.sources()["publisher"])
    own = [text for text in texts if not set(text.split("; ")) <= publishers]
    assert [text for text in own if len(ENGLISH.findall(text)) > 1] == []
