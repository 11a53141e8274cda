"""What the environment says, and what it may not say."""

from pathlib import Path

import pytest

from engine.settings import BadSetting, read_settings


def test_without_a_word_everything_is_below_var_on_this_machine() -> None:
    settings = read_settings({})
    assert settings.database == "sqlite:///var/stepladder.db"
    assert settings.address == "http://127.0.0.1:8000"
    assert settings.outbox == Path("var/outbox")
    assert settings.mail_server is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_the_driver_that_comes_along(scheme: str) -> None:
    settings = read_settings({"STEPLADDER_DATABASE": f"{scheme}://db/stepladder"})
    assert settings.database == "postgresql+psycopg://db/stepladder"


def test_another_kind_of_database_is_refused_with_what_to_set() -> None:
    with pytest.raises(BadSetting, match=r"mysql is not a database .* Set STEPLADDER_DATABASE"):
        read_settings({"STEPLADDER_DATABASE": "mysql://db/stepladder"})


def test_the_site_is_addressed_without_a_slash_at_its_end() -> None:
    settings = read_settings({"STEPLADDER_ADDRESS": "https://stepladder.example/"})
    assert settings.address == "https://stepladder.example"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "stepladder.example", "ftp://x", " "])
def test_what_is_no_web_address_never_becomes_a_link_in_a_notice(address: str) -> None:
    with pytest.raises(BadSetting, match="Set STEPLADDER_ADDRESS to one that begins with"):
        read_settings({"STEPLADDER_ADDRESS": address})
