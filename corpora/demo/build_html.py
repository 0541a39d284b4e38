"""Writes a source as a web page with the boilerplate that real sites have."""

from __future__ import annotations

from html import escape
from pathlib import Path

from build_source import Block, Source, runs, typographic

SITES = {
    "journal": {
        "name": "Meridian Open Journals",
        "nav": ("Home", "Current issue", "Archive", "For authors", "Sign in"),
        "aside": "Related articles: Half a commons; Pirn winders; The union in the hostel.",
        "notice": "We use cookies to improve your reading experience. Accept all | Settings",
        "foot": "Meridian Open Journals. Terms of use. Privacy. ISSN 5555-0001.",
    },
    "institution": {
        "name": "Resource Library",
        "nav": ("About us", "Topics", "Countries", "Publications", "Contact"),
        "aside": "Subscribe to our newsletter. Share this page: Mail, Print.",
        "notice": "This site uses only the cookies that it needs.",
        "foot": "All texts may be reproduced with acknowledgement. Site map. Accessibility.",
    },
    "company": {
        "name": "Torhill Outdoor",
        "nav": ("Jackets", "Sleeping bags", "Repairs", "Stores", "Basket (0)"),
        "aside": "New in: the Fellside down jacket. Free returns within 60 days.",
        "notice": "Sign up and get 10% off your first order!",
        "foot": "Torhill Outdoor Ltd, Kendal. Careers. Press. Returns. Cookie settings.",
    },
}
STYLE = (
    "body{font:16px/1.5 Georgia,serif;margin:0}nav a{margin-right:1em}"
    "main{max-width:42em;margin:2em auto}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.2em .5em;text-align:left}"
)


def inline(text: str) -> str:
    """Marked-up text as HTML."""
    tags = {"b": "strong", "i": "em", "": ""}
    out = []
    for part, style in runs(typographic(text)):
        if style == "note":
            out.append(f'<sup><a href="#n{part}">{part}</a></sup>')
        elif style:
            out.append(f"<{tags[style]}>{escape(part, False)}</{tags[style]}>")
        else:
            out.append(escape(part, False))
    return "".join(out)


def table(block: Block, caption: str) -> str:
    """A table as HTML."""
    rows = []
    for number, row in enumerate(block.rows):
        tag = "td" if number else "th"
        cells = "".join(f"<{tag}>{inline(cell)}</{tag}>" for cell in row)
        rows.append(f"<tr>{cells}</tr>")
    head = f"<caption>{inline(caption)}</caption>\n" if caption else ""
    return f"<table>\n{head}" + "\n".join(rows) + "\n</table>"


def body(source: Source) -> list[str]:
    """The blocks of the text as HTML, one string each."""
    out: list[str] = []
    blocks = list(source.body)
    listing = ""
    for number, block in enumerate(blocks):
        kind = ""
        if block.kind == "item":
            kind = "ul" if block.text.startswith("- ") else "ol"
        if listing and kind != listing:
            out.append(f"</{listing}>")
        if kind and kind != listing:
            out.append(f"<{kind}>")
        listing = kind
        near = blocks[max(number - 1, 0) : number + 2]
        if block.kind == "heading":
            out.append(f"<h{block.level + 1}>{inline(block.text)}</h{block.level + 1}>")
        elif block.kind == "table":
            caption = next((b.text for b in near if b.kind == "caption"), "")
            out.append(table(block, caption))
        elif block.kind == "item":
            out.append(f"<li>{inline(block.text.split(' ', 1)[1])}</li>")
        elif block.kind == "para":
            out.append(f"<p>{inline(block.text)}</p>")
    return [*out, f"</{listing}>"] if listing else out


def metas(source: Source) -> list[str]:
    """The ``citation_*`` and ``description`` tags of the head."""
    meta = source.meta
    pairs = [("citation_title", meta["title"])]
    pairs += [("citation_author", name) for name in source.authors]
    pairs += [("citation_publication_date", meta["year"])]
    pairs += [("citation_journal_title", meta["venue"])]
    pairs += [("citation_doi", meta["doi"])] if "doi" in meta else []
    pairs += [("citation_keywords", word) for word in source.keywords]
    pairs += [("description", text) for text in source.abstract[:1]]
    return [f'<meta name="{name}" content="{escape(typographic(text))}">' for name, text in pairs]


def back(source: Source) -> list[str]:
    """Footnotes and references as HTML."""
    out = []
    if source.notes:
        out.append('<section class="notes"><h2>Notes</h2>')
        out += [f'<p id="n{label}">{label}. {inline(text)}</p>' for label, text in source.notes.items()]
        out.append("</section>")
    if source.references:
        out.append('<section class="references"><h2>References</h2><ul>')
        out += [f"<li>{inline(text)}</li>" for text in source.references]
        out.append("</ul></section>")
    return out


def write_html(source: Source, path: Path) -> None:
    """Writes the source as an HTML page."""
    site = SITES[source.meta["layout"]]
    title = inline(source.meta["title"])
    links = "".join(f'<a href="#">{name}</a>' for name in site["nav"])
    abstract = [f"<p>{inline(text)}</p>" for text in source.abstract]
    if abstract:
        abstract = ['<section class="abstract"><h2>Abstract</h2>', *abstract, "</section>"]
    where = f"{source.meta['venue']}, {source.meta['year']}"
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f"<title>{title} | {site['name']}</title>",
        *metas(source),
        f"<style>{STYLE}</style>\n</head>\n<body>",
        f'<div class="cookie-notice">{site["notice"]}</div>',
        f"<header><p>{site['name']}</p><nav>{links}</nav></header>",
        f"<main>\n<article>\n<h1>{title}</h1>",
        f'<p class="byline">{inline(", ".join(source.authors))}</p>',
        f'<p class="source">{inline(where)}</p>',
        *abstract,
        *body(source),
        *back(source),
        f"</article>\n</main>\n<aside><p>{site['aside']}</p></aside>",
        f"<footer><p>{site['foot']}</p></footer>\n</body>\n</html>\n",
    ]
    path.write_text("\n".join(parts), "utf-8", newline="\n")
