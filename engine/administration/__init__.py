"""What administrators look after: people, absences, vacancies, imports, and the log of it."""
