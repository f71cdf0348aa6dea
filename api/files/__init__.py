"""Charter files and command files: read strictly, and every no says file, line and field.

`reading.py` is the door: `read_file` and `place_refusal`. `source.py` reads bytes into a text, `yaml_text.py` and
`json_text.py` turn a text into marks, `tree.py` the marks into plain data that remembers its lines, and `rows.py` a row
into a command. `shapes.py` says what a file may hold, `schema.py` writes that down for editors.
"""

from api.files.reading import Loaded, Place, place_refusal, read_file
from api.files.schema import charter_schema, commands_schema
from api.files.shapes import CharterFile, CommandsFile

__all__ = [
    "CharterFile",
    "CommandsFile",
    "Loaded",
    "Place",
    "charter_schema",
    "commands_schema",
    "place_refusal",
    "read_file",
]
