"""The HTTP door, in the order in which to read it.

`app.py` says which routes there are; `settings.py` how it runs, `service.py` what the routes of a process share.
`asking.py` has what every question shares and `answering.py` how it becomes a response; the questions stand in
`questions.py`, `pictures.py`, `decisions.py` and `judging.py`, as tables in `tables.py`, in parts by `pages.py`.
`bodies.py` reads commands, `commands.py` records them, `entries.py` gives them back. `edge.py` is around all of it,
`problems.py` has what goes wrong, `health.py` and `metrics.py` how it runs, `openapi.py` says all this to programs.
Who may: `identity.py`, `tokens.py`, `oidc.py`, `security.py`; AuthZEN: `authzen.py`; as processes: `serving.py`.
"""
