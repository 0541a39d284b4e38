"""Tags: the paths of passages, and of documents from their passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path

from textgov.classify.aggregate import best_passages, document_tags
from textgov.classify.evidence import Coded
from textgov.classify.explain import cited, reasons
from textgov.classify.paths import PATH_LAYER, SHIPPED, PathModel, PathTags, codes_hash, load_paths
from textgov.classify.persistence import META_FILE, model_folder, read_meta
from textgov.codebook.loader import Codebook
from textgov.documents import Annotation, Coding
from textgov.index.annotations import Coder
from textgov.index.records import Run
from textgov.index.store import Index
from textgov.workflows.longtext import Annotate
from textgov.workflows.query import codebook_of
from textgov.workflows.runs import recorded, versions

Progress = Callable[[int, int, str], None]
DOCUMENT_LAYER = "document_path"
"""Layer of the codings of whole documents: apart, because a coding of a document by `path` counts for each passage."""

HEADING = "heading"
BATCH = 64


@dataclass
class TagReport:
    """How many documents were tagged, had been, and are not annotated yet; and passages by path."""

    model: str
    documents: int = 0
    known: int = 0
    not_annotated: int = 0
    passages: int = 0
    unsure: int = 0


def shipped_model(codebook: Codebook) -> PathModel | None:
    """The classifier of paths that ships, or None where it does not know the codes of a codebook.

    Raises:
        TextgovError: a file of it is missing or altered, or it is of a newer version.
    """
    folder = model_folder(SHIPPED)
    if not folder.joinpath(META_FILE).is_file():
        return None
    if read_meta(folder).codebook_hash != codes_hash(codebook):
        return None
    return load_paths(folder, codebook)


def with_paths(annotate: Annotate, model: PathModel | None) -> Annotate:
    """What annotates texts, with paths and stances filled in."""
    if model is None:
        return annotate

    def annotated(texts: Iterable[str]) -> Iterator[Annotation]:
        waiting = iter(texts)
        while batch := list(islice(waiting, BATCH)):
            yield from model.applied(batch, list(annotate(batch)))

    return annotated


def load_model_for(index: Index, folder: Path | None, codebook: str | None = None) -> PathModel:
    """The classifier in a folder, or the one that ships, for the codebook by which an index was annotated.

    Raises:
        TextgovError: it is missing, altered, of a newer version, or of a codebook with other codes.
    """
    place: Traversable = folder or model_folder(SHIPPED)
    return load_paths(place, codebook_of(index, codebook))


def tag_index(index: Index, model: PathModel, progress: Progress | None = None) -> TagReport:
    """Give every annotated document and its passages their paths; those that this model has tagged are passed over.

    Each document is written in one transaction, so that a run that was stopped goes on where it was.

    Raises:
        IndexFileError: the index cannot be written.
    """
    report = TagReport(model.version)
    waiting = _untagged(index, model, report)
    if not waiting:
        return report
    run = Run("tag", {"model": model.version}, versions(), model.meta.codebook_hash if model.meta else None)
    with recorded(index, run) as running:
        for done, identity in enumerate(waiting, 1):
            _tag_document(index, identity, model, report)
            if progress:
                progress(done, len(waiting), identity)
        running.counts |= {
            "documents": report.documents,
            "passages": report.passages,
            "unsure": report.unsure,
        }
    return report


def _untagged(index: Index, model: PathModel, report: TagReport) -> list[str]:
    annotations = [run for run in index.runs() if run.command == "annotate"]
    kept = list(index.document_ids())
    if not annotations:
        report.not_annotated = len(kept)
        return []
    last = annotations[-1]
    missing = set(index.pending(last.codebook or "", last.pipeline or ""))
    report.not_annotated = len(missing)
    waiting = [
        identity
        for identity in kept
        if identity not in missing and model.version not in _coders(index, identity, DOCUMENT_LAYER)
    ]
    report.known = len(kept) - len(missing) - len(waiting)
    return waiting


def _coders(index: Index, document: str, layer: str) -> set[str]:
    codings = index.codings(document, machine=True)
    return {coding.coder for found, coding in codings if found == layer}


def _tag_document(index: Index, identity: str, model: PathModel, report: TagReport) -> None:
    texts = coded_passages(index, identity)
    tags = dict(zip(texts, model.tags(list(texts.values())), strict=True))
    of_passages = [
        coding
        for ordinal, found in tags.items()
        for coding in _codings(identity, ordinal, found, model, texts)
    ]
    whole = document_tags(list(tags.values()), model.labels)
    of_document = [
        Coding(identity, None, path, score, whole.stance.get(path), best_passages(tags, path), model.version)
        for path, score in whole.scores.items()
    ]
    with index.transaction():
        for layer, codings in ((PATH_LAYER, of_passages), (DOCUMENT_LAYER, of_document)):
            for older in _coders(index, identity, layer) - {model.version}:
                index.write_codings(identity, Coder(older, layer, machine=True), [])
            index.write_codings(identity, Coder(model.version, layer, machine=True), codings)
    report.documents += 1
    report.passages += len(tags)
    report.unsure += sum(bool(found.unsure) for found in tags.values())


def coded_passages(index: Index, identity: str) -> dict[int, Coded]:
    """The passages of a document in which something was coded, with their texts, by ordinal.

    A heading names what is to come, and says nothing of it: it has no paths.
    """
    document = index.document(identity)
    places = {passage.ordinal: passage for passage in index.passages(identity) if passage.kind != HEADING}
    return {
        ordinal: Coded(document.text[places[ordinal].start : places[ordinal].end], annotation)
        for ordinal, annotation in index.annotations(identity)
        if ordinal in places
    }


def _codings(
    identity: str, ordinal: int, tags: PathTags, model: PathModel, texts: dict[int, Coded]
) -> Iterator[Coding]:
    why = reasons(model, texts[ordinal], tags.given)
    for path, score in tags.scores.items():
        evidence = cited(why.get(path, ()))
        yield Coding(identity, ordinal, path, score, tags.stance.get(path), evidence, model.version)
