"""Patterns of the query language: `?` is one character, `*` any number, `\\` makes the next one plain."""

from __future__ import annotations

import re
import string

WILDCARDS = re.compile(r"(\\.)|([*?]+)", re.DOTALL)
"""An escaped character (group 1) or a run of wildcards (group 2)."""

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def unescaped(value: str) -> str:
    """A value without its backslashes."""
    return re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)


def _translated(pattern: str, plain: dict[str, str], one: str, many: str) -> str:
    """A pattern in another notation; `plain` maps the characters that are special there."""
    made, position = [], 0
    for match in WILDCARDS.finditer(pattern):
        made += [plain.get(c, c) for c in pattern[position : match.start()]]
        if match.group(1):
            character = match.group(1)[1]
            made.append(plain.get(character, character))
        else:
            made += [one] * match.group(2).count("?") + [many] * ("*" in match.group(2))
        position = match.end()
    return "".join(made + [plain.get(c, c) for c in pattern[position:]])


def regex(pattern: str) -> re.Pattern[str]:
    """An expression to match against a whole text in lower case."""
    escaped = {c: re.escape(c) for c in string.punctuation + string.whitespace}
    return re.compile(_translated(pattern.lower(), escaped, ".", ".*"), re.DOTALL)


def glob(pattern: str) -> str:
    """A pattern for SQLite's GLOB, to match against text whose ASCII letters are in lower case."""
    return _translated(pattern.translate(_LOWER), {"*": "[*]", "?": "[?]", "[": "[[]"}, "?", "*")
