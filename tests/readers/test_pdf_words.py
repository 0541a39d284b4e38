from hypothesis import given
from hypothesis import strategies as st

from textgov.readers.pdf_words import Vocabulary, join_lines, tidy


def joined(*lines: str, known: str = "") -> str:
    return "".join(join_lines(lines, Vocabulary([*lines, known])))


def test_hyphens_follow_the_words_of_the_document() -> None:
    assert joined("private govern-", "ance") == "private governance"
    assert joined("a co-", "operative", known="the co-operative society") == "a co-operative"
    assert joined("a co-", "operative", known="the cooperative society") == "a cooperative"
    assert joined("supplier-", "driven", known="driven by a supplier") == "supplier-driven"
    assert joined("self-", "regulation", known="regulation") == "self-regulation"
    assert joined("non-", "compliance", known="noncompliance") == "noncompliance"
    assert joined("multi-stakeholder ini-", "tiative") == "multi-stakeholder initiative"


def test_other_ends_of_lines() -> None:
    assert joined("Anglo-", "American") == "Anglo-American"
    assert joined("2010–", "2014") == "2010–2014"
    assert joined("soft\u00ad", "hyphen") == "softhyphen"
    assert joined("work —", "and rest") == "work — and rest"
    assert joined("one", "two") == "one two"
    assert joined("https://example.org/a-", "page") == "https://example.org/a-page"


def test_tidy() -> None:
    assert tidy("policy.¹² The firm² and 10² m") == "policy. The firm and 10² m"
    assert tidy("leather goods.The law") == "leather goods. The law"
    assert tidy("see www.Example.Com and U.S.Law") == "see www.Example.Com and U.S.Law"


@given(st.lists(st.text(st.sampled_from("abc-– \u00ad2A"), min_size=1, max_size=8), min_size=1, max_size=6))
def test_nothing_but_hyphens_and_spaces_is_lost(lines: list[str]) -> None:
    lost = str.maketrans("", "", "-\u00ad ")
    assert joined(*lines).translate(lost) == "".join(lines).translate(lost)
