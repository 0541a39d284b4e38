"""One annotated document: found by its id or file, read for the terminal or as a page."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from textgov.codebook.loader import Codebook
from textgov.errors import QueryError, UsageError
from textgov.export.html import document_page
from textgov.export.view import DocumentView, load_view
from textgov.index.fields import QueryContext, suggestion
from textgov.index.search import search
from textgov.index.store import Index
from textgov.workflows.query import codebook_of

SHOWN = 12
MIN_PREFIX = 4


def find_document(index: Index, name: str) -> str:
    """Id of the document that is named by its id, the beginning of its id, or its file.

    Raises:
        UsageError: there is none, or more than one; the message lists what may be meant.
    """
    if index.has_document(name):
        return index.duplicate_of(name) or name
    known = index.file(name)
    wanted = [known.document] if known is not None and known.document else []
    matches = _by_file(index, name) or wanted or _by_prefix(index, name)
    if len(matches) == 1:
        return matches[0]
    if not matches:
        near = _like(index, name)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise UsageError(
            f"no document {name!r} in the index; {hint}`textgov status --documents` lists their ids and files"
        )
    titles = (f"{one} ({index.document(one).bibliography.title or 'no title'})" for one in matches[:SHOWN])
    more = f", and {len(matches) - SHOWN} more" if len(matches) > SHOWN else ""
    raise UsageError(
        f"{name!r} holds {len(matches):,} documents; name one by its id: {'; '.join(titles)}{more}"
    )


def _like(index: Index, name: str) -> list[str]:
    """Names of files that hold the name asked for, or are nearly it."""
    names = list(dict.fromkeys(Path(record.path).name for record in index.files() if record.document))
    inside = [known for known in names if name and name.lower() in known.lower()]
    return (inside or difflib.get_close_matches(name, names, n=3))[:3]


def _by_file(index: Index, name: str) -> list[str]:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    context = QueryContext()
    try:
        hits = search(
            index, f'file:"{quoted}"', context=context, within="document", sort="document", limit=1000
        )
    except QueryError:
        return []
    return [hit.document for hit in hits.hits]


def _by_prefix(index: Index, name: str) -> list[str]:
    if len(name) < MIN_PREFIX:
        return []
    return [one for one in index.document_ids() if one.startswith(name.lower())]


def view_document(
    index: Index, name: str, *, codebook: str | None = None, layers: Sequence[str] = ()
) -> DocumentView:
    """All that is to be shown of a document.

    Raises:
        UsageError: there is no such document or layer.
    """
    known = codebook_of(index, codebook)
    check_layers(known, layers)
    return load_view(index, find_document(index, name), known, layers)


def check_layers(codebook: Codebook, layers: Sequence[str]) -> None:
    """Raise UsageError for a layer that the codebook does not have."""
    known = {layer.id: layer.label for layer in codebook.header.layer if layer.marks_text}
    for layer in layers:
        if layer not in known:
            raise UsageError(f"no layer {layer!r}; {suggestion(layer, known, 'layers are')}")


def html_page(view: DocumentView) -> str:
    """A document as a page of HTML that needs nothing but itself."""
    return document_page(view)
