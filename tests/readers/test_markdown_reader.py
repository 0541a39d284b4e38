from pathlib import Path

from reader_checks import kinds, only

MARKDOWN = """---
title: "The Missing Clause: Purchasing Practices"
authors:
  - Annelie Storm
  - Basile Kouadio
year: 2023
doi: https://doi.org/10.5555/CPL.2023.12
venue: Chains and Law Briefing 12
keywords: [due diligence, suppliers]
---

# The Missing Clause

Annelie Storm, Basile Kouadio

## What the laws say

France's law on the *duty of vigilance*[^1] requires **plans**
with a [link](http://example.org).

- first `point`
- second point

| After | Turkey | Tunisia |
|-------|--------|---------|
| Audits | 64 % | 58 % |

[^1]: Loi 2017-399.

## References

Storm, A. (2020). Title.
"""


def test_blocks_and_record(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text(MARKDOWN)
    document = only(tmp_path / "x.md")
    assert kinds(document) == [
        ("heading", "The Missing Clause"),
        ("front_matter", "Annelie Storm, Basile Kouadio"),
        ("heading", "What the laws say"),
        ("body", "France's law on the duty of vigilance requires plans with a link."),
        ("list", "first point"),
        ("list", "second point"),
        ("table", "After | Turkey | Tunisia\nAudits | 64 % | 58 %"),
        ("footnote", "Loi 2017-399."),
        ("heading", "References"),
        ("references", "Storm, A. (2020). Title."),
    ]
    fields = document.bibliography
    assert fields.title == "The Missing Clause: Purchasing Practices"
    assert fields.authors == ("Annelie Storm", "Basile Kouadio")
    assert (fields.year, fields.doi) == (2023, "10.5555/cpl.2023.12")
    assert fields.keywords == ("due diligence", "suppliers")
    assert fields.venue == "Chains and Law Briefing 12"
    assert [(s.title, s.level) for s in document.sections] == [
        ("The Missing Clause", 1),
        ("What the laws say", 2),
        ("References", 2),
    ]


def test_without_a_head_the_first_heading_is_the_title(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("# A title of a text\n\nWords.\n")
    assert only(tmp_path / "x.md").bibliography.title == "A title of a text"
