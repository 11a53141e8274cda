"""Pictures of every page, to be looked at: `python -m tests.screens FOLDER`.

The demonstration is served from a folder of its own. Each of its people signs in and follows every
link; of each page the first one found is photographed, on a phone (320 px) and on a desk (1,280
px). Then come the scenes (tests.scenes): what is seen only by acting. A page that is wider than the
phone is named.
"""

import os
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import waitress
from flask import Flask
from playwright.sync_api import Error, Page, sync_playwright
from waitress.wasyncore import close_all
from werkzeug.exceptions import HTTPException

from engine.demo import Demonstration, demo_settings, open_demonstration
from engine.publishing import publish_missing
from tests.chromium import launch_options
from tests.scenes import SCENES
from webui.pages.demo import demo_pages
from webui.site import create_site

WIDTHS = (320, 1280)
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
MOST_OF_ONE_KIND = 3
"""How many cases or tasks of one person are looked into for further links."""


@contextmanager
def served() -> Iterator[tuple[Flask, Demonstration, str]]:
    """The demonstration's site and its address."""
    with tempfile.TemporaryDirectory() as folder:
        settings = demo_settings({**os.environ, "STEPLADDER_VAR": folder}, "http://127.0.0.1")
        demonstration = open_demonstration(settings)
        list(publish_missing(demonstration.installation, unconfirmed=True))
        site = create_site(demonstration.installation, more=[demo_pages(demonstration)])
        server = waitress.create_server(site, host="127.0.0.1", port=0, threads=4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield site, demonstration, f"http://127.0.0.1:{server.effective_port}"
        server.trigger.pull_trigger(lambda: close_all(server._map))
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()
        demonstration.installation.database.close()


class Walk:
    """One person's walk through the site; `seen` are the endpoints that have their picture."""

    def __init__(self, page: Page, site: Flask, address: str, folder: Path) -> None:
        self.page = page
        self.routes = site.url_map.bind("127.0.0.1")
        self.address = address
        self.folder = folder
        self.seen: set[str] = set()

    def follow_links(self, person: str) -> None:
        """From the first page to everything that a link of theirs leads to."""
        waiting, known = deque(["/", "/nothing-here"]), {"/", "/nothing-here"}
        opened: dict[str, int] = {}
        while waiting:
            path = waiting.popleft()
            endpoint = self._endpoint(path)
            opened[endpoint] = opened.get(endpoint, 0) + 1
            if opened[endpoint] > MOST_OF_ONE_KIND:
                continue
            try:
                self.page.goto(f"{self.address}{path}")
            except Error:  # a file to be saved, and no page
                continue
            self.photograph(endpoint, person)
            for link in self._links():
                if link not in known:
                    known.add(link)
                    waiting.append(link)

    def become(self, person: str) -> None:
        """Sign in as whoever has that name, by the demonstration's bar."""
        self.page.goto(self.address)
        people = self.page.get_by_label("Person", exact=True)
        names = people.locator("option").all_text_contents()
        people.select_option(label=next(name for name in names if name.startswith(person)))
        self.page.get_by_role("button", name="Sign in as").click()

    def act(self) -> None:
        """The pages that are reached by acting and not by a link; each scene on its own."""
        for person, scene in SCENES:
            self.become(person)
            try:
                scene(self)
            except Error as error:
                sys.stdout.write(f"{scene.__name__} stopped at {self.page.url}: {error}\n")

    def photograph(self, endpoint: str, person: str) -> None:
        """A picture of the page at each width, the first time that it is seen."""
        if endpoint in self.seen:
            return
        self.seen.add(endpoint)
        self.page.wait_for_load_state()
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            if self.page.evaluate(WIDER):
                sys.stdout.write(f"{endpoint} is wider than {width} px\n")
            self.page.screenshot(path=self.folder / f"{endpoint}-{width}.png", full_page=True)
        sys.stdout.write(f"{endpoint}: {urlsplit(self.page.url).path}, as {person}\n")

    def _links(self) -> list[str]:
        found = self.page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
        inside = [urlsplit(link) for link in found if link.startswith(self.address)]
        return [f"{link.path}?{link.query}" if link.query else link.path for link in inside]

    def _endpoint(self, path: str) -> str:
        try:
            endpoint, _ = self.routes.match(urlsplit(path).path, method="GET")
        except HTTPException:
            return "missing"
        return str(endpoint)


def main(folder: Path) -> None:
    """Walk as everybody, and leave the pictures in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with served() as (site, demonstration, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        walk = Walk(browser.new_page(), site, address, folder)
        walk.page.goto(f"{address}/sign-in")
        walk.photograph("sign_in.show", "nobody")
        for actor in demonstration.actors():
            walk.become(actor.person.name)
            walk.follow_links(actor.person.name)
        walk.act()
        browser.close()
    missing = sorted(
        rule.endpoint
        for rule in site.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in walk.seen
    )
    sys.stdout.write(f"No picture of: {', '.join(missing) or 'none'}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
