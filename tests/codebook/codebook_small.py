"""A small codebook to break."""

from __future__ import annotations

import json

HEADER = """\
id = "small"
version = "1.0.0"
title = "A small codebook"
source = "Ours."

[[layer]]
id = "tool"
label = "Tools"
description = "What one works with."
"""

CODES = """\
[[code]]
id = "hammer"
label = "Hammer"
definition = "Drives nails."
examples = ["A [[claw hammer]] lay there.", "She bought a [[mallet]]."]
counter_example = "They [[hammer]] out a deal."
source = "Ours."

[[code]]
id = "saw"
label = "Saw"
definition = "Cuts wood."
examples = ["A [[saw]] hung there.", "The [[bow saw]] is blunt."]
counter_example = "He [[saw]] nothing."
source = "Ours."
parent = "hammer"
"""

TERMS = [
    {"id": "tool.hammer.001", "code": "hammer", "term": "claw hammer"},
    {"id": "tool.saw.001", "code": "saw", "term": "saw", "unless": {"before": ["he", "she"]}},
]

SMALL: dict[str, str | bytes] = {
    "codebook.toml": HEADER,
    "codes.tool.toml": CODES,
    "lexicon.tool.jsonl": "".join(json.dumps(term) + "\n" for term in TERMS),
}
