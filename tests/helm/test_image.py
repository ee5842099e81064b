"""What the Dockerfile promises: its text is read, and the command that could break is run for real."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

from tests.helm.rendering import ROOT, Rendered

SECRETS = re.compile(r"SECRET|PASSWORD|TOKEN|KEY|DSN|_URL")
Instruction = tuple[str, str]


def stages() -> list[list[Instruction]]:
    """Instructions of the Dockerfile, one list for each FROM; ARG before the first FROM is left out."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    found: list[list[Instruction]] = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            if word == "FROM":
                found.append([])
            if found:
                found[-1].append((word, rest.strip()))
    return found


def of(stage: list[Instruction], word: str) -> list[str]:
    return [rest for found, rest in stage if found == word]


def environment(stage: list[Instruction]) -> dict[str, str]:
    pairs = [pair.partition("=") for line in of(stage, "ENV") for pair in line.split()]
    return {name: value for name, _, value in pairs}


def copied_from_the_checkout() -> list[str]:
    lines = [line for stage in stages() for line in of(stage, "COPY") if not line.startswith("--from")]
    return [source for line in lines for source in line.split()[:-1]]


def sent_to_the_builder(path: str) -> bool:
    """As .dockerignore decides: the last pattern that matches the path wins."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.strip().lstrip("!")
        if not pattern or pattern.startswith("#"):
            continue
        patterns = {pattern, pattern.removeprefix("**/")}  # ** stands for no folder too
        parts = [path, *(str(folder) for folder in Path(path).parents if folder != Path())]
        if any(fnmatch.fnmatch(part, one) for part in parts for one in patterns):
            sent = line.startswith("!")
    return sent


def test_there_is_a_stage_that_builds_and_one_that_runs() -> None:
    build, run = stages()

    assert of(build, "FROM") == ["${PYTHON_IMAGE} AS build"]
    assert of(run, "FROM") == ["${PYTHON_IMAGE}"]


def test_the_base_is_a_slim_python_3_11_by_version_and_never_latest() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert "\nARG PYTHON_IMAGE=python:3.11-slim-bookworm\n" in text
    assert "latest" not in text


def test_it_ends_as_a_user_without_rights_and_without_a_shell() -> None:
    _, run = stages()

    assert of(run, "USER") == ["10001:10001"]
    after = run[[word for word, _ in run].index("USER") + 1 :]
    assert not {word for word, _ in after} & {"RUN", "COPY", "ADD", "USER"}
    (accounts,) = of(run, "RUN")
    assert "--uid 10001" in accounts
    assert "--shell /usr/sbin/nologin" in accounts


def test_the_user_is_the_one_that_the_chart_names(every: Rendered) -> None:
    for component in ("web", "worker", "beat"):
        security = every.pods()[component]["spec"]["securityContext"]
        assert of(stages()[1], "USER") == [f"{security['runAsUser']}:{security['runAsGroup']}"]


def test_no_folder_can_hide_the_standard_library() -> None:
    _, run = stages()

    assert environment(run)["PYTHONSAFEPATH"] == "1"
    assert of(run, "WORKDIR") == ["/srv"]
    assert not [line for line in of(run, "COPY") if "platform" in line]


def test_no_secret_stays_in_the_image() -> None:
    for stage in stages():
        assert not [name for name in environment(stage) if SECRETS.search(name)]
        assert not [line for line in of(stage, "ARG") if SECRETS.search(line)]
        assert not of(stage, "ADD")


def test_the_locked_environment_is_installed_without_the_tools_of_developers() -> None:
    build, run = stages()
    syncs = [line for line in of(build, "RUN") if line.startswith("uv sync")]

    assert len(syncs) == 2
    for line in syncs:
        assert {"--locked", "--no-dev"} <= set(line.split())
    assert "--no-editable" in syncs[-1].split()
    assert not [line for line in of(run, "RUN") if re.search(r"\b(uv|pip|apt-get)\b", line)]


def test_everything_that_is_copied_exists_and_reaches_the_builder() -> None:
    sources = copied_from_the_checkout()

    assert {"pyproject.toml", "uv.lock", "LICENSE"} <= set(sources)
    for source in sources:
        assert (ROOT / source).exists(), source
        assert sent_to_the_builder(source), source


def test_every_package_of_the_wheel_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    assert {package.split("/")[0] for package in packages} <= set(copied_from_the_checkout())


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        ".env",
        ".venv/bin/python",
        ".skarbnik/keys",
        "tests/conftest.py",
        "services/.env",
        "id_rsa",
    ],
)
def test_nothing_private_reaches_the_builder(path: str) -> None:
    assert not sent_to_the_builder(path)


def test_web_is_started_as_the_chart_starts_it(minimal: Rendered) -> None:
    (command,) = of(stages()[1], "CMD")

    assert json.loads(command) == minimal.pods()["web"]["spec"]["containers"][0]["command"]


def test_its_health_is_asked_by_what_is_in_the_image() -> None:
    (health,) = of(stages()[1], "HEALTHCHECK")
    program, flag, code = json.loads(health.partition("CMD ")[2])

    assert (program, flag) == ("python", "-c")
    assert "/healthz" in code
    compile(code, "HEALTHCHECK", "exec")


def test_it_says_what_it_is_and_under_which_licence() -> None:
    _, run = stages()
    (labels,) = of(run, "LABEL")

    assert 'org.opencontainers.image.licenses="EUPL-1.2"' in labels
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in (ROOT / "LICENSE").read_text(encoding="utf-8")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The packages laid out as the wheel installs them, away from the checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for package in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / "site" / Path(package).name, ignore=ignore)
    return tmp_path / "site"


def test_the_command_that_collects_the_assets_works_on_the_installed_packages(installed: Path) -> None:
    (line,) = [line for line in of(stages()[0], "RUN") if "collectstatic" in line]
    static = installed.parent / "static"
    command = line.replace("/srv/static", str(static)).replace(
        "/opt/skarbnik/bin/skarbnik", f"{sys.executable} -m portal"
    )
    path = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{installed}:{sysconfig.get_path('purelib')}"}
    ran = subprocess.run(
        ["sh", "-ec", command], env=path, cwd=installed.parent, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    manifest = json.loads((static / "staticfiles.json").read_text(encoding="utf-8"))
    own = {
        file.relative_to(ROOT / "frontend/assets").as_posix()
        for file in ROOT.glob("frontend/assets/css/*.css")
    }
    assert own
    assert own <= manifest["paths"].keys()
