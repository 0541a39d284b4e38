"""What may stand in a codebook: one pydantic model a kind of line, unknown keys refused."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Form = Literal["private", "social", "public"]
Scope = Literal["horizontal", "vertical"]
PartOfSpeech = Literal["noun", "verb", "fixed", "acronym"]
Direction = Literal["improves", "worsens", "upgrading", "downgrading"]
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
    """Legal forms by which a firm that no gazetteer holds is known in a firm's own text, and how it is coded.

    After a word of `not_before` a suffix makes no firm: "Steering Group".
    """

    layer: Slug
    code: Slug
    suffixes: tuple[Text, ...]
    not_before: tuple[Text, ...] = ()


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
    empty_heads: tuple[Text, ...] = ()
    title_heads: tuple[Text, ...] = ()
    owned_heads: tuple[Text, ...] = ()
    body_heads: tuple[Text, ...] = ()
    staff_heads: tuple[Text, ...] = ()
    named_heads: tuple[Text, ...] = ()
    light_verbs: tuple[Text, ...] = ()
    verbs_before: tuple[Text, ...] = ()
    not_mentions: dict[Slug, tuple[Text, ...]] = {}
    layer: tuple[Layer, ...] = ()


class Code(Strict):
    """One code: what it means, what belongs to it and what does not, examples, and where it comes from.

    `[[...]]` marks the span that an example codes, and in `counter_example` the span that tempts and is not
    coded, with `counter_reason` saying why. `decisions` settle what the source leaves open; `form` and `scope`
    are defaults that an entry or its context may override. `abroad`: who or what has the code acts from outside the
    place of production, so that a country before it ("Dutch buyers") is not where a claim holds. `confluence`: it
    stands where the horizontal and the vertical axis of governance cross.
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
    abroad: bool = False
    confluence: bool = False
    pillar: Text | None = None
    drivers: tuple[Text, ...] = ()
    mechanisms: tuple[Slug, ...] = ()
    actors: tuple[Slug, ...] = ()
    limits: tuple[Text, ...] = ()


class Term(Strict):
    """A lexicon entry: a base form that is inflected by `pos`, and the context it needs.

    Of outcomes and economic upgrading, `polarity` says whether more of it is good or bad (wages, accidents), and
    `direction` which way a word points by itself ("casualisation").
    """

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
    polarity: Literal["good", "bad"] | None = None
    direction: Direction | None = None
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


class RelationCue(CueLine):
    """A word that says who governs and who is governed, or that something leads to an outcome.

    `undergoes`: a verb, or its noun, whose subject is governed by what it takes ("comply with", "undergo");
    `adopts`: a verb whose subject is governed where another is named who set the means ("sign the buyer's
    code"); `about`: a verb or noun of saying, seeking or judging, whose subject does not use the means
    ("criticise audits"); `owned`: a means that belongs to whom it is "of" ("the code of the brand", but "audits
    of the mill"); `governed`: an actor that as a modifier is acted on ("supplier audits"); `bilateral`: a means
    that holds between its subjects ("an agreement"); `behest`: a noun by which somebody has it done ("on behalf
    of"). `causes`: a verb whose subject brings about its object; `results`: a verb or phrase the other way
    round ("stem from"); `effect`: a noun with what acts as its "of" and what is acted on as its "on"; `cause`:
    a preposition before what brings about ("through").
    """

    kind: Literal[
        "undergoes",
        "adopts",
        "about",
        "owned",
        "governed",
        "bilateral",
        "behest",
        "causes",
        "results",
        "effect",
        "cause",
    ]


class InteractionCue(CueLine):
    """A word or phrase by which a text says how one form of governance acts on another, or that names a form.

    `verb`: its subject acts on its object, or where that is "each other" its subjects on one another;
    `opposes`: the same where the object is a means and no actor ("campaign against the bill"); `mutual`: the
    parties are its subject, with those it names by "with" ("jointly"); `between`: a noun or its adjective whose
    parties follow "between", "of" and "by"; `body`: a noun whose members follow "of" or "between" ("a committee
    of"); `named`: the `forms` are in the words ("public-private partnership"); `predicate`: an adjective or
    noun that holds between its subject and its complement; `instead`: what stands before and after a
    preposition; `gap`: what is lacking is said before, and need not be said again ("stepped in").

    Some words count only together. A `lack` ("gap", "blind spot") that is the object of what `fills`; what
    `lends` ("lever", "teeth") as the object of what `gives`; `lacking`: a verb whose object is what the other
    supplies ("what inspectors miss"); `leaving`: a verb whose subject goes as another comes ("disbanded its
    inspectors"); `yields`: a verb whose subject leaves a `task` "to" another; `joins`: a verb whose object is
    joined to or replaced by another; `pits`: one whose object is set "against" another; `rendering`: what one
    is made by another ("redundant"), under what `renders`; `forbids` and `allows`: verbs with one object, what
    one norm forbids and the other allows.

    Words of `form` name a form of governance by themselves ("private regulation"); a `marker` does so before a
    `head` ("union" before "pressure"), and an `adjective` also before a mechanism, whose own form it overrides
    ("private certification"); so does who `makes` it ("committees set up by the retailer"). `pseudo` only
    shields its words.
    """

    kind: Literal[
        "verb",
        "opposes",
        "mutual",
        "between",
        "named",
        "body",
        "predicate",
        "instead",
        "gap",
        "lack",
        "fills",
        "lends",
        "gives",
        "lacking",
        "leaving",
        "yields",
        "task",
        "joins",
        "pits",
        "rendering",
        "renders",
        "forbids",
        "allows",
        "form",
        "marker",
        "adjective",
        "head",
        "makes",
        "pseudo",
    ]
    code: Slug | None = None
    form: Form | None = None
    forms: tuple[Form, ...] = ()


class DirectionCue(CueLine):
    """A word or phrase that says which way something goes.

    `effect` is what it says of the thing: `more` or `less` of it, that it gets `better` or `worse`, stays the `same`,
    does both (`mixed`), that a movement `keeps` on, that it `moves` (only its negation says where: it does not), or
    `reverses` or `denies` what else is said ("no longer", "little"). `carries` are nouns that only measure ("level").

    `on` is where the thing stands: `subject` of a verb, its `object` (or passive subject), `oblique` after one of
    `prepositions` ("move into"); in the complement of a `noun` ("cut in") or its compound ("wage cut"); described by
    an `adjective`; after the preposition that opens a `phrase`; anywhere in a `clause`.
    """

    effect: Literal[
        "more", "less", "better", "worse", "same", "mixed", "keeps", "moves", "reverses", "denies", "carries"
    ]
    on: Annotated[
        tuple[Literal["subject", "object", "oblique", "noun", "adjective", "phrase", "clause"], ...],
        Field(min_length=1),
    ]
    prepositions: tuple[Text, ...] = ()


class FormCue(Strict):
    """A word that overrides form or scope of the mention it stands in (or just before): "global" union, "local" NGO."""

    id: Slug
    cue: Text
    form: Form | None = None
    scope: Scope | None = None
    codes: tuple[Slug, ...] = ()
    reach: Literal["inside", "before"] = "inside"
    note: str | None = None


class StopCue(CueLine):
    """A word so common in the genre that it tells nothing of a topic; topic models leave it out."""


class SeedCue(CueLine):
    """A word or phrase that a topic seeded with a code should use: an expectation, not evidence for the code."""

    layer: Slug
    code: Slug


class SectionCue(CueLine):
    """A word or phrase in a heading that tells whose claims the section holds.

    `literature`: what others found; `background`: what sets the scene, own or not; `own`: what the text itself found,
    though a word of the other kinds stands in the heading too ("literature" in "Findings and the literature").
    """

    kind: Literal["literature", "background", "own"]


class PathCue(CueLine):
    """What drives or limits a path, as a query: `cue` is in the query language, `label` is what a reader calls it.

    It is asked of the passages of that path, so that each driver and limit in a table has its quotes.
    """

    path: Slug
    aspect: Literal["driver", "limit"]
    label: Text
