"""Specifications checked before they are run, run, and told: `remit spec …`.

`findings.py` is what is found and told. `reading.py` reads files as they come (GBK, UTF-16, odd names), `language.py`
says in which language they are; `lines.py`, `keywords.py` and `likeness.py` say what each line is and what the parser
of Gherkin would swallow; `parsing.py` and `tree.py` are the tree of a file. `scenarios.py` says what a scenario as a
whole lacks, `outlines.py` what is wrong with its examples, `sentences.py` and `values.py` with its steps, `marks.py`
what almost is a sentence, `names.py` whom and what they name. `check.py` puts this together, `fix.py` repairs what is
only form; `codes.py` lists all that may be said (docs/checks.md). `group.py` and `cli.py` bring the commands to the
command line, `checking.py` is `remit spec check`.

`declared.py` counts what a file declares, `run.py` has it run and puts together what came of it (`report.py`),
`conducting.py` begins and ends the child process, `order.py` is what the two say to each other, `child.py` and
`bound.py` are the child; `live.py` asks a real ledger. `telling.py`, `document.py` (on `page.py`) and `junit.py` tell
a run, `running.py` is `remit spec run`. `book.py` and `snippets.py` are the step book, `booking.py` is `remit steps`.
"""
