"""What the README shows works as it stands there."""

import re
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_its_python_runs_in_order_and_prints_sentences(capsys):
    names: dict = {}
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 2
    assert all(len(sentence) > 60 and sentence.endswith(".") for sentence in told)


def test_every_name_in_its_table_of_questions_is_there():
    import analysis as ex

    for cell in re.findall(r"^\|[^|]*\| (`[^|]*) \|$", README, re.MULTILINE):
        for name in re.findall(r"`([\w.]+)`", cell):
            place = ex if name.startswith("ex.") else ex.statistics
            assert hasattr(place, name.removeprefix("ex.")), name


def test_the_files_that_it_links_are_there():
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (Path(__file__).parents[1] / link).exists(), link


def test_its_commands_are_commands():
    from analysis.cli import app

    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    shown = set(re.findall(r"^exposure (\w+)", README, re.MULTILINE))
    assert shown and shown <= known
