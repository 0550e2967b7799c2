"""What is declared agrees with what is there: requirements, package metadata, a Space's front matter, the wheel."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from test_architecture import app_and_modules, imports

tomllib = pytest.importorskip("tomllib" if sys.version_info >= (3, 11) else "tomli")

ROOT = Path(__file__).resolve().parent.parent
RUN_COMMAND = "python -m pip install -r requirements.txt && python app.py"
TEST_COMMAND = "python -m pip install -r requirements-dev.txt && python -m pytest"


def requirements(name: str) -> dict[str, Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
    return {requirement.name.lower().replace("-", "_"): requirement for requirement in found}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def front_matter() -> dict[str, str]:
    """The flat `key: value` lines between the first two rulers of the README, quotes taken away."""
    head, block, _ = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    assert head == "", "the README begins with its front matter"
    return {key: value.strip().strip("\"'") for key, value in (line.split(":", 1) for line in block.splitlines())}


def third_party_imports() -> set[str]:
    names = {name.split(".")[0] for path in app_and_modules() for name in imports(path)}
    return names - set(sys.stdlib_module_names) - {"diffusion_gpt", "app", "__future__"}


def test_requirements_are_what_is_imported():
    installed_as, asked_by_name = {"PIL": "pillow"}, {"av"}  # by imageio, for videos
    there = {"spaces", "starlette"}  # on ZeroGPU, and with Gradio, which is built on it
    imported = {installed_as.get(name, name) for name in third_party_imports() - there}
    assert imported | asked_by_name == set(requirements("requirements.txt"))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_has_a_lower_bound(name):
    for requirement in requirements(name).values():
        assert {specifier.operator for specifier in requirement.specifier} & {">=", "=="}, requirement


def test_development_needs_what_the_app_needs():
    assert "-r requirements.txt" in (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    assert {"pytest", "playwright", "hypothesis", "ruff"} <= set(requirements("requirements-dev.txt"))


def test_a_space_finds_what_it_needs():
    matter = front_matter()
    assert matter["title"]
    assert (matter["sdk"], matter["app_file"], matter["license"]) == ("gradio", "app.py", "mit")
    assert str(requirements("requirements.txt")["gradio"].specifier) == f"=={matter['sdk_version']}"
    assert SpecifierSet(project()["project"]["requires-python"]).contains(matter["python_version"])
    assert (ROOT / matter["app_file"]).is_file()


def test_readme_has_both_commands_to_paste():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in (RUN_COMMAND, TEST_COMMAND):
        assert re.search(rf"^\s*{re.escape(command)}\s*$", readme, re.MULTILINE), command


def test_ci_runs_the_readmes_command():
    script = ROOT / ".ci" / "run"
    assert TEST_COMMAND in script.read_text(encoding="utf-8").splitlines()
    subprocess.run(["bash", "-n", script], check=True)


def test_ci_tries_a_torch_that_is_allowed():
    version = re.search(r"torch==([\d.]+)", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))[1]
    assert requirements("requirements.txt")["torch"].specifier.contains(version)


def test_every_folder_of_the_package_is_installed():
    folders = {path.parent for path in (ROOT / "diffusion_gpt").rglob("*.py")}
    names = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert set(project()["tool"]["setuptools"]["packages"]) == names | {"diffusion_gpt._assets"}


def test_a_wheel_carries_the_package_and_its_assets(tmp_path):
    source, wheels, site = tmp_path / "source", tmp_path / "wheels", tmp_path / "site"
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in ("diffusion_gpt", "assets"):
        shutil.copytree(ROOT / folder, source / folder, ignore=ignore)
    for file in ("pyproject.toml", "requirements.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, source)
    build = f"import setuptools.build_meta as b; b.build_wheel({str(wheels)!r})"
    wheels.mkdir()
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    (wheel,) = wheels.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    metadata = next(site.glob("*.dist-info/METADATA")).read_text(encoding="utf-8").splitlines()
    assert {"License-Expression: MIT", f"Requires-Dist: {requirements('requirements.txt')['gradio']}"} <= set(metadata)
    installed = site.resolve() / "diffusion_gpt" / "_assets"
    assert files_below(installed) == files_below(source / "assets")
    look = "from diffusion_gpt import assets; from diffusion_gpt.render import picture; picture.glyph('a')"
    code = f"{look}; print(assets.ROOT)"
    found = subprocess.run([sys.executable, "-c", code], cwd=site, check=True, capture_output=True, text=True)
    assert Path(found.stdout.strip()) == installed


def files_below(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
