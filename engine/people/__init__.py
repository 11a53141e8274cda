"""People: who they are, the posts that they hold, and how they sign in.

`persons` adds people and lets them leave, `posts` says who holds what and who answers for a post,
`conflicts` names posts that one person should not hold at once, `signing_in` checks a password and
slows down whoever guesses.
"""

from engine.people.conflicts import conflicts, rungs
from engine.people.persons import (
    AddressTaken,
    BadPerson,
    UnknownPerson,
    add_person,
    as_address,
    check_address,
    demand_person,
    leave,
    tidy_name,
)
from engine.people.posts import (
    BadHolding,
    Responsible,
    UnknownHolding,
    check_holding,
    end_post,
    find_responsible,
    give_post,
    holders,
    posts_of,
)
from engine.people.signing_in import (
    BadPassword,
    TooManyTries,
    WrongPassword,
    set_password,
    sign_in,
)
from engine.store.people import Holding, Person, find_people, find_person

__all__ = [
    "AddressTaken",
    "BadHolding",
    "BadPassword",
    "BadPerson",
    "Holding",
    "Person",
    "Responsible",
    "TooManyTries",
    "UnknownHolding",
    "UnknownPerson",
    "WrongPassword",
    "add_person",
    "as_address",
    "check_address",
    "check_holding",
    "conflicts",
    "demand_person",
    "end_post",
    "find_people",
    "find_person",
    "find_responsible",
    "give_post",
    "holders",
    "leave",
    "posts_of",
    "rungs",
    "set_password",
    "sign_in",
    "tidy_name",
]
