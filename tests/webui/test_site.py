"""What holds for every page: headers, cookies, size, tokens, errors."""

import logging
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Blueprint

from engine.councils import read_councils
from tests.webui.office import PROCESSES, Office, send
from webui.guards import anyone
from webui.site import create_site

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


@pytest.mark.parametrize("address", ["/sign-in", "/", "/nothing-here"])
def test_each_answer_says_what_a_browser_may_load_and_keep(office: Office, address: str) -> None:
    answer = office.client().get(address)
    nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    assert nonce is not None
    assert answer.headers["Content-Security-Policy"] == POLICY.format(nonce=nonce[1])
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer.headers


def test_the_only_inline_script_runs_by_a_nonce_that_no_two_pages_share(office: Office) -> None:
    nonces = set()
    for _ in range(2):
        answer = office.client().get("/sign-in")
        scripts = re.findall(r"<script(?![^>]* src=)[^>]*>", answer.text)
        assert len(scripts) == 1
        nonce = re.search(r'nonce="([^"]+)"', scripts[0])
        assert nonce is not None
        assert f"'nonce-{nonce[1]}'" in answer.headers["Content-Security-Policy"]
        assert " style=" not in answer.text
        nonces.add(nonce[1])
    assert len(nonces) == 2


def test_over_https_the_browser_is_told_to_stay_there_and_the_cookie_to_go_nowhere_else(
    tmp_path: Path,
) -> None:
    site = "https://stepladder.example"
    office = Office(tmp_path, STEPLADDER_ADDRESS=site)
    answer = office.client().get("/sign-in", base_url=site)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-stepladder=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    # Signing in works there too, although our own policy sends no Referer.
    person = office.people["tm"]
    office.let_in(person)
    client = office.client()
    assert office.send_in(client, person, site=site).status_code == 303
    assert client.get("/", base_url=site).status_code == 200
    office.installation.database.close()


def test_over_http_the_cookie_is_kept_from_scripts_and_other_sites(office: Office) -> None:
    cookie = office.client().get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("stepladder=")
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_the_key_of_the_cookies_is_made_once_for_its_owner_alone(
    office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "session.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32
    again = create_site(office.installation)
    assert again.secret_key == office.app.secret_key == path.read_bytes()


def test_a_built_file_is_kept_for_a_year_and_nothing_else_is_served(office: Office) -> None:
    client = office.client()
    address = re.search(r'href="(/static/stepladder-[^"]+\.css)"', client.get("/sign-in").text)
    assert address is not None
    with client.get(address[1]) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/css"
        kept = {part.strip() for part in answer.headers["Cache-Control"].split(",")}
        assert {"public", "immutable", "max-age=31536000"} <= kept
    for missing in ("/static/nothing.css", "/static/../site.py", "/static/%2e%2e/site.py"):
        refused = client.get(missing)
        assert refused.status_code == 404
        assert refused.headers["Cache-Control"] == "no-store"


def test_a_page_that_does_not_exist_says_where_to_go(office: Office) -> None:
    answer = office.client_as("tm").get("/nothing-here")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert "Go to your tray" in answer.text


def test_an_address_that_is_opened_the_wrong_way_changes_nothing(office: Office) -> None:
    answer = office.client_as("tm").get("/sign-out")
    assert answer.status_code == 405
    assert "This page cannot be opened like that" in answer.text
    assert answer.headers["Allow"]


def test_too_much_text_is_refused_in_words(office: Office) -> None:
    client = office.client_as("raiser")
    answer = send(client, "/raise", {"text": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "That is too much to send at once" in answer.text


def test_what_was_typed_is_shown_when_the_token_is_wrong(office: Office) -> None:
    client = office.client_as("raiser")
    answer = client.post(
        "/raise/somewhere/concern",
        data={"concern": "The visits have <b>not</b> happened.", "csrf_token": "stale"},
    )
    assert answer.status_code == 400
    assert "This page was open too long" in answer.text
    assert "The visits have &lt;b&gt;not&lt;/b&gt; happened." in answer.text


def test_a_wrong_token_shows_nobodys_password(office: Office) -> None:
    answer = office.client().post(
        "/sign-in", data={"email": "a b@example.com", "password": "correct horse battery"}
    )
    assert answer.status_code == 400
    assert "correct horse" not in answer.text


def test_another_sites_form_cannot_act_for_somebody_who_is_signed_in(office: Office) -> None:
    client = office.client_as("raiser")
    assert client.post("/sign-out").status_code == 400
    assert client.get("/").status_code == 200


def test_an_error_of_ours_says_so_and_logs_nothing_that_was_written(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Blueprint("broken", __name__)

    @broken.get("/broken")
    @anyone
    def show() -> str:
        raise ValueError("Kayleigh Smith has not been visited")

    app = create_site(office.installation, more=[broken])
    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "Kayleigh" not in answer.text
    assert "ValueError (" in caplog.text
    assert "broken.show" in caplog.text
    assert "Kayleigh" not in caplog.text


def test_without_the_built_files_it_says_what_to_run(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from webui import assets

    with pytest.raises(assets.NotBuilt, match="make setup"):
        assets.read_manifest(tmp_path)


def test_every_page_has_a_way_past_its_header_and_names_the_service(office: Office) -> None:
    text = office.client_as("tm").get("/").text
    assert 'href="#main-content"' in text
    assert "<title>Your tray – Stepladder – North East Lincolnshire</title>" in text
    assert 'lang="en"' in text
    for mark in ("crown", "crest", "GOV.UK"):
        assert mark not in text


def test_of_several_councils_none_is_named_before_somebody_signs_in(office: Office) -> None:
    councils = read_councils(PROCESSES)
    assert len(councils) > 1
    several = create_site(replace(office.installation, councils=councils), real=office.real)
    for address in ("/sign-in", "/help", "/accessibility", "/privacy"):
        text = several.test_client().get(address).text
        assert not [council.name for council in councils.values() if council.name in text]
    assert "Stepladder" in text
