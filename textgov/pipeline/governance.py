"""Who governs whom by a mechanism: the roles that the parse gives the actors around its mention.

A mention is followed from its head upwards: within its noun phrase ("audits of mills by buyers"), as an argument of a
verb ("buyers impose a code on mills"), and through nouns that only hold it ("the threat of a strike").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from textgov.pipeline.actors import Actors
from textgov.pipeline.clauses import (
    COORDINATED,
    conjuncts,
    gap_of,
    is_passive,
    objects_of,
    phrases_of,
    subject_of,
)
from textgov.pipeline.order import AGENT, AIM, adjacent, following
from textgov.pipeline.relationwords import RelationWords
from textgov.pipeline.tree import BE, Tree

TOWARDS = (
    ("against", "on", "upon", "over", "onto"),
    ("to", "with", "for", "toward", "towards", ""),
    ("of", "among", "amongst"),
    ("at", "in", "across", "within", "inside", "throughout", "around", "from", "along", "down"),
)
"""Prepositions before whom a means is used on, the surest first; the empty one is that of an indirect object."""
WITHIN = frozenset({w for group in TOWARDS for w in group} - {"of", "with", "between", "from"})
MEANS = frozenset(
    {"through", "via", "by", "with", "using", "on", "to", "in", "into", "for", "of", "upon", ""}
)
"""Prepositions before what somebody uses or does: "govern through audits", "went on strike"."""
SUFFERED = frozenset({"under", "within", "without", "beneath", "beyond", "from"})
"""Prepositions after which the subject of a verb without an object is the one that is governed."""
STATES = frozenset({"in", "with", "under", "into", "out", "of", "to"})
"""Prepositions before a state in which the subject is towards a means: "in breach of the code"."""
HELD_ON = frozenset({"on", "in", "behind", "of"})
LOOSE = frozenset({"by", "against", "on", "upon", "over", "to", "with"})
"""Prepositions that hardly ever belong to the name of an actor before them: "campaigns by students against a firm"."""
MODIFIERS = frozenset({"compound", "nmod", "amod"})
STEPS = 5
"""How many words a mention is followed upwards."""


@dataclass(slots=True)
class Roles:
    """Places of the actors that govern by a mechanism and of those governed, and how they were found."""

    sources: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    users: list[int] = field(default_factory=list)
    givers: list[int] = field(default_factory=list)
    how: str = ""

    def source(self, mentions: Iterable[int], how: str) -> None:
        """Add actors that govern."""
        self._add(self.sources, mentions, how)

    def target(self, mentions: Iterable[int], how: str) -> None:
        """Add actors that are governed."""
        self._add(self.targets, mentions, how)

    def user(self, mentions: Iterable[int], how: str) -> None:
        """Add actors that take a means up: they are governed where another is found who set it."""
        self._add(self.users, mentions, how)

    def giver(self, mentions: Iterable[int], how: str) -> None:
        """Add actors from whom a means comes: they govern, unless another demands it from them."""
        self._add(self.givers, mentions, how)

    def _add(self, into: list[int], mentions: Iterable[int], how: str) -> None:
        new = [m for m in mentions if m not in into]
        into.extend(new)
        if new and not self.how:
            self.how = how

    def settle(self) -> None:
        """Decide what the users are, and let nobody govern himself."""
        if self.givers:
            (self.targets if self.sources or self.users else self.sources).extend(self.givers)
        others = [m for m in self.sources if m not in self.users]
        if others and self.users and not self.targets:
            self.targets.extend(self.users)
        elif not others:
            self.sources.extend(m for m in self.users if m not in self.sources)
        self.targets[:] = [m for m in self.targets if m not in self.sources]


class Governance:
    """Finds the roles of the actors of one parsed document."""

    def __init__(self, tree: Tree, actors: Actors, words: RelationWords) -> None:
        self._tree = tree
        self._actors = actors
        self._words = words

    def roles(self, start: int, end: int, others: set[int]) -> Roles:
        """The roles around the mention of a mechanism over tokens `start` to `end`; `others` are those of others."""
        tree, roles = self._tree, Roles()
        head = tree.root(start, end)
        if self._is_act(head):
            self._act(head, range(start, end), roles)
        else:
            self._noun(head, -1, False, roles, STEPS)
            for token in range(start, end):
                if token != head and tree.deps[token] in ("pobj", "dobj"):
                    self._inside(token, -1, False, roles)
        if not (roles.sources or roles.users or roles.givers):
            found = adjacent(tree, self._actors, start, self._words)
            found = found or following(tree, self._actors, end, AGENT, others)
            roles.source((m for m in found if m not in roles.targets), "order")
        if not roles.targets:
            found = following(tree, self._actors, end, AIM, others)
            roles.target((m for m in found if m not in (*roles.sources, *roles.users)), "order")
        if len(roles.sources) > 1 and not roles.targets and self._words.noun("bilateral", tree.words[head]):
            roles.targets[:], roles.sources[1:] = roles.sources[1:], []
        roles.settle()
        return roles

    def _is_act(self, head: int) -> bool:
        """Whether a mention is a verb with arguments: "audits its suppliers", "was fined", "after auditing mills"."""
        tree = self._tree
        if not tree.is_verb(head) or tree.deps[head] in ("amod", "compound"):
            return False
        if tree.tags[head] != "VBG":
            return True
        return bool(objects_of(tree, head)) or tree.has_subject(head) or tree.deps[head] in ("acl", "advcl")

    def _act(self, verb: int, span: range, roles: Roles) -> None:
        tree = self._tree
        subject = subject_of(tree, verb)
        whom = self._actors.of_all(t for t in objects_of(tree, verb) if t not in span)
        if is_passive(tree, verb):
            roles.source(self._agents(verb), "agent")
            roles.target(self._actors.of_all(subject.tokens), "agent")
        elif subject.outer >= 0 and not whom and self._outer(subject.outer, roles):
            roles.target(self._actors.of_all(subject.tokens), "control")
        else:
            roles.source(self._actors.of_all(subject.tokens), "verb")
            roles.target(whom, "verb")
        self._behest(verb, roles)
        inner = [t for t in span if t != verb and tree.deps[t] in ("dobj", "pobj", "xcomp")]
        for token in inner:
            self._inside(token, -1, True, roles)
        for token in (*inner, *(o for o in objects_of(tree, verb) if o not in span), verb):
            if not roles.targets:
                roles.target(self._towards(token) or self._possessors(token), "verb")
        if not roles.targets:
            roles.target(self._above(verb, verb), "verb")

    def _agents(self, verb: int) -> list[int]:
        """Who is named by "by", at the verb or at the verb on which it depends ("were found to be audited by")."""
        tree = self._tree
        coordinated = [c for c in tree.children[verb] if tree.deps[c] == "conj" and tree.tags[c] == "VBN"]
        if tree.deps[verb] == "conj" and is_passive(tree, tree.heads[verb]):
            coordinated.append(tree.heads[verb])
        for one in (verb, *reversed(coordinated)):
            found = [m for word, _, n in phrases_of(tree, one) if word == "by" for m in self._actors.of(n)]
            if found:
                return found
        return []

    def _behest(self, verb: int, roles: Roles) -> None:
        """Who has it done: "on behalf of the retailer", "at the union's request"."""
        tree = self._tree
        for _, _, noun in phrases_of(tree, verb):
            if self._words.noun("behest", tree.words[noun]) and self._actors.at(noun) < 0:
                roles.source(self._possessors(noun), "behest")
                roles.source(
                    (
                        m
                        for word, _, of in phrases_of(tree, noun)
                        if word == "of"
                        for m in self._actors.of(of)
                    ),
                    "behest",
                )

    def _towards(self, token: int, skip: int = -1, allowed: frozenset[str] | None = None) -> list[int]:
        """Whom the surest preposition below a word names."""
        found: dict[str, list[int]] = {}
        for word, noun in self._chain(token):
            if (noun < token and word) or noun == skip or (allowed is not None and word not in allowed):
                continue
            if self._words.noun("behest", self._tree.words[noun]):
                continue
            found.setdefault(word, []).extend(self._actors.of(noun))
        for group in TOWARDS:
            mentions = [m for word in group for m in found.get(word, ())]
            if mentions:
                return mentions
        return []

    def _chain(self, token: int) -> Iterator[tuple[str, int]]:
        """Prepositional phrases of a word, with those that the parser put under an actor of one of them."""
        waiting = [(word, noun) for word, _, noun in phrases_of(self._tree, token)]
        for word, noun in waiting:
            yield word, noun
            if self._actors.at(noun) >= 0:
                waiting += [(w, n) for w, _, n in phrases_of(self._tree, noun) if w in LOOSE]

    def _sides(self, found: list[int], roles: Roles) -> None:
        """Of what holds between several, the first governs the others by it."""
        roles.source(found[:1], "between")
        roles.target(found[1:], "between")

    def _possessors(self, noun: int) -> list[int]:
        tree = self._tree
        return self._actors.of_all(c for c in tree.children[noun] if tree.deps[c] == "poss")

    def _noun(self, noun: int, came: int, flipped: bool, roles: Roles, steps: int) -> None:
        """The roles within the phrase of a noun, and those that its uses give; `flipped` after "compliance with"."""
        self._inside(noun, came, flipped, roles)
        tree = self._tree
        if came < 0:
            for child in tree.children[noun]:
                if tree.deps[child] in ("relcl", "acl") and tree.is_verb(child):
                    role, word = gap_of(tree, child)
                    self._use(child, role, word, noun, False, roles)
        if steps:
            for head, role, word in self._uses(noun):
                if tree.is_verb(head):
                    self._use(head, role, word, noun, flipped, roles)
                elif role == "phrase":
                    self._held(head, word, noun, flipped, roles, steps - 1)
                else:
                    self._noun(head, noun, flipped, roles, steps - 1)

    def _held(self, head: int, word: str, noun: int, flipped: bool, roles: Roles, steps: int) -> None:
        """A mention under a preposition of another noun: "workers on strike", "the threat of a strike"."""
        tree = self._tree
        mention = self._actors.at(head)
        if mention >= 0:
            if word in HELD_ON and not flipped:
                roles.source([mention], "noun")
            elif word in ("under", "with", "without", "subject", "to"):
                roles.target([mention], "noun")
            return
        name = tree.words[head]
        if self._words.noun("about", name):
            return
        turned = flipped or self._words.noun("undergoes", name)
        self._noun(head, noun, turned, roles, steps)

    def _inside(self, noun: int, came: int, flipped: bool, roles: Roles) -> None:
        """Possessors, modifiers and prepositional phrases of a noun."""
        tree = self._tree
        govern, governed = (roles.target, roles.source) if flipped else (roles.source, roles.target)
        govern(self._possessors(noun), "possessor")
        owned = self._words.noun("owned", tree.words[noun])
        for child in tree.children[noun]:
            if tree.deps[child] in MODIFIERS and self._actors.at(child) >= 0:
                acted = not owned and not flipped and self._words.noun("governed", tree.words[child])
                (governed if acted else govern)([self._actors.at(child)], "modifier")
        phrases = [(word, self._actors.of(n)) for word, n in self._chain(noun) if n != came]
        agents = [m for word, found in phrases if word == "by" for m in found]
        govern(agents, "by")
        for word, found in phrases:
            if word == "of":
                (roles.source if owned and not agents and not flipped else roles.target)(found, "of")
            elif word == "between":
                self._sides(found, roles)
            elif word == "from":
                roles.giver(found, "from")
            elif word == "with" and not flipped:
                roles.target(found, "with")
        if not flipped:
            roles.target(self._towards(noun, came, WITHIN), "noun")

    def _uses(self, noun: int) -> Iterator[tuple[int, str, str]]:
        """What a noun is used as: the word above, the role, and the preposition of a phrase."""
        tree = self._tree
        while tree.deps[noun] in COORDINATED and not tree.is_verb(tree.heads[noun]):
            noun = tree.heads[noun]
        label, head = tree.deps[noun], tree.heads[noun]
        if head == noun:
            return
        if label in ("nsubj", "csubj"):
            yield head, "subject", ""
        elif label in ("nsubjpass", "csubjpass"):
            yield head, "passive", ""
        elif label in ("dobj", "oprd", "attr"):
            yield head, "object", ""
        elif label in ("pobj", "pcomp"):
            yield from self._phrase_uses(head)
        elif label in MODIFIERS:
            yield head, "part", ""

    def _phrase_uses(self, preposition: int) -> Iterator[tuple[int, str, str]]:
        tree = self._tree
        word, head = tree.words[preposition], tree.heads[preposition]
        while tree.deps[preposition] in ("prep", "acomp", "advmod") and tree.tags[head] in ("IN", "JJ", "RB"):
            preposition, head = head, tree.heads[head]
            if tree.tags[preposition] == "JJ":
                word = f"{tree.words[preposition]} {word}"
        if head != preposition:
            yield head, "phrase", word

    def _use(self, verb: int, role: str, word: str, noun: int, flipped: bool, roles: Roles) -> None:
        """The roles that a verb gives to the actors around a means that is one of its arguments."""
        tree, words = self._tree, self._words
        name = tree.words[verb]
        preposition = word if role == "phrase" else ""
        if words.verb("about", name, preposition):
            return
        if role == "subject" and not flipped:
            self._as_subject(verb, noun, roles)
            return
        subject = subject_of(tree, verb)
        said = self._undergone(verb, role, word)
        undergone = flipped or said
        if role == "phrase" and word not in (STATES if flipped else MEANS | SUFFERED) and not said:
            return
        if role == "passive" or (is_passive(tree, verb) and role != "phrase" and subject.tokens == (noun,)):
            self._as_passive(verb, undergone, roles)
        elif is_passive(tree, verb):
            roles.target(self._actors.of_all(subject.tokens), role)
            roles.source(self._agents(verb), role)
            if not roles.sources and subject.outer >= 0:
                self._outer(subject.outer, roles)
        else:
            self._as_object(verb, role, word, noun, undergone, roles)
        self._behest(verb, roles)

    def _undergone(self, verb: int, role: str, word: str) -> bool:
        name = self._tree.words[verb]
        if role in ("object", "passive"):
            return self._words.verb("undergoes", name)
        if role != "phrase":
            return False
        if self._words.verb("undergoes", "be" if name in BE else name, word):
            return True
        return word in SUFFERED and not objects_of(self._tree, verb) and not is_passive(self._tree, verb)

    def _as_subject(self, verb: int, noun: int, roles: Roles) -> None:
        """A means that does something: obliges somebody, applies to somebody, or is somebody's tool."""
        tree = self._tree
        if tree.words[verb] in BE:
            for child in tree.children[verb]:
                if tree.deps[child] == "attr" and self._actors.at(child) < 0:
                    self._inside(child, -1, False, roles)
            return
        whom = objects_of(tree, verb)
        for child in tree.children[verb]:
            if tree.deps[child] in ("xcomp", "ccomp") and child > verb:
                whom += [s for s in subject_of(tree, child).tokens if s > verb and s != noun]
        found = self._actors.of_all(whom)
        roles.target(found or ([] if whom else self._towards(verb)), "subject")

    def _as_passive(self, verb: int, undergone: bool, roles: Roles) -> None:
        agents = self._agents(verb)
        for word, _, noun in phrases_of(self._tree, verb):
            if word == "between":
                self._sides(self._actors.of(noun), roles)
        if undergone:
            roles.target(agents, "passive")
        elif self._words.verb("adopts", self._tree.words[verb]):
            roles.user(agents, "passive")
        else:
            roles.source(agents, "passive")
        if not roles.targets:
            roles.target(self._towards(verb), "passive")

    def _as_object(self, verb: int, role: str, word: str, noun: int, undergone: bool, roles: Roles) -> None:
        subject = subject_of(self._tree, verb)
        who = self._actors.of_all(subject.tokens)
        whom = self._actors.of_all(objects_of(self._tree, verb)) if role == "phrase" else []
        whom = whom or (self._beside(verb, noun) if role == "object" else [])
        made = subject.outer >= 0 and (undergone or not (whom or roles.targets))
        if made and self._outer(subject.outer, roles):
            roles.target(who, "control")
            return
        if undergone:
            roles.sources[:] = [m for m in roles.sources if m not in who]
            roles.target(who, "undergoer")
            if not roles.sources:
                roles.source(self._from(verb), "undergoer")
        elif role == "object" and self._words.verb("adopts", self._tree.words[verb]):
            roles.user(who, role)
        else:
            self._active(who, role, roles)
        if not roles.targets:
            roles.target(whom or self._purpose(verb) or (self._around(verb, word)), role)

    def _active(self, who: list[int], role: str, roles: Roles) -> None:
        """Who uses a means governs by it; where it is another's, one who is commonly governed does not."""
        others = [m for m in roles.sources if m not in who]
        tree = self._tree
        if others and all(self._words.noun("governed", tree.words[self._actors.root(m)]) for m in who):
            roles.user(who, role)
        else:
            roles.source(who, role)

    def _around(self, verb: int, word: str) -> list[int]:
        """Where a means is used: "went on strike at the plant", "govern by audits in the mills"."""
        return self._towards(verb) if word else []

    def _beside(self, verb: int, noun: int) -> list[int]:
        """Whom a means that is the object of a verb is used on: by a preposition, or another object of the verb.

        Of "by imposing a fine" and "using scorecards", the object of the verb that they modify.
        """
        tree = self._tree
        found = self._towards(verb) or self._actors.of_all(o for o in objects_of(tree, verb) if o != noun)
        return found or self._above(verb, noun)

    def _above(self, verb: int, noun: int) -> list[int]:
        """Of a participle or gerund that modifies a verb: the object of that verb."""
        tree = self._tree
        if tree.tags[verb] != "VBG" or tree.deps[verb] not in ("pcomp", "advcl", "prep"):
            return []
        above = next((t for t in tree.way(verb)[1:] if tree.is_verb(t)), verb)
        return self._actors.of_all(o for o in objects_of(tree, above) if o != noun)

    def _from(self, verb: int) -> list[int]:
        return [
            m for word, _, n in phrases_of(self._tree, verb) if word == "from" for m in self._actors.of(n)
        ]

    def _purpose(self, verb: int) -> list[int]:
        """Of "uses audits to discipline mills": the object of the infinitive."""
        tree = self._tree
        verbs = [
            c for c in tree.children[verb] if tree.deps[c] in ("xcomp", "advcl") and tree.tags[c] == "VB"
        ]
        verbs += [
            c
            for noun in objects_of(tree, verb)
            for n in conjuncts(tree, noun)
            for c in tree.children[n]
            if tree.deps[c] in ("acl", "relcl") and tree.tags[c] == "VB"
        ]
        return self._actors.of_all(n for v in verbs for n in objects_of(tree, v))

    def _outer(self, verb: int, roles: Roles) -> bool:
        """Who makes somebody do it: "requires suppliers to undergo audits", "were told by the buyer to"."""
        if is_passive(self._tree, verb):
            found = self._agents(verb)
        else:
            found = self._actors.of_all(subject_of(self._tree, verb).tokens)
        roles.source(found, "control")
        return bool(found)
