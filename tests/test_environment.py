"""pyproject.toml, requirements.lock and environment.yml describe one and the same environment."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from analysis.errors import ExposureError
from analysis.extras import extra

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RUNTIME = [Requirement(text) for text in PROJECT["dependencies"]]
READING = [Requirement(text) for text in PROJECT["optional-dependencies"]["reading"]]
DOCUMENTS = [Requirement(text) for text in PROJECT["optional-dependencies"]["documents"]]
DESK = [Requirement(text) for text in PROJECT["optional-dependencies"]["desk"]]
TESTING = [Requirement(text) for text in PROJECT["optional-dependencies"]["test"]]
DOCS = [Requirement(text) for text in PROJECT["optional-dependencies"]["docs"]]
CLUSTER = [Requirement(text) for text in PROJECT["optional-dependencies"]["cluster"]]


def pins(lock: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def conda() -> tuple[dict[str, Requirement], list[str]]:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    texts = [entry for entry in listed if isinstance(entry, str) and entry != "pip"]
    texts += [entry for entry in pip if not entry.startswith("--")]
    return {canonicalize_name(Requirement(text).name): Requirement(text) for text in texts}, pip


LOCK = (ROOT / "requirements.lock").read_text("utf-8")
DOCS_LOCK = (ROOT / "requirements-docs.lock").read_text("utf-8")
CLUSTER_LOCK = (ROOT / "requirements-cluster.lock").read_text("utf-8")


@pytest.mark.parametrize(
    ("needed", "lock"),
    [
        *((one, LOCK) for one in RUNTIME + READING + DOCUMENTS + DESK + TESTING),
        *((one, CLUSTER_LOCK) for one in CLUSTER),
        *((one, DOCS_LOCK) for one in DOCS),
    ],
    ids=str,
)
def test_the_lock_pins_what_the_project_asks_for(needed, lock):
    versions = pins(lock).get(canonicalize_name(needed.name))
    assert versions, f"{needed.name} is not in its lock file; run make lock"
    for version in versions:
        assert needed.specifier.contains(version), f"{needed.name} {version} is not {needed.specifier}"


def test_the_conda_environment_names_the_same_dependencies_with_the_same_bounds():
    listed, pip = conda()
    python = listed.pop("python")
    assert str(python.specifier) == str(Requirement("python" + PROJECT["requires-python"]).specifier)
    ours = {canonicalize_name(needed.name): str(needed.specifier) for needed in RUNTIME + READING + DOCUMENTS + DESK}
    assert {name: str(needed.specifier) for name, needed in listed.items()} == ours
    assert "--no-deps --editable ." in pip


def test_spark_is_locked_apart_from_what_the_report_needs():
    assert not set(pins(CLUSTER_LOCK)) & set(pins(LOCK))


def test_what_builds_the_site_leaves_the_report_and_the_tests_as_they_are():
    ours, theirs = pins(LOCK), pins(DOCS_LOCK)
    assert {name: ours[name] for name in set(ours) & set(theirs)} == {
        name: theirs[name] for name in set(ours) & set(theirs)
    }
    assert not {"sphinx", "numpydoc", "pydata-sphinx-theme"} & set(ours)


@pytest.mark.parametrize(
    ("lock", "least"), [(LOCK, 100), (CLUSTER_LOCK, 2), (DOCS_LOCK, 30)], ids=["all", "cluster", "docs"]
)
def test_every_pin_has_a_hash_and_no_registry_is_named(lock, least):
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.strip())
    assert len(blocks) >= least
    for block in blocks:
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "://" not in lock
    assert "index-url" not in lock


def test_every_dependency_is_justified_in_one_line():
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    justified = {canonicalize_name(name) for name in re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)}
    assert justified == {
        canonicalize_name(needed.name) for needed in RUNTIME + READING + DOCUMENTS + DESK + TESTING + CLUSTER + DOCS
    }


def test_the_lock_is_whole():
    """It is installed without resolving anything, so that whatever a part of it needs must be in it."""
    checked = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


#: Distributions whose modules have another name.
MODULES = {
    "citeproc-py": "citeproc",
    "fonttools": "fontTools",
    "ibis-framework": "ibis",
    "pillow": "PIL",
    "python-docx": "docx",
    "python-stdnum": "stdnum",
    "pyzmq": "zmq",
    "text2num": "text_to_num",
}
#: Declared and not imported, each with its reason.
NOT_IMPORTED = {
    "jupyterlab": "where notebooks are read",
    "python-multipart": "Starlette reads forms with it",
    "python-stdnum": "its tables of check digits, by name",
}


def imported(folder: Path) -> set[str]:
    """The first parts of the names that a folder's modules import, those of Python and of ours left out."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "extra":
                names.add(ast.literal_eval(node.args[1]).partition(".")[0])
    return names - sys.stdlib_module_names - {"analysis"}


def test_everything_imported_is_declared_and_everything_declared_is_imported():
    declared = {canonicalize_name(one.name) for one in RUNTIME + READING + DOCUMENTS + DESK + CLUSTER}
    modules = {MODULES.get(name, name.replace("-", "_")): name for name in declared}
    found = imported(ROOT / "src")
    assert sorted(found - set(modules)) == []
    assert sorted(modules[name] for name in set(modules) - found if modules[name] not in NOT_IMPORTED) == []


def test_what_only_some_readers_need_is_told_by_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(ExposureError, match=r"pip install 'exposure-statistics\[reading\]'"):
        extra("reading", "trafilatura")


SETUP_LOCK = (ROOT / "requirements-setup.lock").read_text("utf-8")


def test_what_installs_is_pinned_and_hashed_as_in_the_whole_lock():
    assert pins(SETUP_LOCK) == {"uv": pins(LOCK)["uv"]}
    assert set(re.findall("sha256:[0-9a-f]{64}", SETUP_LOCK)) <= set(re.findall("sha256:[0-9a-f]{64}", LOCK))


@pytest.fixture
def set_up(tmp_path, monkeypatch):
    """The script of the set-up in a folder of its own, with installers that are told what to answer."""
    spec = spec_from_file_location("set_up", ROOT / "scripts" / "set_up.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("requirements.lock", "requirements-setup.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "HOME", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(module, "UV", tmp_path / ".venv" / "bin" / "uv")
    monkeypatch.setattr(sys, "argv", ["set_up.py"])
    module.called = []

    def answering(name: str, answer: bool):
        return lambda *arguments: module.called.append((name, *map(str, arguments))) or answer

    def answer(uv: bool, pip: bool, works: bool = True) -> None:
        monkeypatch.setattr(module, "uv", answering("uv", uv))
        monkeypatch.setattr(module, "pip", answering("pip", pip))
        monkeypatch.setattr(module, "run", answering("run", works))
        monkeypatch.setattr(module.venv, "create", lambda *_, **__: module.called.append(("venv",)))

    module.answer = answer
    answer(uv=True, pip=True)
    return module


def test_a_set_up_takes_uv_for_all_and_wheels_alone(set_up, capsys):
    set_up.main()
    assert [called[0] for called in set_up.called] == ["venv", "pip", "uv", "uv"]
    assert {"--only-binary", "--require-hashes", "requirements.lock"} <= set(set_up.called[2])
    assert capsys.readouterr().out.startswith("set-up: ")


def test_an_interrupted_set_up_goes_on_in_the_environment_that_is_there(set_up):
    set_up.PYTHON.parent.mkdir(parents=True)
    set_up.PYTHON.touch()
    set_up.UV.touch()
    set_up.main()
    assert [called[0] for called in set_up.called] == ["run", "uv", "uv"]
    # One that does not work is made anew.
    set_up.called.clear()
    set_up.answer(uv=True, pip=True, works=False)
    set_up.main()
    assert ("venv",) in set_up.called


def test_where_uv_fails_pip_does_the_same_and_says_so(set_up, capsys):
    set_up.answer(uv=False, pip=True)
    set_up.main()
    assert "uv could not install; pip does the same" in capsys.readouterr().err
    assert [called[0] for called in set_up.called] == ["venv", "pip", "uv", "pip", "pip"]


def one_sentence(set_up) -> str:
    with pytest.raises(SystemExit) as caught:
        set_up.main()
    told = str(caught.value)
    assert "call this again" in told and "\n" not in told and str(set_up.ROOT) not in told
    return told


def test_a_missing_wheel_or_a_proxy_that_answers_a_page_is_one_sentence_with_what_to_do(set_up):
    set_up.answer(uv=False, pip=False)
    told = one_sentence(set_up)
    assert "requirements.lock could not be installed" in told and "pip config list" in told


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text[: text.rindex("--hash")],
        lambda text: text[:-20],
        lambda text: "<html><body>Sign in</body></html>\n",
        lambda text: "",
    ],
    ids=["half", "before the last hash", "within the last hash", "a page", "nothing"],
)
@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-setup.lock"])
def test_a_half_written_lock_is_told_before_anything_is_installed(set_up, lock, damage):
    path = set_up.ROOT / lock
    path.write_text(damage(path.read_text("utf-8")), "utf-8")
    assert one_sentence(set_up).startswith(f"{lock} is missing or half-written: bring it back (git checkout {lock})")
    assert set_up.called == []


def test_a_folder_that_cannot_be_written_is_one_sentence_with_what_to_do(set_up, monkeypatch):
    def cannot(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(set_up.venv, "create", cannot)
    assert one_sentence(set_up).startswith(".venv cannot be made in this folder (Permission denied): make it one that")


@pytest.mark.parametrize("lock", [f"requirements{part}.lock" for part in ("", "-cluster", "-docs", "-setup")])
def test_each_lock_is_whole(set_up, lock):
    assert set_up.is_whole(ROOT / lock)


def test_settings_of_pip_reach_uv(set_up):
    listed = (
        "global.index-url='https://mirror.example/simple'\n:env:.cert='/a/ca.pem'\nglobal.find-links='/w /x'\nx.y='z'"
    )
    assert set_up.settings(listed) == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "SSL_CERT_FILE": "/a/ca.pem",
        "UV_FIND_LINKS": "/w,/x",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
