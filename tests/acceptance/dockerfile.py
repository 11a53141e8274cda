"""Carries out a Dockerfile's steps without a Docker engine, and starts what it describes.

    unshare --mount --pid --fork --kill-child --mount-proc \\
        python -m tests.acceptance.dockerfile CONTEXT WORKSHOP

Needs root on Linux, in namespaces of its own. Each stage is a chroot on an overlay: below lies this
machine's own root folder, read only, above it what the stage writes, in memory. COPY takes only
what .dockerignore lets through, RUN sees only the environment that the Dockerfile sets, and USER is
obeyed. At the end the CMD is started in a network of its own and the HEALTHCHECK is asked until it
is content; the last line printed is then `healthy`.

What this cannot show: that the base images exist and hold what this machine holds (this machine's
Python, Node and system programs stand in for them), and how large the image becomes.
"""

import json
import os
import re
import shlex
import shutil
import string
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SECONDS_TO_HEALTH = 40

# A new network's loopback is down. SIOCSIFFLAGS, IFF_UP: netdevice(7); `ip` may not be installed.
LOOPBACK_UP = """
import fcntl, os, socket, struct, sys
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 1))
os.execvp(sys.argv[1], sys.argv[1:])
"""


class Broken(Exception):
    """A step of the Dockerfile that cannot be carried out, with the reason."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One instruction: its word in capitals, its options (`--from=x`), and the rest as written."""

    word: str
    options: dict[str, str]
    rest: str

    def arguments(self) -> list[str]:
        """The rest as a list: the JSON form as it is, words split as a shell would."""
        if self.rest.startswith("["):
            return [str(item) for item in json.loads(self.rest)]
        return shlex.split(self.rest)


@dataclass(kw_only=True)
class Stage:
    """An image being built: where its root folder is, and what the steps so far have set."""

    root: Path
    name: str
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    folder: str = "/"
    user: str = "root"
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        """The place, seen from outside, of a path as the stage sees it."""
        return self.root / os.path.normpath(Path(self.folder, path)).lstrip("/")

    def program(self, arguments: list[str]) -> list[str]:
        """The command that runs `arguments` in the stage, as its user, in its folder."""
        environment = [f"{name}={value}" for name, value in self.environment.items()]
        go = f"cd {shlex.quote(self.folder)} && exec {shlex.join(arguments)}"
        home = f"HOME={self.home()}"
        chroot = ["chroot", f"--userspec={self.user}", str(self.root)]
        return [*chroot, "env", "-i", home, *environment, "/bin/sh", "-c", go]

    def home(self) -> str:
        """The home folder of the stage's user."""
        for line in self.inside("/etc/passwd").read_text().splitlines():
            name, *_, home, _shell = line.split(":")
            if name == self.user:
                return home
        raise Broken(f"USER {self.user}: the stage has no such user")


def read(text: str) -> Iterator[Step]:
    """The steps of a Dockerfile, in order, without comments and with long lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            options = {}
            while match := re.match(r"--([\w-]+)=(\S+)\s+", rest):
                options[match[1]] = match[2]
                rest = rest[match.end() :]
            yield Step(word=word.upper(), options=options, rest=rest.strip())


def is_ignored(path: str, patterns: list[str]) -> bool:
    """Whether .dockerignore keeps a path of the context out: the last pattern that matches it, or
    a folder above it, decides."""
    candidates = (path, *(str(parent) for parent in PurePosixPath(path).parents))
    ignored = False
    for pattern in patterns:
        shape = re.escape(pattern.removeprefix("!"))
        shape = shape.replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
        if any(re.fullmatch(shape, candidate) for candidate in candidates):
            ignored = not pattern.startswith("!")
    return ignored


def ignore_patterns(context: Path) -> list[str]:
    """The patterns of the context's .dockerignore, in order."""
    lines = (context / ".dockerignore").read_text().splitlines()
    return [line.strip().rstrip("/") for line in lines if line.strip() and line[0] != "#"]


def build(context: Path, workshop: Path) -> Stage:
    """Carries out every step, printing each with its seconds; the last stage. Raises `Broken`."""
    stages: list[Stage] = []
    for step in read((context / "Dockerfile").read_text()):
        began = time.monotonic()
        if step.word == "FROM":
            stages.append(new_stage(step, workshop, len(stages)))
        else:
            take(step, stages, context)
        say(f"{time.monotonic() - began:5.1f} s  {step.word} {step.rest}")
    return stages[-1]


def new_stage(step: Step, workshop: Path, number: int) -> Stage:
    """A stage on this machine's files, with its Python or Node where the base image has it."""
    image, *alias = step.rest.split()
    root, above, work = (workshop / str(number) / part for part in ("root", "above", "work"))
    for folder in (root, above, work):
        folder.mkdir(parents=True)
    layers = f"lowerdir=/,upperdir={above},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, root], check=True)
    for kernel in ("dev", "proc", "sys"):
        subprocess.run(["mount", "--rbind", f"/{kernel}", root / kernel], check=True)
    stage = Stage(root=root, name=alias[1] if alias else str(number))
    provide(stage, image.partition(":")[0])
    return stage


def provide(stage: Stage, image: str) -> None:
    """Puts this machine's Python, or Node, where the base image `image` has its own."""
    programs: dict[str, str | None]
    if image == "python":
        base = os.path.realpath(sys._base_executable)  # type: ignore[attr-defined]
        programs = {"python": base, "python3": base}
    elif image == "node":
        programs = {name: shutil.which(name) for name in ("node", "npm")}
    else:
        raise Broken(f"FROM {image}: this script knows only python and node")
    for name, program in programs.items():
        if program is None:
            raise Broken(f"FROM {image}: this machine has no {name}")
        # A link would do for Node; Python looks for its library where it was started from.
        starter = stage.inside(f"/usr/local/bin/{name}")
        if program != f"/usr/local/bin/{name}":
            starter.unlink(missing_ok=True)
            starter.write_text(f'#!/bin/sh\nexec {shlex.quote(program)} "$@"\n')
            starter.chmod(0o755)
        open_the_way(stage, program)


def open_the_way(stage: Stage, program: str) -> None:
    """Lets the stage's user reach a program in somebody's home; only the layer above changes."""
    for folder in PurePosixPath(program).parents:
        inside = stage.inside(str(folder))
        mode = inside.stat().st_mode
        if mode & 0o111 != 0o111:
            inside.chmod(mode | 0o111)


def take(step: Step, stages: list[Stage], context: Path) -> None:
    """Carries out one step on the last stage. Raises `Broken`."""
    stage = stages[-1]
    match step.word:
        case "RUN":
            run(stage, step.rest)
        case "COPY":
            copy(step, stages, context)
        case "ENV":
            for assignment in shlex.split(step.rest):
                name, _, value = assignment.partition("=")
                stage.environment[name] = string.Template(value).substitute(stage.environment)
        case "WORKDIR":
            stage.folder = os.path.normpath(Path(stage.folder, step.rest))
            stage.inside(".").mkdir(parents=True, exist_ok=True)
        case "USER":
            stage.user = step.rest
        case "CMD":
            stage.command = step.arguments()
        case "HEALTHCHECK":
            stage.healthcheck = [str(item) for item in json.loads(step.rest.removeprefix("CMD "))]
        case "EXPOSE" | "VOLUME":
            pass
        case _:
            raise Broken(f"{step.word}: this script does not know this instruction")


def run(stage: Stage, line: str) -> None:
    """RUN: a line for the shell, in the stage. Raises `Broken` with what it printed."""
    done = subprocess.run(
        stage.program(["/bin/sh", "-c", line]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Broken(f"RUN {line}\nended with {done.returncode}:\n{done.stdout}")


def copy(step: Step, stages: list[Stage], context: Path) -> None:
    """COPY: from the context, as far as .dockerignore allows, or from an earlier stage."""
    *sources, target = step.arguments()
    stage = stages[-1]
    earlier = {earlier.name: earlier for earlier in stages[:-1]}
    origin = earlier[step.options["from"]].root if "from" in step.options else context
    patterns = [] if "from" in step.options else ignore_patterns(context)
    for source in sources:
        found = origin / source.lstrip("/")
        if not found.exists() or is_ignored(source, patterns):
            raise Broken(f"COPY {source}: it is not there")
        to = stage.inside(target)
        if found.is_dir():
            shutil.copytree(
                found, to, symlinks=True, dirs_exist_ok=True, ignore=ignoring(origin, patterns)
            )
        else:
            into = to / found.name if target.endswith("/") else to
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, into)


def ignoring(origin: Path, patterns: list[str]) -> Callable[[str, list[str]], set[str]]:
    """What `copytree` leaves out, by the patterns of .dockerignore."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        inside = Path(folder).relative_to(origin)
        return {name for name in names if is_ignored(str(inside / name), patterns)}

    return left_out


def start(stage: Stage, log: Path) -> None:
    """Starts the CMD in a network of its own until the HEALTHCHECK is content. Raises `Broken`."""
    with log.open("wb") as output:
        site = subprocess.Popen(
            ["unshare", "--net", sys.executable, "-c", LOOPBACK_UP, *stage.program(stage.command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        wait_for_health(stage, site)
    except Broken as broken:
        raise Broken(f"{broken}\n{log.read_text(errors='replace')}") from None
    finally:
        site.terminate()
        site.wait(timeout=10)


def wait_for_health(stage: Stage, site: subprocess.Popen[bytes]) -> None:
    """Asks the HEALTHCHECK, in the site's network, until it is content. Raises `Broken`."""
    ours, theirs = Path("/proc/self/ns/net"), Path(f"/proc/{site.pid}/ns/net")
    ask = ["nsenter", f"--net={theirs}", *stage.program(stage.healthcheck)]
    give_up = time.monotonic() + SECONDS_TO_HEALTH
    while site.poll() is None and time.monotonic() < give_up:
        if (
            not theirs.samefile(ours)
            and not subprocess.run(
                ask, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
            ).returncode
        ):
            return
        time.sleep(0.1)
    raise Broken(f"CMD {shlex.join(stage.command)}: no health within {SECONDS_TO_HEALTH} s")


def say(line: str) -> None:
    """Prints a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(context: Path, workshop: Path) -> None:
    """Builds in memory below `workshop`, an empty folder, and starts what was built."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"  # where chroot is, which not every PATH holds
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", workshop], check=True)
    try:
        stage = build(context, workshop)
        say(f"user {stage.user}")
        start(stage, workshop / "log")
    except Broken as broken:
        sys.exit(str(broken))
    say("healthy")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
