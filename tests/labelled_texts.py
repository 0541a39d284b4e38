"""Labelled texts made for tests: words tell of their labels, and documents have an order."""

from __future__ import annotations

import numpy as np

from textgov.classify.labels import Labelled

WORDS = {
    "strike": ["strike", "walkout", "picket", "stoppage"],
    "audit": ["audit", "inspection", "checklist", "assessor"],
    "law": ["statute", "ministry", "decree", "parliament"],
}
FILLER = (
    *(
        "the",
        "mill",
        "in",
        "the",
        "valley",
        "spun",
        "yarn",
        "for",
        "a",
        "buyer",
        "who",
        "paid",
        "late",
        "and",
    ),
    *("ordered", "more", "each", "season"),
)


def topical(size: int = 240, *, seed: int = 0, clear: float = 0.9, documents: int = 12) -> Labelled:
    """Texts of one class each; with the chance `clear` a word tells of it. Classes come in runs within documents."""
    random = np.random.default_rng(seed)
    names = sorted(WORDS)
    texts, places, groups = [], [], []
    for number in range(size):
        document = number * documents // size
        place = (number * 3 * documents // size) % 3
        words = list(random.choice(FILLER, 8))
        if random.random() < clear:
            words += list(random.choice(WORDS[names[place]], 2))
        random.shuffle(words)
        texts.append(" ".join([*words, f"n{number}"]))
        places.append(place)
        groups.append(f"d{document}")
    targets = np.eye(3, dtype=np.int8)[places]
    return Labelled(
        tuple(str(n) for n in range(size)), tuple(texts), tuple(names), targets, "multiclass", tuple(groups)
    )


def several(size: int = 240, *, seed: int = 0) -> Labelled:
    """Texts with any number of labels, some of them rare, without groups."""
    random = np.random.default_rng(seed)
    names = sorted(WORDS)
    targets = (random.random((size, 3)) < [0.4, 0.2, 0.12]).astype(np.int8)
    texts = []
    for number, row in enumerate(targets):
        words = list(random.choice(FILLER, 8))
        for place in np.flatnonzero(row):
            words += list(random.choice(WORDS[names[place]], 2))
        random.shuffle(words)
        texts.append(" ".join([*words, f"n{number}"]))
    return Labelled(tuple(str(n) for n in range(size)), tuple(texts), tuple(names), targets, "multilabel")


def table(labelled: Labelled) -> str:
    """A CSV file of labelled texts: id, document, text, and a column `label` or one of 0 and 1 for each label."""
    names = ["label"] if labelled.kind == "multiclass" else list(labelled.labels)
    lines = [",".join(["id", "document", "text", *names])]
    for place, text in enumerate(labelled.texts):
        row = labelled.targets[place]
        cells = (
            [labelled.labels[int(row.argmax())]]
            if labelled.kind == "multiclass"
            else [str(one) for one in row]
        )
        group = labelled.groups[place] if labelled.groups else f"d{place % 9}"
        lines.append(",".join([f"t{place}", group, text, *cells]))
    return "\n".join(lines) + "\n"
