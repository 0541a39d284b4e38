"""What a cue scopes over, read from the dependency parse (ClearNLP labels of spaCy's English models)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spacy.tokens import Doc, Span, Token

SUBJECTS = frozenset({"nsubj", "csubj", "nsubjpass", "csubjpass", "expl"})
CLAUSES = frozenset({"relcl", "advcl", "ccomp", "parataxis", "csubj", "csubjpass"})
COMPLEMENTS = frozenset(
    {
        "xcomp",
        "ccomp",
        "dobj",
        "pobj",
        "prep",
        "oprd",
        "attr",
        "acomp",
        "acl",
        "dative",
        "pcomp",
        "conj",
        "nsubjpass",
    }
)
ATTACHED = frozenset({"aux", "auxpass", "neg", "advmod", "npadvmod", "mark", "preconj", "prep", "pobj"})
Scope = frozenset[int]


def has_subject(token: Token) -> bool:
    """Whether a verb has a subject of its own."""
    return any(child.dep_ in SUBJECTS for child in token.children)


def clause(governor: Token, *, skip: frozenset[str] = frozenset()) -> Scope:
    """Tokens of the clause of `governor`: no subordinate clauses, no conjoined clause with its own subject."""
    return frozenset(_descend(governor, CLAUSES | skip))


def _descend(token: Token, stop: frozenset[str]) -> Iterator[int]:
    yield token.i
    for child in token.children:
        if child.dep_ in stop or (child.dep_ == "conj" and _is_verb(child) and has_subject(child)):
            continue
        yield from _descend(child, stop)


def _is_verb(token: Token) -> bool:
    return token.tag_.startswith(("VB", "MD"))


def below(token: Token, *, after: int = -1) -> Scope:
    """The phrase under `token` without relative and adverbial clauses, from token `after` on."""
    return frozenset(i for i in _descend(token, frozenset({"relcl", "advcl"})) if i >= after)


def scope_of_head(cue: Span) -> tuple[Token, Scope]:
    """An auxiliary, negation or adverb: the clause of the verb (or phrase of the noun) that it modifies."""
    root = cue.root
    if root.dep_ in ATTACHED and root.head.i != root.i:
        governor = root.head
        while governor.dep_ in ("aux", "auxpass") and governor.head.i != governor.i:
            governor = governor.head
    else:
        governor = next((c for c in root.children if c.dep_ in ("xcomp", "ccomp") and c.i > root.i), root)
    return governor, clause(governor)


def scope_of_determiner(cue: Span) -> tuple[Token, Scope]:
    """`no`, `nobody`, `none of`: its noun phrase, and the verb whose argument that is with its other objects."""
    root = cue.root
    noun = root.head if root.dep_ in ("det", "preconj", "cc", "advmod", "neg", "nummod", "predet") else root
    inside = set(below(noun))
    inside.update(i for child in noun.children if child.dep_ in ("acl", "ccomp") for i in below(child))
    verb = noun.head
    if noun.dep_ in SUBJECTS and _is_verb(verb):
        inside |= clause(verb)
    elif noun.dep_ in ("dobj", "attr", "pobj", "dative") and _is_verb(verb):
        inside.add(verb.i)
    return noun, frozenset(inside)


def scope_of_phrase(cue: Span) -> tuple[Token, Scope]:
    """A preposition or other word: what follows it in the phrase that it opens."""
    root = cue.root
    inside = below(root, after=cue.end)
    if not inside and root.head.i >= cue.end:
        inside = below(root.head, after=cue.end)
    return root, inside


def scope_of_verb(cue: Span) -> tuple[Token, Scope]:
    """A verb: its complements and passive subject."""
    root = cue.root
    inside: set[int] = set()
    for child in root.children:
        if child.dep_ in COMPLEMENTS and (child.dep_ == "nsubjpass" or child.i >= cue.start):
            if child.dep_ == "conj" and _is_verb(child):
                continue
            inside |= below(child)
    if root.dep_ in ("amod", "acl") and root.tag_ == "VBN":
        inside.update(below(root.head))
    inside.discard(root.i)
    return root, frozenset(inside)


def scope_of_noun(cue: Span) -> tuple[Token, Scope]:
    """A noun (or participle used as one): what depends on it to its right, and the subject it is predicated of."""
    root = cue.root
    inside = set(below(root, after=cue.end))
    if not inside and root.dep_ in ("compound", "amod", "nmod"):
        inside = set(below(root.head))
    return root, frozenset(inside)


def scope_of_adjective(cue: Span) -> tuple[Token, Scope]:
    """An adjective: the noun it modifies; as a predicate its complement clause, or else its subject."""
    root = cue.root
    if root.dep_ in ("amod", "compound", "nmod"):
        return root, below(root.head)
    inside = set(below(root, after=cue.end))
    if root.dep_ in ("acomp", "attr", "oprd"):
        for child in root.head.children:
            if child.dep_ in ("xcomp", "ccomp", "csubj") and child.i > root.i:
                inside |= below(child)
    if not inside:
        subject_of = root.head if root.dep_ in ("acomp", "attr", "oprd") else root
        for child in subject_of.children:
            if child.dep_ in SUBJECTS:
                inside |= below(child)
    return root, frozenset(inside)


def scope_of_mark(cue: Span) -> tuple[Token, Scope, Scope]:
    """A conjunction: the clause that it opens, and the clause that this one depends on."""
    root = cue.root
    verb = (
        root.head
        if root.dep_ in ("mark", "advmod", "prep", "aux", "cc", "advcl") and root.head.i > root.i
        else root
    )
    while verb.dep_ in ("aux", "auxpass", "advmod") and verb.head.i > verb.i:
        verb = verb.head
    inside = frozenset(t.i for t in verb.subtree if t.i >= cue.start)
    governed: Scope = frozenset()
    if verb.dep_ in ("advcl", "prep", "pcomp", "ccomp", "acl", "dep") and verb.head.i != verb.i:
        main = verb.head
        if verb.dep_ == "prep" and not _is_verb(main):
            main = main.head
        governed = clause(main)
        if main.dep_ in ("ccomp", "xcomp", "conj") and not has_subject(main):
            governed |= clause(main.head)
    return verb, inside, governed - inside


SCOPES: dict[str, Callable[[Span], tuple[Token, Scope]]] = {
    "head": scope_of_head,
    "determiner": scope_of_determiner,
    "forward": scope_of_phrase,
    "verb": scope_of_verb,
    "noun": scope_of_noun,
    "adjective": scope_of_adjective,
}


def sentence_of(doc: Doc, token: int) -> Span:
    """The sentence that a token stands in."""
    return doc[token].sent
