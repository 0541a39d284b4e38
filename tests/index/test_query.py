"""The query language: what it means, and what is said of what it doesn't mean."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textgov.errors import QueryError, UsageError
from textgov.index import query as module
from textgov.index import tree
from textgov.index.fields import QueryContext
from textgov.index.query import parse_query
from textgov.index.records import Sentence
from textgov.index.search import search
from textgov.index.store import Index
from textgov.index.tree import And, Between, Has, Like, Not, OneOf, Or, Should, Word, Words

CONTEXT = QueryContext(
    {
        "actor": {"union": "Trade union", "ngo": "Non-governmental organisation", "lead_firm": "Lead firm"},
        "mechanism": {"audit": "Social audit", "collective_bargaining": "Collective bargaining"},
        "place": {},
    },
    {"path": {"public": "Public governance", "labor": "Labour-centred"}},
)


def parsed(query):
    return parse_query(query, CONTEXT)


def text(*words, within=None):
    return Words("text", tuple(map(Word, words)), within)


def code(layer, *codes):
    return Has("mention", And((OneOf("layer", (layer,)), OneOf("code", codes))))


A, B, C = text("a"), text("b"), text("c")
UNION = code("actor", "union")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b OR c", Or((And((A, B)), C))),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("a b OR c", And((A, Or((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a AND (b AND c)", And((A, B, C))),
        ("NOT a AND b", And((Not(A), B))),
        ("a NOT b", And((A, Not(B)))),
        ("NOT NOT a", A),
        ("+a -b c", And((A, Not(B), Should(C)))),
        ("a -b", And((A, Not(B)))),
        ("-a", Not(A)),
        ("((((a))))", A),
        ('"a b"', text("a", "b")),
        ('"A, b!"', text("a", "b")),
        ('"a b"~5', text("a", "b", within=5)),
        ('"a b"~', text("a", "b", within=1)),
        ('"a"~5', A),
        ('"a b"~99999999999999999999', text("a", "b", within=module.MAX_DISTANCE)),
        ("a-b", text("a", "b")),
        ("wom?n", text("wom?n")),
        ("Inspect*", text("inspect*")),
        ("multi-st*", text("multi", "st*")),
        (r"a\*", A),
        (r"a\:b", text("a", "b")),
        ("a/b", text("a", "b")),
        ("*", And(())),
        ("*:*", And(())),
        ("text:*", And(())),
        ("text:(a OR b)", Or((A, B))),
        ("title:a", Words("title", (Word("a"),))),
        ("title:(a AND b)", And((Words("title", (Word("a"),)), Words("title", (Word("b"),))))),
        ("TITLE:a", Words("title", (Word("a"),))),
        ("actor:union", UNION),
        ("actor:UNION", UNION),
        ('actor:"trade union"', UNION),
        ('actor:"Trade-Union"', UNION),
        ("actor:lead-firm", code("actor", "lead_firm")),
        ("actor:*n*", code("actor", "union", "ngo")),
        ("actor:*", Has("mention", OneOf("layer", ("actor",)))),
        ("actor:(union OR ngo)", Or((UNION, code("actor", "ngo")))),
        ("actor:(union AND ngo)", And((UNION, code("actor", "ngo")))),
        ("actor:(union AND NOT ngo)", And((UNION, Not(code("actor", "ngo"))))),
        ("place:khm", code("place", "khm", "KHM")),
        ("place:K*", Has("mention", And((OneOf("layer", ("place",)), Like("code", "K*"))))),
        ("status:negated", Has("mention", OneOf("status", ("negated",)))),
        ('name:"Fair Labor"', Has("mention", OneOf("name", ("Fair Labor",), fold=True))),
        ("attributed:TRUE", Has("mention", OneOf("attributed", (1,)))),
        ("form:*", Has("mention", Between("form", None, None))),
        (
            "mechanism:(audit AND status:negated)",
            Has(
                "mention",
                And(
                    (OneOf("layer", ("mechanism",)), OneOf("code", ("audit",)), OneOf("status", ("negated",)))
                ),
            ),
        ),
        (
            "mention:(actor:union AND NOT status:(negated OR hedged))",
            Has(
                "mention",
                And(
                    (
                        *(OneOf("layer", ("actor",)), OneOf("code", ("union",))),
                        Not(Or((OneOf("status", ("negated",)), OneOf("status", ("hedged",))))),
                    )
                ),
            ),
        ),
        ("kind:paper", Has("document", OneOf("kind", ("paper",)))),
        ("passage:table", Has("passage", OneOf("kind", ("table",)))),
        ("year:2010", Has("document", Between("year", 2010, 2010))),
        ("year:[2005 TO 2014]", Has("document", Between("year", 2005, 2014))),
        ("year:{2005 TO 2014}", Has("document", Between("year", 2005, 2014, False, False))),
        ("year:[* TO 2014}", Has("document", Between("year", None, 2014, True, False))),
        ("year:>=2005", Has("document", Between("year", 2005, None))),
        ("year:<2005", Has("document", Between("year", None, 2005, True, False))),
        (
            "year:(2005 OR 2006)",
            Or((Has("document", Between("year", 2005, 2005)), Has("document", Between("year", 2006, 2006)))),
        ),
        ("confidence:[0.5 TO *]", Has("mention", Between("confidence", 0.5, None))),
        ("file:*.pdf", Has("document", tree.InFile("*.pdf"))),
        ("relation:governs", Has("relation", OneOf("kind", ("governs", "GOVERNS")))),
    ],
)
def test_meaning(query, expected):
    assert parsed(query) == expected


def test_a_path_counts_from_the_threshold_on():
    (where,) = [parsed("path:public").where]
    assert where == And((OneOf("layer", ("path",)), OneOf("code", ("public",)), Between("score", 0.5, None)))
    strict = QueryContext(threshold=0.8)
    assert Between("score", 0.8, None) in parse_query("cell:x", strict).where.children
    both = parsed("path:(public AND stance:works)").where
    assert both.children[:3] == (
        OneOf("layer", ("path",)),
        OneOf("code", ("public",)),
        OneOf("stance", ("works", "WORKS")),
    )


def _error(query, context=CONTEXT):
    with pytest.raises(QueryError) as caught:
        parse_query(query, context)
    return str(caught.value)


@pytest.mark.parametrize(
    ("query", "first_line", "place"),
    [
        ("acter:union", "there is no field 'acter'; did you mean actor", 0),
        ("a AND acter:union", "there is no field 'acter'", 6),
        (
            "actor:unoin",
            "actor has no value 'unoin'; did you mean union? the values of actor are: lead_firm, ngo, union",
            6,
        ),
        ("actor:x*", "actor has no value 'x*'", 6),
        ("mechanism:bargain", "did you mean collective_bargaining", 10),
        ("kind:papers", "did you mean paper? the values of kind are: abstract, audit", 5),
        ("path:Publik", "did you mean public?", 5),
        ("status:wrong", "the values of status are: asserted, conditional, hedged", 7),
        ("year:soon", "year takes a number, or a range such as [2005 TO 2014]", 5),
        ("year:[a TO 2010]", "year takes a number", 6),
        ("title:[a TO b]", "a range is not possible in title", 6),
        ("actor:[a TO b]", "actor takes one value", 6),
        ('actor:"a b"~2', "actor takes one value", 6),
        ("attributed:maybe", "attributed is true or false", 11),
        ("mention:union", "mention: takes a group", 0),
        ("mention:(union)", "mention:(...) takes fields", 9),
        ("mechanism:(audit AND year:2010)", "year is not a property of one mention", 21),
        ("title:(a AND year:2010)", "year: inside title:(...)", 13),
        ("mention:(mention:(rule:a))", "mention is not a property of one mention", 9),
        ("a^2", "a boost (^) is not part", 0),
        ("a~", "a fuzzy word (~) is not part", 0),
        ("b /a+/", "/.../ is not part", 2),
        ("!a", "write NOT", 0),
        ("a && b", "'&&' has no letters or digits", 2),
        ("\U0001f600", "has no letters or digits", 0),
        ("*a*b*c*d*e*", "a pattern can have at most 4 stars", 0),
        ("name:*a*b*c*d*", "a pattern can have at most 4 stars", 5),
        ('"a b"~1.5', "the number after a ~", 5),
        ("a AND", "the query ends too early", 5),
        ("(a", "the query ends too early", 2),
        ("a)", "')' is not expected here", 1),
        ("AND a", "'AND' is not expected here", 0),
        ('a "b c', 'a " is opened here and never closed', 2),
        ("a: b", "there is no field 'a'", 0),
        ("year:", "the query ends too early", 5),
        ("", "the query is empty", 0),
        ("  ", "the query is empty", 0),
    ],
)
def test_errors_say_what_is_wrong_and_where(query, first_line, place):
    message, *lines = _error(query).split("\n")
    assert first_line in message
    assert message.endswith(f"(at character {place + 1})")
    assert lines[1] == "  " + " " * place + "^"


def test_the_caret_stands_under_its_place_in_a_long_or_wide_query():
    wide = _error('"\u65e5\u672c\u8a9e" AND acter:x').split("\n")
    assert wide[2].index("^") == len('  "xxxxxx" AND ')
    long = _error("a OR " * 100 + "acter:x OR " + "b OR " * 100 + "c").split("\n")
    assert long[1][long[2].index("^") :].startswith("acter:x")
    assert max(map(len, long[1:])) <= 72
    assert _error("acter:x\n\tOR b").split("\n")[1] == "  acter:x  OR b"


def test_too_long_too_deep_and_too_many_are_refused():
    assert "at most 32,768" in _error("a" * 40_000)
    assert "levels deep" in _error("a" + " AND (b OR (c" * 50 + "))" * 50)
    assert "at most 500" in _error(" OR ".join(["a"] * 501))
    assert isinstance(parsed(" OR ".join(f"w{n}" for n in range(500))), Or)


def test_many_values_are_listed_shortly():
    many = QueryContext({"place": {f"C{n:03}": "" for n in range(200)}})
    message = _error("place:xyz", many)
    assert "C000, C001" in message
    assert "and 160 more" in message


def test_a_layer_named_like_a_field_is_refused():
    with pytest.raises(UsageError, match="layer 'year' has the name of a search field"):
        parse_query("a", QueryContext({"year": {}}))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    from textgov.documents import Document, Passage

    path = tmp_path_factory.mktemp("query") / "index.db"
    with Index.open(path, create=True) as index:
        body = 'The women organised. A woman bargained; OR so "they" say: NEAR text:it \U0001f600.'
        document = Document("a" * 16, "a.txt", body)
        index.add_document(
            document, [Passage("a" * 16, 0, 0, len(body))], [Sentence(0, 0, 20), Sentence(0, 21, len(body))]
        )
        yield index


HOSTILE = [
    "(" * 10_000,
    "(" * 10_000 + "a" + ")" * 10_000,
    ")" * 10_000,
    '"' * 9_999,
    "a\0b",
    "\0",
    "NUL\0 AND woman",
    "'; DROP TABLE documents; --",
    '"\'; DROP TABLE documents; --"',
    'name:"x\' OR 1=1 --"',
    "doc:' UNION SELECT text FROM contents --",
    "NEAR(a b, 2)",
    "text : woman",
    "{text section} : woman",
    "^woman",
    "woman*",
    '"wom*" + "organised"',
    "* * *",
    '"* * *"',
    "?",
    "???????",
    "AND OR NOT",
    "NOT NOT NOT NOT woman",
    "NOT " * 5_000 + "a",
    "+-+-woman",
    "a:b:c:d",
    "::::",
    "year:[2005 TO 2014",
    "year:99999999999999999999999",
    "year:[-5 TO -1]",
    "page:0.5",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u202ewoman",
    "\ud800",
    "\ue000 woman \ue001*",
    "file:" + "*a" * 4 + "*",
    "file:" + "[" * 500,
    "name:" + "?" * 5000,
    "a" * 30_000,
    '"' + "a " * 10_000 + '"',
    '"' + "a* " * 20 + '"',
    '"' + "a? " * 20 + '"~3',
    "wom?n " * 200,
    "\\",
    "a\\",
    "title:\\*",
    "a AND " * 4_000 + "a",
    "-" * 1000 + "a",
    "~",
    "^",
    "a~0.5",
    "a^^",
    "[a TO b]",
    "{a TO b}",
    ">5",
    "<=x",
    "/x/",
    "a~~",
    '""',
    '""~3',
    "''",
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("within", ["sentence", "passage", "document"])
def test_hostile_queries_give_an_error_or_an_answer(small, query, within):
    _try(small, query, within)
    assert search(small, "woman", context=CONTEXT).total == 1


def _try(index, query, within):
    try:
        found = search(index, query, context=CONTEXT, within=within)
    except QueryError as error:
        assert str(error)
    else:
        assert found.total == len(found.hits) <= 2


_syntax = st.lists(
    st.sampled_from(
        [
            *'()[]{}"~^:*?+-\\/<>=!&|',
            "AND",
            "OR",
            "NOT",
            "TO",
            " ",
            "woman",
            "actor",
            "union",
            "year",
            "2010",
            "mention",
            "\0",
            "\u00e9",
        ]
    ),
    max_size=25,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.text() | _syntax, st.sampled_from(["sentence", "passage", "document"]))
def test_any_text_gives_an_error_or_an_answer(small, query, within):
    _try(small, query, within)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, module.MAX_DEPTH - 1), st.data())
def test_the_deepest_query_is_answered(small, depth, data):
    query = "woman"
    for level in range(depth):
        other = data.draw(st.sampled_from(["nothing", "actor:ngo", "year:2000", "NOT women"]))
        query = f"({query}) {('AND', 'OR')[level % 2]} {other}"
    for within in ("sentence", "passage", "document"):
        search(small, query, context=CONTEXT, within=within)


@pytest.mark.parametrize("word", ["AND", "OR", "AND NOT"])
@pytest.mark.parametrize(
    "clause", ["rule:r{}", "woman{}", "year:{}", "section:s{}", "mention:(rule:{} OR name:{})", "stance:{}"]
)
@pytest.mark.parametrize("within", ["sentence", "passage", "document"])
def test_the_longest_query_is_answered(small, word, clause, within):
    count = module.MAX_CLAUSES // clause.count("{}")
    query = f" {word} ".join(clause.replace("{}", str(n)) for n in range(count))
    assert search(small, query, context=CONTEXT, within=within).total == 0


def test_a_pattern_for_too_many_words_is_refused(small, monkeypatch):
    monkeypatch.setattr("textgov.index.vocabulary.MAX_WORDS", 1)
    with pytest.raises(QueryError, match="'wom\\?n' stands for more than 1 words"):
        search(small, "wom?n", context=CONTEXT)
    assert search(small, "wom*", context=CONTEXT).total == 1


def test_combinations_of_patterns_are_bounded(small, monkeypatch):
    monkeypatch.setattr("textgov.index.fulltext.MAX_WORDS", 3)
    with pytest.raises(QueryError, match="or combinations of words"):
        search(small, '"wom?n wom?n"', context=CONTEXT)
