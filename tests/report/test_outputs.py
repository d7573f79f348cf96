"""In whatever way a cell shows an address, the report is refused, the former one stays, and nothing repeats it."""

import time
from contextlib import suppress

import pytest

from analysis.errors import IdentifierError
from analysis.report.kernels import Kernels
from analysis.report.outputs import refuse_identifying_outputs
from analysis.report.pages import publish

ADDRESS = "192.0.2.17"
#: Ways of a cell to show the address, which stands in a file beside the notebook and in no source.
SHOWN = {
    "a plain frame": "frame",
    "a frame of more rows than are shown": "pd.concat([frame] * 200)",
    "its index": "frame.set_index('note')",
    "a column's name": "pd.DataFrame({note: [1]})",
    "a styled frame": "frame.style",
    "a series": "frame['note']",
    "a printed frame": "print(frame.to_string())",
    "a printed text": "print('a server at', note, 'answers')",
    "in colours": "print('\\x1b[31m' + note[:5] + '\\x1b[0m' + note[5:])",
    "a value": "note",
    "a list": "[note]",
    "Markdown": "display(Markdown(f'a *server* at {note}'))",
    "HTML in pieces": "display(HTML(f'<p>at {note[:5]}<b>{note[5:]}</b></p>'))",
    "a link": "display(HTML(f'<a href=\"http://{note}/viewer\">open</a>'))",
    "a title": "display(HTML(f'<b title=\"{note}\">open</b>'))",
    "a drawing": "display({'image/svg+xml': f'<svg "
    'xmlns="http://www.w3.org/2000/svg"><text>{note[:5]}<tspan>{note[5:]}</tspan></text></svg>\'}, '
    "raw=True)",
    "a display that is updated": "shown = display('wait', display_id=True); shown.update(note)",
    "an error": "raise ValueError(note)",
}


BEGIN = """import pandas as pd
from IPython.display import HTML, Markdown, display
frame = pd.read_csv('own.csv')
note = frame['note'][0]"""
OWN = f"count,note\n7,{ADDRESS}\n"


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A notebook with a cell for each way, as a build executes it."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "own.csv").write_text(OWN)
    sources = [BEGIN, *SHOWN.values()]
    cells = [{"cell_type": "code", "metadata": {"tags": ["raises-exception"]}, "source": source} for source in sources]
    with Kernels() as kernels:
        content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        made, _ = kernels.run(content, "own.ipynb", folder=folder, environment={})
    publish(made)
    return made


@pytest.mark.parametrize("way", SHOWN)
def test_a_cell_that_shows_an_address_is_refused(executed, way):
    number = 1 + list(SHOWN).index(way)
    with pytest.raises(IdentifierError) as caught:
        refuse_identifying_outputs({"cells": [executed["cells"][0], executed["cells"][number]]}, "own.ipynb")
    error = caught.value
    assert (error.file, error.cell) == ("own.ipynb", 2)
    assert error.rule in ("network address", "host name")
    assert ADDRESS not in "\n".join([repr(error), str(error), repr(error.details)])


def test_the_report_is_not_written_and_the_former_one_stays(built, write_notebook):
    (built.notebooks / "own.csv").write_text(OWN)
    write_notebook(built.notebooks / "03_own.ipynb", "# An own file", BEGIN, "frame")
    before = built.tree()
    with pytest.raises(IdentifierError, match="what cell 3 puts out looks like a network address") as caught:
        built.build()
    assert ADDRESS not in "\n".join([str(caught.value), *built.said])
    assert built.tree() == before and built.left() == []


def test_a_publication_may_be_shown_and_another_address_may_not():
    def showing(address: str) -> dict:
        html = f'<table><tr><td>590</td><td><a href="{address}">{address}</a></td></tr></table>'
        output = {"output_type": "execute_result", "data": {"text/html": html, "text/plain": address}, "metadata": {}}
        return {"cells": [{"cell_type": "markdown", "source": "# See"}, {"cell_type": "code", "outputs": [output]}]}

    known = {"https://www.example.org/590-servers"}
    refuse_identifying_outputs(showing("https://www.example.org/590-servers"), "a.ipynb", known)
    with pytest.raises(IdentifierError, match="what cell 2 puts out looks like a host name"):
        refuse_identifying_outputs(showing("https://pacs.example.org/590-servers"), "a.ipynb", known)


HIDDEN = {
    "an attribute for those who hear": '<p aria-label="{}">a server</p>',
    "an attribute of data": '<p data-where="{}">a server</p>',
    "a comment": "<p>a server</p><!-- at {} -->",
    "a comment in a style": "<style>/* at {} */ p {{ color: red }}</style><p>a server</p>",
    "an address in a style": '<style>p {{ background: url("http://{}/x.png") }}</style>',
    "a string of a script": "<script>let at = '{}'</script>",
    "an element that is not shown": "<template><p>{}</p></template>",
    "entities": "<p>a server at &#49;92.0.2.17</p>",
    "a comment before all": "<!-- at {} --><p>a server</p>",
    "a comment alone": "<!-- at {} -->",
    "a type of document": "<!DOCTYPE html PUBLIC '{}' 'x'><p>a server</p>",
    "an id": "<p id='{}'>a server</p>",
    "a class": "<p class='at {}'>a server</p>",
    "a style of its own": "<p style='background:url(//{}/x.png)'>a server</p>",
    "the name of an attribute": "<p data-{}='1'>a server</p>",
    "a target within the page": "<a href='#{}'>a server</a>",
    "a long comment in a style": "<style>/* " + "so " * 1_000 + "{} */</style><p>a server</p>",
    "a template of a script": "<script>let at = `{}`</script>",
    "an address of data": "<a href='data:text/plain,{}'>a server</a>",
    "a frame with a page of its own": "<iframe srcdoc='&lt;p title=\"{}\"&gt;a server'></iframe>",
}


@pytest.mark.parametrize("way", HIDDEN)
def test_what_no_reader_sees_is_looked_at_too(way):
    output = {"output_type": "display_data", "data": {"text/html": HIDDEN[way].format(ADDRESS)}, "metadata": {}}
    with pytest.raises(IdentifierError, match="what cell 1 puts out looks like a"):
        refuse_identifying_outputs({"cells": [{"cell_type": "code", "outputs": [output]}]}, "a.ipynb")


@pytest.mark.parametrize(
    "data",
    [
        {"application/json": {"rows": [{"seen": ADDRESS}]}},
        {"application/vnd.vega.v5+json": {"data": [[1, ADDRESS]]}},
        {"application/json": f'{{"seen": "{ADDRESS}"}}'},
        {"application/javascript": f"show('{ADDRESS}')"},
        {"text/html": "<table><tr><td>192.0.</td><td>2.17</td></tr></table>"},
        {"text/html": "<table><tr><td>jane.doe@</td><td>example.org</td></tr></table>"},
        {"text/plain": "0    192.0.    2.17"},
        {"text/html": "<p>a server</p>", "text/plain": f"a server at {ADDRESS}"},
        {f"application/{ADDRESS}": "a server"},
        {"model/gltf": ADDRESS},
        {"image/svg+xml": f"<?xml version='1.0'?><!-- {ADDRESS} --><svg/>"},
        {"text/html": "<img src='data:image/svg+xml;base64,PHN2Zz48dGV4dD4xOTIuMC4yLjE3PC90ZXh0Pjwvc3ZnPg=='>"},
    ],
)
def test_data_and_split_addresses_are_refused(data):
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    with pytest.raises(IdentifierError):
        refuse_identifying_outputs({"cells": [{"cell_type": "code", "outputs": [output]}]}, "a.ipynb")


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("code", f"x = 1  # as at {ADDRESS}"),
        ("code", f"x = '{ADDRESS}'"),
        ("code", f'"""\nAs at {ADDRESS}.\n"""\n1'),
        ("code", f"# {'so ' * 1_000}{ADDRESS}"),
        ("code", "x = ('192.0.'\n     '2.17')"),
        ("code", f"!ping {ADDRESS}"),
        ("code", f"%%bash\nping {ADDRESS}"),
        ("markdown", ADDRESS),
        ("markdown", f"A server. <!-- {ADDRESS} -->"),
        ("markdown", "192.0.**2**.17"),
        ("markdown", "|a|b|\n|-|-|\n|192.0.|2.17|"),
    ],
)
def test_what_a_cell_says_is_looked_at(kind, source):
    with pytest.raises(IdentifierError, match="what cell 1 says looks like a network address"):
        refuse_identifying_outputs({"cells": [{"cell_type": kind, "source": source}]}, "a.ipynb")


@pytest.mark.parametrize(
    "notebook",
    [
        {"cells": [], "metadata": {"authors": [{"name": "j.doe@hospital.example"}]}},
        {"cells": [{"cell_type": "markdown", "source": "A server", "metadata": {"seen": ADDRESS}}]},
        {"cells": [{"cell_type": "markdown", "source": "A server", "attachments": {f"{ADDRESS}.png": {}}}]},
        {"cells": [{"cell_type": "code", "outputs": [{"output_type": "error", "ename": ADDRESS, "evalue": ""}]}]},
        {"cells": [{"cell_type": "code", "outputs": [
            {"output_type": "display_data", "data": {}, "metadata": {"seen": ADDRESS}}]}]},
    ],
)  # fmt: skip
def test_what_surrounds_texts_is_looked_at(notebook):
    with pytest.raises(IdentifierError):
        refuse_identifying_outputs(notebook, "a.ipynb")


def test_a_drawing_has_no_positions_in_its_lines():
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M 48.13721 11.57561 L 48.13731 11.57571"/></svg>'
    output = {"output_type": "display_data", "data": {"image/svg+xml": drawing}, "metadata": {}}
    cells = [{"cell_type": "code", "source": "table.loc[0].local, frame.query('x in @kept')", "outputs": [output]}]
    assert refuse_identifying_outputs({"cells": cells}, "a.ipynb") is None


@pytest.mark.parametrize("text", ["1", "1.", "0-", "+1", "<b>", "<!--", "&#49;", "<td>1."])
def test_a_long_output_is_looked_at_in_time_that_grows_with_it(text):
    seconds = []
    for size in (100_000, 800_000):
        html = text * (size // len(text))
        outputs = [
            {"output_type": "stream", "text": html},
            {"output_type": "display_data", "data": {"text/html": html}, "metadata": {}},
        ]
        begun = time.process_time()
        with suppress(IdentifierError):
            refuse_identifying_outputs({"cells": [{"cell_type": "code", "outputs": outputs}]}, "a.ipynb")
        seconds.append(time.process_time() - begun)
    # Eight times the text, in at most thirty times the time: a quadratic look would take sixty-four times.
    assert seconds[1] < max(30 * seconds[0], 3)
