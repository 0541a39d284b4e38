"""Small coded passages, made without the pipeline, and a classifier of paths that was trained on them."""

from __future__ import annotations

from functools import lru_cache

from textgov.classify.evidence import Coded
from textgov.classify.paths import PathModel, PathOptions
from textgov.classify.pathtraining import CodedPassages, fit_paths
from textgov.documents import Annotation, Mention

LABELS = ("labor", "public")
CODES = {"labor": ("strike", "union"), "public": ("law_enforcement", "inspectorate")}
LAYERS = {
    "union": ("actor", "social", "horizontal"),
    "inspectorate": ("actor", "public", "horizontal"),
    "supplier": ("actor", "private", "vertical"),
    "strike": ("mechanism", "social", "horizontal"),
    "law_enforcement": ("mechanism", "public", "horizontal"),
    "wages": ("outcome", None, None),
}
PLACES = ("mill", "plant", "yard", "quarry", "farm", "dock")
LABOR = "[union] called a [strike] at the {} and the owners gave in."
FAILED = "[union] called a [strike] at the {} and it failed."
PUBLIC = "[inspectorate] carried out [law_enforcement] at the {} and fines were paid."
NONE = "The [supplier] at the {} bought a new machine and painted the roof."


def coded(marked: str, **changes: object) -> Coded:
    """A text whose `[code]`s are mentions with their code as their words."""
    text, mentions = "", []
    for number, part in enumerate(marked.replace("]", "[").split("[")):
        if number % 2:
            layer, form, scope = LAYERS[part]
            span = (len(text), len(text) + len(part))
            mentions.append(Mention(*span, layer, part, part, f"{layer}.{part}.1", form, scope, **changes))
        text += part
    return Coded(text, Annotation(tuple(mentions)))


def passages() -> CodedPassages:
    """Ninety-six passages by six authors, each path, both and none."""
    texts, stances, groups = [], [], []
    kinds = [
        (LABOR, {"labor": "works"}),
        (FAILED, {"labor": "fails"}),
        (PUBLIC, {"public": "works"}),
        (NONE, {}),
    ]
    both = (f"{LABOR} {PUBLIC}", {"labor": "works", "public": "works"})
    for author in range(6):
        for number in range(16):
            template, stance = both if number % 8 == 7 else kinds[number % 4]
            place = PLACES[(author + number) % len(PLACES)]
            texts.append(coded(template.replace("{}", place)))
            stances.append(stance)
            groups.append(f"author {author}")
    return CodedPassages(tuple(texts), tuple(stances), tuple(groups))


@lru_cache(maxsize=1)
def small_model() -> PathModel:
    """The classifier, trained once."""
    return fit_paths(passages(), LABELS, CODES, PathOptions(strength=1.0, folds=3))
