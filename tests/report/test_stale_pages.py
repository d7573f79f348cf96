"""A page is never called fresh unless nothing that it read has changed, however its folders are spelled."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small_site import write_data, write_notebook

from analysis.report import build as building
from analysis.report.build import build
from analysis.report.inputs import Inputs, Material
from analysis.report.kernels import Kernels

READS = "import analysis as ex\nprint(ex.panel(surveys=['first-2021'])['figure'].tolist())"
#: How a folder may be spelled, from the folder ``work`` beside it.
FORMS = {
    "absolute": lambda folder: folder,
    "relative": lambda folder: Path("..") / folder.name,
    "up and down": lambda folder: folder.parent / "work" / ".." / folder.name,
    "through a link": lambda folder: linked(folder),
    "up from a link": lambda folder: linked(folder.parent / "work") / ".." / folder.name,
    "beside one of another case": lambda folder: beside_another_case(folder),
}


def beside_another_case(folder: Path) -> Path:
    """The folder itself, and a copy of it whose name differs in case alone, where the system tells them apart."""
    other = folder.with_name(folder.name.swapcase())
    if folder.exists() and not other.exists():
        shutil.copytree(folder, other)
    return folder


def linked(folder: Path) -> Path:
    link = folder.with_name(f"link to {folder.name}")
    if not link.exists():
        link.symlink_to(folder)
    return link


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A data folder and a folder of notebooks, with a blank and letters beyond ASCII in their names."""
    root = tmp_path / "Ein Ordner für Zählungen"
    for name in ("work", "my notebooks"):
        (root / name).mkdir(parents=True)
    write_data(root / "my-däta")
    write_notebook(root / "my notebooks" / "mine.ipynb", "# Mine", READS, "print(open('beside.csv').read())")
    (root / "my notebooks" / "beside.csv").write_text("187\n")
    monkeypatch.chdir(root / "work")
    return root


@pytest.fixture(scope="module")
def kernels():
    """Plain kernels would start for seconds each; what is watched is told to each anew."""
    with Kernels() as warm:
        yield warm


@pytest.mark.parametrize("option", ["--data", "--data-only", "EXPOSURE_DATA"])
@pytest.mark.parametrize("form", FORMS)
def test_a_changed_input_is_seen_however_the_folders_are_spelled(place, monkeypatch, kernels, form, option):
    spelled = FORMS[form]
    name = {"--data-only": "EXPOSURE_DATA_ONLY"}.get(option, "EXPOSURE_DATA")
    monkeypatch.setenv(name, str(spelled(place / "my-däta")))
    inputs = Inputs.gather(Material(spelled(place / "my notebooks")))
    monkeypatch.setattr(kernels, "_watched", {name: str(folder) for name, folder in inputs.roots.items()})
    environment = {name: os.environ[name], "EXPOSURE_LANG": "en"}
    _, touched = kernels.run(
        inputs.notebooks["mine"], "mine", folder=inputs.roots["notebooks"], environment=environment
    )
    figures, beside = "data/aggregate/first-2021/figures.csv", "notebooks/beside.csv"
    assert {figures, beside} <= set(touched.read) and touched.elsewhere == []
    before = inputs.hashes(touched.read)
    for file in (place / "my-däta" / "aggregate" / "first-2021" / "figures.csv", place / "my notebooks" / "beside.csv"):
        file.write_text(file.read_text().replace("39", "999") + "\n")
    after = inputs.hashes(touched.read)
    assert {name for name in touched.read if before[name] != after[name]} == {figures, beside}


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_file_beside_further_notebooks_is_seen(place, monkeypatch, kernels, form):
    spelled = FORMS[form]
    monkeypatch.setenv("EXPOSURE_DATA_ONLY", str(place / "my-däta"))
    inputs = Inputs.gather(Material(more=spelled(place / "my notebooks")))
    monkeypatch.setattr(kernels, "_watched", {name: str(folder) for name, folder in inputs.roots.items()})
    _, touched = kernels.run(
        inputs.notebooks["mine"], "mine", folder=inputs.roots["more"], environment=inputs.environment
    )
    assert "more/beside.csv" in touched.read and touched.elsewhere == []
    before = inputs.hashes(touched.read)
    (place / "my notebooks" / "beside.csv").write_text("999\n")
    after = inputs.hashes(touched.read)
    assert {name for name in touched.read if before[name] != after[name]} == {"more/beside.csv"}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_fresh_and_what_is_not_however_the_folder_of_the_report_is_spelled(built, monkeypatch, form):
    (built.folder / "work").mkdir()
    monkeypatch.chdir(built.folder / "work")
    monkeypatch.setattr(built, "out", FORMS[form](built.out))
    assert not any(page.reasons for page in built.build().pages)
    figures = built.data / "aggregate" / "first-2021" / "figures.csv"
    figures.write_text(figures.read_text().replace("39", "999"))
    planned = building.plan
    decided = []

    def only_plan(*arguments):
        decided.append(planned(*arguments))
        raise InterruptedError

    monkeypatch.setattr(building, "plan", only_plan)
    with pytest.raises(InterruptedError):
        built.build()
    assert decided[0].reasons["01_first"] == ("data/aggregate/first-2021/figures.csv changed",)
    assert decided[0].reasons["02_picture"] == ()


@pytest.mark.parametrize("form", ["relative", "up from a link"])
def test_a_page_is_made_anew_however_its_folders_are_spelled(place, monkeypatch, form):
    spelled = FORMS[form]
    monkeypatch.setenv("EXPOSURE_DATA_ONLY", str(spelled(place / "my-däta")))
    out, notebooks = spelled(place / "work") / "o u t", spelled(place / "my notebooks")
    build(out, Material(notebooks))
    figures = place / "my-däta" / "aggregate" / "first-2021" / "figures.csv"
    figures.write_text(figures.read_text().replace("39", "999"))
    reasons = {page.name: page.reasons for page in build(out, Material(notebooks)).pages}
    assert reasons["mine"] == ("data/aggregate/first-2021/figures.csv changed",)
    assert "999" in (place / "work" / "o u t" / "mine.html").read_text("utf-8")


def test_further_notebooks_are_seen_through_dots_at_the_command_line(place):
    program = Path(sys.executable).with_name("exposure")
    (place / "work" / "sub").mkdir()
    (place / "more").mkdir()
    (place / "my notebooks" / "mine.ipynb").rename(place / "more" / "mine.ipynb")
    (place / "my notebooks" / "beside.csv").rename(place / "more" / "beside.csv")
    # Of the shipped notebooks there are enough: one's own stand in for all of them here.
    command = [
        program,
        "--data-only",
        "../../my-däta",
        "report",
        "--notebooks-only",
        "../../more",
        "--out",
        "../sub/../o",
    ]
    for content, told in (("187\n", "was not built before"), ("999\n", "notebooks/beside.csv changed")):
        (place / "more" / "beside.csv").write_text(content)
        done = subprocess.run(command, cwd=place / "work" / "sub", capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert any(line.startswith("mine ") and told in line for line in done.stderr.splitlines()), done.stderr
    assert "999" in (place / "work" / "o" / "mine.html").read_text("utf-8")


#: How a page may read a file that is not among its inputs.
READ_ELSEWHERE = {
    "04_open": "print(open(r'{file}').read())",
    "05_pandas": "import pandas as pd\nprint(pd.read_csv(r'{file}'))",
    "06_os": "import os\nhandle = os.open(r'{file}', os.O_RDONLY)\nprint(os.read(handle, 9))",
    "07_program": "import subprocess\nprint(subprocess.run(['cat', r'{file}'], capture_output=True).stdout)",
    "08_module": "import sys\nsys.path.insert(0, r'{folder}')\nimport elsewhere",
}


def test_pages_that_read_what_is_no_input_are_never_fresh_and_say_so(fresh, tmp_path, write_notebook):
    file = tmp_path / "elsewhere.py"
    file.write_text("a = 1\n")
    for name, source in READ_ELSEWHERE.items():
        write_notebook(fresh.notebooks / f"{name}.ipynb", "# Reads", source.format(file=file, folder=tmp_path))
    fresh.build()
    for name in READ_ELSEWHERE:
        assert any(line.startswith(f"{name} read elsewhere.py, not among its inputs") for line in fresh.said)
    assert str(tmp_path) not in (fresh.out / "manifest.json").read_text("utf-8")
    again = {page.name: page.reasons for page in fresh.build().pages if page.reasons}
    assert again == dict.fromkeys(READ_ELSEWHERE, ("read elsewhere.py, which is not among its inputs",))


def test_what_a_page_wrote_itself_it_may_read(fresh, tmp_path, write_notebook):
    source = f"path = r'{tmp_path}/own.txt'\nopen(path, 'w').write('a')\nprint(open(path).read())"
    write_notebook(fresh.notebooks / "03_own.ipynb", "# Writes", source)
    fresh.build()
    assert not any(page.reasons for page in fresh.build().pages)


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("open(data / 'aggregate' / 'first-2021' / 'figures.csv', 'a').close()", "aggregate/first-2021/figures.csv"),
        ("(data / 'aggregate' / 'note.txt').write_text('x')", "aggregate/note.txt"),
    ],
)
def test_a_notebook_that_writes_into_the_data_is_told(fresh, write_notebook, source, file):
    write_notebook(
        fresh.notebooks / "03_own.ipynb",
        "# Writes",
        f"from pathlib import Path\ndata = Path(r'{fresh.data}')\n{source}",
    )
    fresh.build()
    [told] = [line for line in fresh.said if "writes into the data" in line]
    assert told.startswith("03_own writes into the data that the report is made from: ") and f"data/{file}" in told


def test_two_notebooks_whose_names_differ_in_case_alone_are_refused(fresh, write_notebook):
    from analysis.errors import BuildError

    write_notebook(fresh.notebooks / "03_OWN.ipynb", "# Other")
    if len(list(fresh.notebooks.iterdir())) < 5:
        pytest.skip("here upper and lower case are the same")
    with pytest.raises(BuildError, match="but for upper and lower case"):
        fresh.build()
