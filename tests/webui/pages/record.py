"""What the tests of the pages about a child share: an administrator, and dates as browsers send."""

from flask.testing import FlaskClient

from engine.people import add_person
from engine.store.people import Person
from tests.webui.office import Office


def administrator(office: Office) -> tuple[Person, FlaskClient]:
    """The council's administrator, and a browser in which they are signed in."""
    with office.installation.database.write() as connection:
        person = add_person(
            connection,
            council="north-east-lincolnshire",
            name="Ada Admin",
            email="ada@council.invalid",
            administrator=True,
        )
    office.let_in(person)
    client = office.client()
    assert office.send_in(client, person).status_code == 303
    return person, client


def day(key: str, text: str) -> dict[str, str]:
    """A day, as `31 3 2026`, in the three boxes of a form."""
    number, month, year = text.split()
    return {f"{key}-day": number, f"{key}-month": month, f"{key}-year": year}
