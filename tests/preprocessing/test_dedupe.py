import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.documents import Bibliography
from textgov.errors import RecordError
from textgov.preprocessing.dedupe import DuplicateFinder, Signature, signature

WORDS = [f"word{n}" for n in range(400)]


def prose(seed: int, length: int = 400) -> str:
    rnd = random.Random(seed)  # noqa: S311 - made-up text
    return " ".join(rnd.choice(WORDS) for _ in range(length))


def changed(text: str, share: float) -> str:
    words = text.split()
    rnd = random.Random(7)  # noqa: S311 - made-up text
    for place in rnd.sample(range(len(words)), int(share * len(words))):
        words[place] = f"new{place}"
    return " ".join(words)


def jaccard(first: str, second: str) -> float:
    def shingles(text: str) -> set[tuple[str, ...]]:
        words = text.split()
        return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}

    one, two = shingles(first), shingles(second)
    return len(one & two) / len(one | two)


PAPER = Bibliography(title="Economic and social upgrading in chains", year=2016, kind="paper")
NOTHING = Bibliography()


def test_identical_text_whatever_its_case_and_line_breaks() -> None:
    finder = DuplicateFinder()
    assert finder.add("a", "Workers bargain. Firms listen!", NOTHING) is None
    found = finder.add("b", "workers bargain\nfirms LISTEN", NOTHING)
    assert found is not None
    assert (found.kept, found.reason) == ("a", "identical text")
    assert len(finder) == 1


def test_same_doi_in_any_spelling() -> None:
    finder = DuplicateFinder()
    finder.add("a", prose(1), Bibliography(doi="10.1000/Abc"))
    found = finder.add("b", prose(2), Bibliography(doi="https://doi.org/10.1000/aBC"))
    assert found is not None
    assert (found.kept, found.reason) == ("a", "same DOI")


def test_record_and_full_text_of_one_title_and_year() -> None:
    finder = DuplicateFinder()
    finder.add("record", prose(1, 60), Bibliography(title=PAPER.title, year=2016, kind="abstract"))
    full = Bibliography(title="Economic and Social Upgrading in Chains.", year=2016, kind="paper")
    found = finder.add("paper", prose(2), full)
    assert found is not None
    assert (found.kept, found.reason, found.fuller) == ("record", "same title and year", True)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (PAPER, Bibliography(title=PAPER.title, year=2017, kind="abstract")),
        (PAPER, Bibliography(title="Introduction", year=2016, kind="abstract")),
        (Bibliography(title="Introduction", year=2016), Bibliography(title="Introduction", year=2016)),
        (
            Bibliography(title="Slavery and human trafficking statement", year=2020, kind="statement"),
            Bibliography(title="Slavery and Human Trafficking Statement", year=2020, kind="statement"),
        ),
        (
            Bibliography(title=PAPER.title, year=2016, kind="abstract", authors=("Barrientos, S.",)),
            Bibliography(title=PAPER.title, year=2016, kind="abstract", authors=("Mei Lin",)),
        ),
    ],
)
def test_works_that_are_not_one(first: Bibliography, second: Bibliography) -> None:
    finder = DuplicateFinder()
    finder.add("a", prose(1), first)
    assert finder.add("b", prose(2), second) is None


def test_near_identical_text_and_what_is_not_near_enough() -> None:
    text = prose(3)
    near, far = changed(text, 0.01), changed(text, 0.12)
    assert jaccard(text, near) > 0.92
    assert jaccard(text, far) < 0.6
    finder = DuplicateFinder()
    finder.add("a", text, NOTHING)
    found = finder.add("b", near, NOTHING)
    assert found is not None
    assert found.basis == "near-identical text"
    estimate = float(found.reason.split()[-1].rstrip(")"))
    assert abs(estimate - jaccard(text, near)) < 0.08
    assert finder.add("c", far, NOTHING) is None


def test_a_word_changed_in_a_sentence_makes_another_text() -> None:
    finder = DuplicateFinder()
    finder.add("a", "The supplier must not hire workers below the age of sixteen years", NOTHING)
    assert (
        finder.add("b", "The supplier must not hire workers below the age of fifteen years", NOTHING) is None
    )


def test_duplicates_are_linked_to_the_kept_document() -> None:
    finder = DuplicateFinder()
    text = prose(4)
    finder.add("a", text, NOTHING)
    kept = [found.kept for name in "bcd" if (found := finder.add(name, text, NOTHING))]
    assert kept == ["a", "a", "a"]


def test_a_fuller_document_takes_the_place_of_a_record() -> None:
    finder = DuplicateFinder()
    record = Bibliography(title=PAPER.title, year=2016, kind="abstract", doi="10.1000/x")
    finder.add("record", "Economic and social upgrading in chains", record)
    full = Bibliography(title=PAPER.title, year=2016, kind="paper", doi="10.1000/x")
    found = finder.add("paper", prose(5), full)
    assert found is not None
    assert found.fuller
    finder.replace("record", "paper", signature(prose(5)), full)
    assert len(finder) == 1
    for text, fields in ((prose(5), NOTHING), ("Economic and social upgrading in chains", record)):
        again = finder.add("x", text, fields)
        assert again is not None
        assert again.kept == "paper"
        assert not again.fuller
    with pytest.raises(KeyError):
        finder.replace("record", "other", signature("x"), NOTHING)


@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
def test_signatures_survive_their_bytes(text: str) -> None:
    found = signature(text)
    assert Signature.from_bytes(found.to_bytes()) == found
    assert found.similarity(found) == 1.0
    assert len(found.to_bytes()) in {23, 535}


@pytest.mark.parametrize("data", [b"", b"TG", b"XX" + b"\0" * 533, b"TG\x09" + b"\0" * 20, b"\0" * 23])
def test_bytes_of_something_else_are_refused(data: bytes) -> None:
    with pytest.raises(RecordError, match="signature"):
        Signature.from_bytes(data)


def test_a_finder_is_restored_from_kept_signatures() -> None:
    first = DuplicateFinder()
    texts = [prose(n) for n in range(5)]
    for n, text in enumerate(texts):
        first.add(str(n), text, NOTHING)
    restored = DuplicateFinder()
    for n, text in enumerate(texts):
        restored.keep(str(n), Signature.from_bytes(signature(text).to_bytes()), NOTHING)
    for text in (changed(texts[2], 0.01), texts[4], prose(99)):
        assert first.find(signature(text), NOTHING) == restored.find(signature(text), NOTHING)


def test_signatures_are_the_same_in_every_process() -> None:
    code = (
        "from textgov.preprocessing.dedupe import signature;"
        "print(signature('a b c d e f g collective bargaining').to_bytes().hex())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert runs == {signature("a b c d e f g collective bargaining").to_bytes().hex()}


def test_empty_texts_are_not_duplicates_of_each_other() -> None:
    finder = DuplicateFinder()
    assert finder.add("a", "", NOTHING) is None
    assert finder.add("b", "…", NOTHING) is None
