"""The manual that ships is the one that the codebook gives, and holds everything a coder needs."""

from __future__ import annotations

from textgov.codebook.loader import builtin_folder, builtin_names, load
from textgov.codebook.manual import MANUAL_FILE, render_manual


def test_the_shipped_manual_is_current():
    for name in builtin_names():
        shipped = builtin_folder(name).joinpath(MANUAL_FILE).read_text(encoding="utf-8")

        assert shipped == render_manual(load(name)), f"write {MANUAL_FILE} of {name} anew from its codebook"


def test_it_holds_every_code_with_all_that_is_said_of_it():
    codebook = load()
    manual = render_manual(codebook)

    for layer, codes in codebook.codes.items():
        for code in codes.values():
            section = _section(manual, f"### {code.label} (`{code.id}`)\n\n{code.definition}\n")
            for text in (*code.include, *code.exclude, *code.decisions, code.source, code.counter_reason):
                assert text.replace("*", "\\*") in section, (layer, code.id, text)
            for text in (*code.examples, code.counter_example):
                assert text.replace("[[", "**").replace("]]", "**") in section, (layer, code.id, text)
            for value in (code.form, code.scope, code.pillar):
                assert value is None or value in section, (layer, code.id, value)


def test_it_holds_notes_rules_and_decisions():
    codebook = load()
    manual = render_manual(codebook)
    decisions = _section(manual, "## Decisions where the sources are silent\n")

    assert all(f"- {note}\n" in manual for note in codebook.header.notes)
    for layer in codebook.header.layer:
        section = _section(manual, f"## {layer.label} (`{layer.id}`)\n", until="\n## ")
        assert all(f"- {rule}\n" in section for rule in layer.rules)
        assert all(f"- `{layer.id}`: {text}\n" in decisions for text in layer.decisions)
        for code in codebook.codes.get(layer.id, {}).values():
            assert all(f"- `{layer.id}/{code.id}`: {text}\n" in decisions for text in code.decisions)


def test_it_counts_entries_names_and_cues(write):
    folder = write(
        {
            "gazetteer.tool.jsonl": '{"id": "n", "code": "saw", "name": "Old Saw"}\n',
            "cues.status.jsonl": "".join(
                f'{{"id": "c{n}", "cue": "{w}", "effect": "negated"}}\n' for n, w in enumerate("abcdefg")
            ),
            "cues.form.jsonl": '{"id": "f", "cue": "big", "scope": "vertical"}\n',
        }
    )
    manual = render_manual(load(folder))

    assert "| `tool` | Tools | 2 | 2 | 1 |\n" in manual
    assert "- Found by: 1 lexicon entry, 0 names\n" in manual
    assert "- Found by: 1 lexicon entry, 1 name\n" in manual
    assert "| status | negated | 7 | a, b, c, d, e, f, ... |\n" in manual
    assert "| form | form and scope | 1 | big |\n" in manual


def test_signs_of_markdown_are_shown_as_they_are(write):
    manual = render_manual(load(write({"codebook.toml": _header('A *b* <c> | "d"\\\\')})))

    assert manual.startswith('# A \\*b\\* \\<c> \\| "d"\\\\\n')


def test_a_codebook_without_forms_paths_or_cues_has_no_such_parts(write):
    manual = render_manual(load(write()))

    for part in (
        "Form and scope by default",
        "Paths at a glance",
        "## Cues",
        "## Decisions",
        "## How to code",
    ):
        assert part not in manual


def _section(manual: str, head: str, until: str = "\n### ") -> str:
    start = manual.index(head)
    end = manual.find(until, start + len(head))
    return manual[start : end if end >= 0 else len(manual)]


def _header(title: str) -> str:
    quoted = title.replace('"', '\\"')
    return f"""id = "s"\nversion = "1.0.0"\ntitle = "{quoted}"\nsource = "Ours."
[[layer]]\nid = "tool"\nlabel = "L"\ndescription = "D"\n"""
