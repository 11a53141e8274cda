"""A scenario's people at the site: each signs in, finds what waits, fills the form in and sends it.

What the engine plays in memory (`engine.play`) is done here by pressing what the pages show.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

from playwright.sync_api import FilePayload, Page, expect

from engine.acts.cases import start_event
from engine.councils import RAISER
from engine.forms import Answer, Form, as_written
from engine.notify import Folder
from engine.play import Scenario
from engine.play.scenario import Step
from engine.store.cases import find_case_by_number
from engine.store.tasks import TaskRow
from engine.worker import Worker
from tests.browser.conftest import Served

_CHECK = "Check your answers"


class Acting:
    """Everybody in one scenario, at one browser; each post keeps its own cookies."""

    def __init__(self, page: Page, served: Served, look: Callable[[Page], None]) -> None:
        self.page = page
        self._served = served
        self._look = look
        self._rehearsal = served.office.rehearsal
        here = served.office.installation
        self._worker = Worker(here, Folder(here.settings.outbox))
        self._cookies: dict[str, list[object]] = {}

    def play(self, scenario: Scenario) -> None:
        """Do every step, and see after each that what waits is what the scenario says."""
        for step in scenario.steps:
            self._served.office.clock.set(step.at)
            self._worker.round()
            self._do(step)
            if step.then.open is not None:
                found = sorted(task.element for task in self._rehearsal.tasks())
                assert (step.title, found) == (step.title, list(step.then.open))

    def opens_case(self) -> None:
        """The raiser opens the case's page, which is checked."""
        self._sits(RAISER)
        self.page.goto(f"{self._served.address}/cases/{self._rehearsal.case().number}")
        self._look(self.page)

    # What people do

    def _do(self, step: Step) -> None:
        if step.does == "raise":
            self._raise(step)
        elif step.does == "answer":
            self._answer(step)
        elif step.does == "press":
            self._press(step)
        elif step.does == "give time" and step.until is not None:
            self._give_time(step, step.until)

    def _raise(self, step: Step) -> None:
        self._sits(step.post or RAISER)
        self._follow("Raise a concern")
        self.page.get_by_label("Reference or name").fill("played")
        self._button("Find")
        self._button("Choose Played Child, PLAYED-1")
        self._button("Yes, go on")
        start = start_event(self._rehearsal.version.package.diagram)
        self._fill(start.form, step.answers)
        self._send("Raise the concern")
        found = re.search(r"\d{4}-\d{5}", self.page.locator("main").inner_text())
        assert found, self.page.locator("main").inner_text()
        with self._served.office.installation.database.read() as connection:
            case = find_case_by_number(connection, found[0])
        assert case is not None
        self._rehearsal.case_id = case.id

    def _answer(self, step: Step) -> None:
        task = self._task(step.what)
        self._sits(step.post or self._rehearsal.posts_of(task)[0])
        self.page.goto(self._served.address)
        link = self.page.locator(f'main a[href="/tasks/{task.id}"]')
        if task.closed_at is None:
            link.first.click()
        else:  # what was closed is on nobody's tray; the message that asked leads to it still
            self.page.goto(f"{self._served.address}/tasks/{task.id}")
        self._fill(task.form, step.answers)
        self._send("Send")

    def _press(self, step: Step) -> None:
        event = self._rehearsal.version.package.diagram.elements[step.what]
        allowed = event.properties.get("post", RAISER)
        self._sits(step.post or allowed.split(",")[0].strip())
        number = self._rehearsal.case().number
        self.page.goto(f"{self._served.address}/cases/{number}")
        self.page.locator(f'main a[href="/cases/{number}/acts/{step.what}"]').first.click()
        self._fill(event.form, step.answers)
        self._send(self.page.locator("h1").inner_text())

    def _give_time(self, step: Step, until: date) -> None:
        self._sits(step.post or RAISER)
        self.page.goto(f"{self._served.address}/cases/{self._rehearsal.case().number}")
        open_tasks = {task.id: task for task in self._rehearsal.tasks()}
        ids = [
            deadline.id
            for deadline in self._rehearsal.deadlines()
            if deadline.element == step.what
            or (deadline.task_id and open_tasks[deadline.task_id].element == step.what)
        ]
        self.page.locator(f'main a[href$="/deadlines/{ids[0]}"]').first.click()
        for label, part in (("Day", until.day), ("Month", until.month), ("Year", until.year)):
            self.page.get_by_label(label, exact=True).fill(str(part))
        self.page.get_by_label("Reason").fill(step.reason)
        self._send("Give more time")

    # With what

    def _sits(self, post: str) -> None:
        context = self.page.context
        if post in self._cookies:
            context.clear_cookies()
            context.add_cookies(self._cookies[post])  # type: ignore[arg-type]
        else:
            self._served.sign_in(self.page, post)
            self._cookies[post] = list(context.cookies())
        self.page.goto(self._served.address)

    def _task(self, element: str) -> TaskRow:
        return self._rehearsal.task_to_answer(element)

    def _follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).or_(
            self.page.get_by_role("button", name=name)
        ).first.click()

    def _button(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).last.click()

    def _send(self, button: str) -> None:
        self._look(self.page)
        before = self.page.url
        self._button(button)
        if self.page.locator("h1").inner_text() == _CHECK:
            self._look(self.page)
            self._button(button)
        expect(self.page.locator(".govuk-error-summary"), before).to_have_count(0)
        self._look(self.page)

    def _fill(self, name: str | None, answers: Mapping[str, Answer]) -> None:
        form = self._rehearsal.form(name)
        if form is None:
            assert not answers
            return
        for key, texts in _in_order(form, as_written(form, answers)):
            self._put(form, key, texts)

    def _put(self, form: Form, key: str, texts: list[str]) -> None:
        if key.endswith("-rows"):
            for _ in range(len(texts) - self.page.locator(f'input[name="{key}"]').count()):
                self.page.locator(f'button[name="form.add"][value="{key[:-5]}"]').click()
            return
        field = self.page.locator(f'main [name="{key}"]')
        kind = field.first.evaluate("e => e.type")
        if kind in ("radio", "checkbox"):
            for text in texts:
                self.page.locator(f'main [name="{key}"][value="{text}"]').check()
        elif kind == "file":
            files: list[FilePayload] = [
                {"name": text, "mimeType": "text/plain", "buffer": b"Made up."} for text in texts
            ]
            field.set_input_files(files)
        elif kind == "select-one":
            field.select_option(texts[0])
        else:
            field.fill(texts[0])


def _in_order(form: Form, written: Mapping[str, list[str]]) -> list[tuple[str, list[str]]]:
    """What opens a question comes before what it opens: the order of the form, rows first."""
    order = {field.key: place for place, field in enumerate(form.fields)}
    return sorted(
        ((key, texts) for key, texts in written.items() if texts and any(texts)),
        key=lambda pair: (order.get(pair[0].partition("-")[0], 0), not pair[0].endswith("-rows")),
    )
