"""What there is to say of a fitted model: its topics, how good and how stable they are, and where to read them."""

from __future__ import annotations

from textgov.documents import Record
from textgov.topics.agreement import Agreement
from textgov.topics.seeds import Adherence


class Quote(Record, frozen=True):
    """A text that speaks for a topic, with its place; `start` and `end` are offsets in the document."""

    document: str
    title: str | None
    year: int | None
    file: str
    page: int | None
    start: int
    end: int
    text: str
    weight: float


class NearCode(Record, frozen=True):
    """A code that comes with a topic: `correlation` of the topic's weight and the code's presence, -1 to 1."""

    layer: str
    code: str
    label: str
    correlation: float


class TopicCard(Record, frozen=True):
    """One topic.

    Attributes:
        number: from 0, as the columns of assignments.
        name: its foremost telling terms, after the code if it is seeded with one.
        code: the code that it is seeded with, or None.
        terms: its most probable terms.
        telling: its terms that other topics use little.
        prevalence: mean weight in the texts, 0 to 1.
        texts: number of texts of which it is the foremost topic.
        c_npmi, c_v: coherence in the reference; None where the reference has too few of the terms.
        exclusivity: mean share that it has of its foremost terms, 0 to 1.
        stability: mean Jaccard index of its foremost terms with its matches under other seeds; None if not measured.
        codes: the codes that come with it most.
        quotes: texts that have most of it, each of another document.
    """

    number: int
    name: str
    code: str | None
    terms: tuple[str, ...]
    telling: tuple[str, ...]
    prevalence: float
    texts: int
    c_npmi: float | None
    c_v: float | None
    exclusivity: float
    stability: float | None
    codes: tuple[NearCode, ...]
    quotes: tuple[Quote, ...]


class YearShares(Record, frozen=True):
    """Topics in one year: number of documents, and for each topic the mean over them and its standard error."""

    year: int
    documents: int
    means: tuple[float, ...]
    errors: tuple[float | None, ...]


class Quality(Record, frozen=True):
    """How good a model is as a whole; None for what was not or cannot be measured.

    Attributes:
        topics: number of topics.
        c_npmi, c_v: mean coherence of the topics.
        diversity: share of different terms among the foremost 25 of all topics.
        exclusivity: mean over the topics.
        stable_terms, stable_texts: agreement of models of several seeds; see `textgov.topics.stability`.
        models: number of models that were compared for that.
    """

    topics: int
    c_npmi: float | None
    c_v: float | None
    diversity: float
    exclusivity: float
    stable_terms: float | None
    stable_texts: float | None
    models: int


class TopicReport(Record, frozen=True):
    """All that is said of a model.

    Attributes:
        method, texts, documents, unit, query: what was fitted to what.
        without: number of texts that have no term of the vocabulary.
        terms: size of the vocabulary.
        quality: of the whole.
        cards: the topics.
        adherence: of seeded topics, whether they use their seeds.
        agreement: with the codings of the index by the layer `agreement_layer`; None if there are none.
        coded, by_people: number of texts with such codings, and of those that people coded, not a machine.
        years: topics over time, for documents with a year.
    """

    method: str
    texts: int
    documents: int
    unit: str
    query: str | None
    without: int
    terms: int
    quality: Quality
    cards: tuple[TopicCard, ...]
    adherence: tuple[Adherence, ...]
    agreement: Agreement | None
    agreement_layer: str
    coded: int
    by_people: int
    years: tuple[YearShares, ...]
