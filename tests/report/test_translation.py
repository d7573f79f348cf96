"""A report in another language takes the texts that lie beside a notebook, and says which are of no use any more."""

import pytest
from small_site import write_notebook

from analysis.errors import BuildError
from analysis.report.translation import in_language, read_texts, unused

TEXTS = '''
[[text]]
en = """# One
Two lines of it."""
es = "# Uno\\n\\nDos líneas."
de = "# Eins\\n\\nZwei Zeilen."
fr = "# Un\\n\\nDeux lignes : voilà."

[[text]]
en = "The first of {n} things."
es = "La primera de {n} cosas."
de = "Das erste von {n} Dingen."
fr = "La première de {n} choses."
'''
CODE = 'told = (\n    "The first of "\n    "{n} things."\n)\nkept = f"The first of {1} things."; told'


@pytest.fixture
def texts(tmp_path):
    def read(content: str) -> dict:
        (tmp_path / "x.toml").write_text(content, "utf-8")
        return read_texts(tmp_path / "x.toml")

    return read


def test_prose_and_texts_in_quotation_marks_are_replaced_and_nothing_else(texts, notebook):
    given = notebook(CODE, "# no text\nx = 'é' * 2; y = 'The first of {n} things.'; x['The first of {n} things.']")
    given["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": ["# One\n", "Two lines\n", "of it."]})
    given["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "Not translated."})
    made = in_language(given, texts(TEXTS), "es")
    assert made["metadata"]["lang"] == "es" and made["cells"][0]["source"] == "# Uno\n\nDos líneas."
    assert made["cells"][1]["source"] == CODE.replace(
        '"The first of "\n    "{n} things."', "'La primera de {n} cosas.'"
    )
    assert (
        made["cells"][2]["source"]
        == "# no text\nx = 'é' * 2; y = 'La primera de {n} cosas.'; x['The first of {n} things.']"
    )
    assert made["cells"][3] == {"cell_type": "markdown", "metadata": {"lang": "en"}, "source": "Not translated."}
    assert given["metadata"] == {} and unused(given, texts(TEXTS)) == []
    assert unused(notebook("1"), texts(TEXTS)) == ["# One Two lines of it.", "The first of {n} things."]


@pytest.mark.parametrize("code", ["table[{}]", "table[[{}]]", "kind == {}", "kind in ({},)"])
def test_names_of_columns_and_values_are_no_texts(texts, notebook, code):
    code = code.format("'The first of {n} things.'")
    assert in_language(notebook(code), texts(TEXTS), "es")["cells"][-1]["source"] == code


def test_french_has_its_spaces(texts):
    assert texts(TEXTS)["# One Two lines of it."]["fr"] == "# Un\n\nDeux lignes\u00a0: voilà."


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[[text]", "cannot be read"),
        ('[[text]]\nen = "a"\nes = "b"\nde = " "\n', "text 1 lacks de, fr"),
        ("text = 3\n", "text 1 lacks en, es, de, fr"),
        (TEXTS + TEXTS.partition("\n\n")[0], "stands there twice"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_remedy(texts, content, told):
    with pytest.raises(BuildError, match=told) as caught:
        texts(content)
    assert caught.value.file == "texts/x.toml" and caught.value.remedy


def test_a_report_takes_the_texts_beside_a_notebook_and_is_made_anew_when_they_change(fresh):
    for name in ("02_picture", "03_own"):
        (fresh.notebooks / f"{name}.ipynb").unlink()
    write_notebook(fresh.notebooks / "01_first.ipynb", "# One\nTwo lines of it.", "'The first of {n} things.'")
    (fresh.notebooks / "texts").mkdir()
    file = fresh.notebooks / "texts" / "01_first.toml"
    file.write_text(TEXTS, "utf-8")
    fresh.build(lang="de")
    page = (fresh.out / "01_first.html").read_text("utf-8")
    assert '<article lang="de">\n<h1>Eins</h1>' in page and "Das erste von {n} Dingen." in page
    assert "Two lines" not in page + (fresh.out / "index.html").read_text("utf-8")
    file.write_text(TEXTS.replace("Zwei Zeilen.", "Nun drei.").replace("# One", "# Once"), "utf-8")
    again = fresh.build(lang="de")
    reasons = {made.name: made.reasons for made in again.pages if made.status == "rebuilt"}
    assert reasons == {"01_first": ("notebooks/texts/01_first.toml changed",)}
    assert any(
        line.startswith("note: texts/01_first.toml translates what 01_first.ipynb does not say") for line in fresh.said
    )
    assert '<article lang="en">' in (fresh.out / "01_first.html").read_text("utf-8")
