"""What may stand in a codebook: one pydantic model a kind of line, unknown keys refused."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Form = Literal["private", "social", "public"]
Scope = Literal["horizontal", "vertical"]
PartOfSpeech = Literal["noun", "verb", "fixed", "acronym"]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:\-]*$")]

MARK = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)
"""The span of an example that the code applies to."""


class Strict(BaseModel):
    """Base: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Context(Strict):
    """Words, lower case, near a term: in its sentence, directly before it, directly after it."""

    near: tuple[Text, ...] = ()
    before: tuple[Text, ...] = ()
    after: tuple[Text, ...] = ()


class Layer(Strict):
    """One layer of coding: its id, what it is, and whether it codes spans of text.

    `open` layers take their codes from an outside standard or from a gazetteer, not from a `codes` file. `rules`
    say how the layer is coded; `decisions` settle, for all its codes, what its sources leave open.
    """

    id: Slug
    label: Text
    description: Text
    marks_text: bool = True
    open: bool = False
    rules: tuple[Text, ...] = ()
    decisions: tuple[Text, ...] = ()


class FirstPerson(Strict):
    """How a firm speaks of itself in its own text: only the first of `words` in a passage is coded.

    A passage is a firm's own where more of its words are in `firm` than in `author`.
    """

    layer: Slug
    code: Slug
    words: tuple[Text, ...]
    firm: tuple[Text, ...]
    author: tuple[Text, ...]


class FirmNames(Strict):
    """Legal forms by which a firm that no gazetteer holds is known in a firm's own text, and how it is coded."""

    layer: Slug
    code: Slug
    suffixes: tuple[Text, ...]


class Header(Strict):
    """`codebook.toml`: who and what the codebook is, and its layers in order.

    `extends` names the codebook that this one adds to, `drop` what it leaves out of that: ids of entries, or
    codes as `layer/code`. `gazetteer` gives the layer of the gazetteers that are not named after their layer.
    """

    id: Slug
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    source: Text
    language: Literal["en"] = "en"
    extends: Slug | None = None
    drop: tuple[Text, ...] = ()
    gazetteer: dict[Slug, Slug] = {}
    notes: tuple[Text, ...] = ()
    first_person: FirstPerson | None = None
    firm_names: FirmNames | None = None
    not_in_spans: tuple[Text, ...] = ()
    fixed_compounds: tuple[Text, ...] = ()
    layer: tuple[Layer, ...] = ()


class Code(Strict):
    """One code: what it means, what belongs to it and what does not, examples, and where it comes from.

    `[[...]]` marks the span that an example codes, and in `counter_example` the span that tempts and is not
    coded, with `counter_reason` saying why. `decisions` settle what the source leaves open; `form` and `scope`
    are defaults that an entry or its context may override.
    """

    id: Slug
    label: Text
    definition: Text
    include: tuple[Text, ...] = ()
    exclude: tuple[Text, ...] = ()
    examples: Annotated[tuple[Text, ...], Field(min_length=2)]
    counter_example: Text
    counter_reason: Text | None = None
    source: Text
    decisions: tuple[Text, ...] = ()
    form: Form | None = None
    scope: Scope | None = None
    parent: Slug | None = None
    pillar: Text | None = None
    drivers: tuple[Text, ...] = ()
    mechanisms: tuple[Slug, ...] = ()
    actors: tuple[Slug, ...] = ()
    limits: tuple[Text, ...] = ()


class Term(Strict):
    """A lexicon entry: a base form that is inflected by `pos`, and the context it needs."""

    id: Slug
    code: Slug
    term: Text
    pos: PartOfSpeech = "noun"
    aliases: tuple[Text, ...] = ()
    form: Form | None = None
    scope: Scope | None = None
    needs: Context | None = None
    unless: Context | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0
    note: str | None = None
    label: str | None = None
    isic_section: str | None = None
    isic_division: str | None = None


class Name(Strict):
    """A gazetteer entry: a proper name, its aliases and demonyms; matched with its letter case."""

    id: Slug
    code: Slug
    name: Text
    aliases: tuple[Text, ...] = ()
    demonyms: tuple[Text, ...] = ()
    kind: str | None = None
    country: str | None = None
    form: Form | None = None
    scope: Scope | None = None
    needs: Context | None = None
    unless: Context | None = None
    note: str | None = None


class Cluster(Strict):
    """A named industrial cluster: its place, country (ISO 3166 alpha-3) and sector."""

    id: Slug
    name: Text
    place: Text
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    sector: Slug
    aliases: tuple[Text, ...] = ()


class CueLine(Strict):
    """What all cues of status, attribution and condition have: a word or phrase, inflected by `pos`."""

    id: Slug
    cue: Text
    pos: PartOfSpeech = "fixed"
    note: str | None = None


class Cue(CueLine):
    """A word or phrase that sets the status of what it scopes over.

    `direction` is how it scopes in the dependency parse: `head` over the clause of the word it modifies, `reported` the
    same where that clause is the complement of a verb in the past ("agreed that they would"), `determiner`
    over its noun phrase and the verb of that, `forward` over what follows it in its phrase, `verb`, `noun` and
    `adjective` over their complements, `mark` over the clause it opens and the clause that this depends on, `heading`
    over the list or paragraph that it heads. Some effects set no status. `exists` and `persists` list verbs by what
    becomes of their object when they are negated (it does not come about; it is still there), `ensures` those whose
    clause is prescribed or planned where they are themselves, `light` the nouns and participles by which one complies
    ("the requirements of", "set out in"); `pseudo` only shields its words from other cues. A verb that `takes` a clause
    acts on it alone: one asks somebody "to publish a list". What takes a predicate ("could") leaves its arguments be.
    """

    effect: Literal[
        "negated",
        "hedged",
        "prescribed",
        "planned",
        "conditional",
        "asserted",
        "pseudo",
        "exists",
        "persists",
        "ensures",
        "light",
    ]
    direction: Literal[
        "head", "reported", "determiner", "forward", "verb", "noun", "adjective", "mark", "heading"
    ] = "forward"
    takes: Literal["any", "clause", "predicate"] = "any"
    layers: tuple[Slug, ...] = ("mechanism", "outcome")


class ConditionCue(CueLine):
    """A word or phrase that opens a condition.

    `kind` is `mark` for a conjunction, `preposition`, `without` for a preposition that opens a condition only at the
    head of its sentence or under a negation or "would", `inverted` for an auxiliary before its subject ("should prices
    fall"), `predicate` for what is said to depend ("hinges on"), `premise` for what something is a condition of ("a
    precondition for"), `comparative` for "the more ... the more", `pseudo` for words that state none ("if anything").
    `present`: only in the present tense, for in the past it tells what happened ("when the mill closed"). `status`:
    whether what it governs also has the status `conditional`.
    """

    kind: Literal[
        "mark", "preposition", "without", "inverted", "predicate", "premise", "comparative", "pseudo"
    ]
    present: bool = False
    status: bool = True


class AttributionCue(CueLine):
    """A word or phrase by which a text reports a source, or shows that it does not.

    `verb`: a verb of saying, with its speaker as subject; `finding`: a verb whose subject reports only where it is
    somebody's writing or a name ("the study finds", but "inspectors found"); `passive`: an impersonal one ("is said
    to"); `prefix`: what stands before a source ("according to"); `view`: what a source has ("in the unions' view");
    `noun`: a piece of writing, or who writes ("a study by"); `own`: material of the writer's own ("interviews");
    `self`: the writer; `contrast`: what sets the text off from a source ("contrary to"); `label`: a word whose year or
    number is no citation ("Act"). A verb that `takes` a clause reports only what stands in one: one "maintains that",
    but also maintains a machine.
    """

    kind: Literal["verb", "finding", "passive", "prefix", "view", "noun", "own", "self", "contrast", "label"]
    takes: Literal["any", "clause"] = "clause"


class FormCue(Strict):
    """A word that overrides form or scope of the mention it stands in (or just before): "global" union, "local" NGO."""

    id: Slug
    cue: Text
    form: Form | None = None
    scope: Scope | None = None
    codes: tuple[Slug, ...] = ()
    reach: Literal["inside", "before"] = "inside"
    note: str | None = None
