"""Tables and the queries on them, a module a noun: the only user of SQLAlchemy."""
