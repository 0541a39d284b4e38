"""`textgov status`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgov.cli.options import index_option
from textgov.cli.output import console, plural, printable, say, write_rows

if TYPE_CHECKING:
    from textgov.index.store import Index
    from textgov.workflows.status import StatusReport

FILES = ("all", "kept", "duplicate", "failed", "skipped")


@click.command("status")
@index_option
@click.option("--documents", is_flag=True, help="List the documents.")
@click.option("--files", type=click.Choice(FILES), help="List the files of a status, with the reason.")
@click.option("--runs", is_flag=True, help="List what was run.")
@click.option("--json", "form", flag_value="json", help="Write JSON lines.")
@click.option("--csv", "form", flag_value="csv", help="Write lists as CSV.")
def command(index_path: Path, documents: bool, files: str | None, runs: bool, form: str | None) -> int:
    """Say what is in the index: counts, or lists of documents, files and runs.

    Every file that was ever named is of one status: `kept`; `duplicate` of a document that is kept;
    `failed`, because it cannot be read; or `skipped`, because it is no file to be read.

    \b
    Examples:
      textgov status --index review.db
      textgov status --files failed
      textgov status --files duplicate --csv
    """
    from textgov.index.store import Index
    from textgov.workflows.status import index_status

    if documents + bool(files) + runs > 1:
        raise click.UsageError("give one of --documents, --files and --runs")
    with Index.open(index_path, read_only=True) as index:
        if documents or files or runs:
            _list(index, files, form, documents=documents)
        elif form == "csv":
            raise click.UsageError("--csv goes with --documents, --files or --runs")
        else:
            _tell(index_status(index), index_path, form)
    return 0


def _list(index: Index, files: str | None, form: str | None, *, documents: bool) -> None:
    if documents:
        rows = _document_rows(index)
    elif files == "duplicate":
        rows = _duplicate_rows(index)
    elif files:
        rows = _file_rows(index, files)
    else:
        rows = _run_rows(index)
    if form:
        write_rows(rows, form)
        return
    out = console()
    for row in rows:
        values = [
            ("; ".join(v) if isinstance(v, list) else str(v)) for v in row.values() if v not in (None, "", [])
        ]
        out.print(printable("  ".join(values)), soft_wrap=True, markup=False)
    say(plural(len(rows), "document" if documents else "file" if files else "run"))


def _document_rows(index: Index) -> list[dict[str, Any]]:
    from textgov.workflows.status import document_lines

    return [
        {
            "document": line.document,
            "year": line.year,
            "kind": line.kind,
            "language": line.language,
            "title": line.title,
            "file": line.file + (f" ({line.part})" if line.part else ""),
            "notes": list(line.notes),
        }
        for line in document_lines(index)
    ]


def _file_rows(index: Index, status: str) -> list[dict[str, Any]]:
    from textgov.workflows.status import file_lines

    return [
        {
            "status": record.status,
            "file": record.path,
            "document": record.document,
            "reason": record.reason,
            "advice": record.advice,
        }
        for record in file_lines(index, status)
    ]


def _duplicate_rows(index: Index) -> list[dict[str, Any]]:
    from textgov.workflows.status import duplicate_lines

    return [
        {
            "file": link.source + (f" ({link.part})" if link.part else ""),
            "is": "is a copy of",
            "kept": kept,
            "document": link.kept,
            "reason": link.reason,
        }
        for link, kept in duplicate_lines(index)
    ]


def _run_rows(index: Index) -> list[dict[str, Any]]:
    return [
        {
            "run": run.id,
            "command": run.command,
            "started": run.started,
            "outcome": run.outcome if run.outcome != "running" else "running or killed",
            "counts": ", ".join(f"{name} {count:,}" for name, count in run.counts.items()),
            "codebook": run.codebook,
            "pipeline": run.pipeline,
            "versions": ", ".join(f"{name} {number}" for name, number in run.versions.items()),
        }
        for run in index.runs()
    ]


def _tell(report: StatusReport, path: Path, form: str | None) -> None:
    from textgov.documents import to_json

    if form == "json":
        click.echo(to_json(report.counts))
        return
    counts = report.counts
    done = counts.annotated
    rows = [
        ("index", str(path)),
        ("files", _listed(counts.files)),
        ("documents", _with_parts(counts.documents, counts.kinds)),
        ("languages", _listed(counts.languages)),
        ("passages", f"{counts.passages:,} with {plural(counts.sentences, 'sentence')}"),
        ("annotated", f"{done:,} of {plural(counts.documents, 'document')}"),
        ("mentions", _with_parts(sum(counts.mentions.values()), counts.mentions)),
        ("relations", _listed(counts.relations)),
        ("interactions", _listed(counts.interactions)),
        ("codings", _listed(counts.codings)),
    ]
    if report.last_annotation is not None:
        run = report.last_annotation
        rows.append(
            ("last coded", f"{run.started} by codebook {run.options.get('codebook')}, hash {run.codebook}")
        )
    for name, value in rows:
        if value:
            click.echo(f"{name:<13}{printable(value)}")
    for run in report.unfinished:
        say(f"the last {run.command} has not come to its end; unless it is running, the same command goes on")
    if counts.documents and done < counts.documents:
        say(f"{plural(counts.documents - done, 'document')} not annotated yet; run textgov annotate")


def _with_parts(total: int, parts: dict[str, int]) -> str:
    return f"{total:,}" + (f"  ({_listed(parts)})" if parts else "")


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
