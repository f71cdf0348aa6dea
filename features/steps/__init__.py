"""The sentences of specifications, in the order in which to read them.

`catalogue/` declares each sentence once: its wording in each language, the table it takes, an example, a line of help.
`normal.py` is what does not matter in writing, `scripts.py` the two Chinese scripts, `template.py` the notation of the
wordings, `parameters.py` and `words.py` what stands in their places, `tables.py` the tables, `matching.py` which
sentence a step is, and what is wrong with one that is none. `story.py` is a scenario with a ledger of its own;
`organisation.py`, `authority.py`, `conduct.py`, `targets.py` say what is recorded, `questions.py` what is asked,
`answers.py` what must hold; `engine.py` lets pytest-bdd run it.
"""
