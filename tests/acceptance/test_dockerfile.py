"""The Dockerfile's steps run, in order, and what they make is a healthy site that is not root.

`tests/acceptance/dockerfile.py` carries the steps out, and says what it cannot show.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.dockerfile import is_ignored, read

ROOT = Path(__file__).parents[2]
NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]

needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="only root on Linux may chroot"
)


def carry_out(context: Path, workshop: Path) -> subprocess.CompletedProcess[str]:
    workshop.mkdir()
    script = [sys.executable, "-m", "tests.acceptance.dockerfile", str(context), str(workshop)]
    return subprocess.run(
        [*NAMESPACES, *script], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


def small_context(folder: Path, dockerfile: str) -> Path:
    folder.mkdir()
    (folder / "Dockerfile").write_text(dockerfile)
    (folder / ".dockerignore").write_text("*\n!site\n**/secret\n")
    (folder / "site").mkdir()
    (folder / "site" / "index.html").write_text("Positive challenge")
    (folder / "site" / "secret").write_text("Ada")
    return folder


@needs_root
def test_the_image_is_built_and_its_site_is_healthy(tmp_path: Path) -> None:
    done = carry_out(ROOT, tmp_path / "workshop")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-2:] == ["user stepladder", "healthy"]


SITE = """
FROM python:3.11-slim
WORKDIR /srv/site
COPY site ./
RUN test -f index.html && test ! -e secret && test ! -e Dockerfile
RUN test "$(id -u)" = 0 && useradd visitor
USER visitor
RUN test "$(whoami)" = visitor && test "$HOME" = /home/visitor && ! touch index.html
HEALTHCHECK --interval=1s \\
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/')"]
"""


@needs_root
def test_copy_run_and_user_do_what_docker_does(tmp_path: Path) -> None:
    serve = 'CMD ["python", "-m", "http.server", "8000"]\n'
    done = carry_out(small_context(tmp_path / "context", SITE + serve), tmp_path / "workshop")
    assert done.stdout.splitlines()[-1:] == ["healthy"], done.stderr
    assert "visitor" not in Path("/etc/passwd").read_text()


@needs_root
def test_a_site_that_ends_is_not_healthy(tmp_path: Path) -> None:
    end = """CMD ["python", "-c", "print('no database')"]\n"""
    done = carry_out(small_context(tmp_path / "context", SITE + end), tmp_path / "workshop")
    assert done.returncode == 1
    assert "no database" in done.stderr


@needs_root
@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("RUN echo no such thing && exit 3", "ended with 3:\nno such thing"),
        ("COPY Dockerfile ./", "COPY Dockerfile: it is not there"),
        ("USER nobody-at-all\nRUN true", "no such user"),
        ("ADD site ./", "does not know this instruction"),
    ],
)
def test_a_step_that_cannot_be_carried_out_is_named(tmp_path: Path, step: str, reason: str) -> None:
    dockerfile = f"FROM python:3.11-slim\n{step}\n"
    done = carry_out(small_context(tmp_path / "context", dockerfile), tmp_path / "workshop")
    assert done.returncode == 1
    assert reason in done.stderr


def test_long_lines_options_and_comments_are_read() -> None:
    steps = list(read("# site\nCOPY --from=frontend a \\\n  b\n\nuser stepladder\n"))
    assert [(step.word, step.options, step.rest) for step in steps] == [
        ("COPY", {"from": "frontend"}, "a b"),
        ("USER", {}, "stepladder"),
    ]


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("engine", False),
        ("engine/turn.py", False),
        ("engine/store/__pycache__/x.pyc", True),
        ("webui/frontend/node_modules/sass/index.js", True),
        ("webui/static/dist/manifest.json", True),
        ("requirements.txt", False),
        ("requirements-test.txt", True),
        ("var/stepladder.db", True),
        (".git/config", True),
    ],
)
def test_the_image_gets_the_product_and_nothing_else(path: str, ignored: bool) -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert is_ignored(path, [line for line in lines if line and line[0] != "#"]) is ignored
