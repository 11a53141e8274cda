"""Figures across cases: the facts of each, read off its history, and what they come to together.

    rights = demand_figures(connection, person, council, at)          # engine.access.figures
    bring_up_to_date(installation, council, most=…)                   # engine.figures.keeping
    figures = read_figures(connection, council, asked, rights)        # engine.figures.sums
    found = find_counted_cases(connection, council, which, rights)     # engine.figures.cases

What is asked is an `Asked`, what comes back a `Figures`, whose every `Count` has a `Which`: the way
to its cases. What leaves the service goes through `hide_small` or `hide_small_table`.
"""
