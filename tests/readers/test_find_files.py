from pathlib import Path

from textgov.documents import Problem
from textgov.readers import find_files


def names(*paths: Path) -> list[str]:
    return [
        item.name if isinstance(item, Path) else f"! {Path(item.where).name}" for item in find_files(paths)
    ]


def test_folders_are_walked_in_sorted_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.pdf", "a/B.md", "c.tei", "a.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["B.md", "z.pdf", "a.csv", "b.txt", "c.tei"]


def test_a_file_that_is_named_is_always_tried(tmp_path: Path) -> None:
    for name in ("x.dat", ".x"):
        (tmp_path / name).write_text("x")
    assert names(tmp_path / "x.dat", tmp_path / ".x") == ["x.dat", ".x"]
    assert names(tmp_path) == ["! .x", "! x.dat"]


def test_hidden_folders_are_reported_and_not_entered(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.txt").write_text("x")
    (found,) = find_files([tmp_path])
    assert isinstance(found, Problem)
    assert "hidden folder" in str(found)
    assert names(tmp_path / ".git") == ["x.txt"]


def test_a_file_without_extension_is_taken_if_its_content_is_plain(tmp_path: Path) -> None:
    (tmp_path / "paper").write_bytes(b"%PDF-1.4 ...")
    (tmp_path / "README").write_text("Just text.")
    assert names(tmp_path) == ["! README", "paper"]


def test_a_folder_named_twice_is_walked_once(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("x")
    assert names(tmp_path, tmp_path) == ["x.txt"]


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    (found,) = find_files([tmp_path / "nothing"])
    assert str(found).endswith("nothing: does not exist; check the path")
