"""Cases as files for other tools: XES and OCEL 2.0 for process mining, CSV for Power BI.

`trace` is what is told of a case, `tracing` reads it off the history, `reading` walks the cases,
`xes`, `ocel` and `star` write, `exporting` says who may and keeps who did.
"""
