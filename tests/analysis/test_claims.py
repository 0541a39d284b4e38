"""Claims are put together from mentions and relations, and each cell has its words."""

from __future__ import annotations

import msgspec
import pytest
from claims_small import Text, body, made, read, said, store

from textgov.index.records import Run
from textgov.index.store import Index


def one(folder, marked, links=(), **more):
    [claim] = made(folder, Text(body(marked), list(links), **more))
    return claim


BUYERS = "{Buyers|actor:lead_firm|id=a} {audited|mechanism:audit|id=m} the {mills|actor:supplier|id=t}."


def test_a_relation_ties_actor_mechanism_and_target(tmp_path):
    claim = one(tmp_path, BUYERS, [("governs", "a", "m", "t")])
    assert said(claim) == {"actor": "Buyers", "mechanism": "audited", "target": "mills"}
    assert (claim.relations, claim.status, claim.voice, claim.page) == (("governs",), "asserted", "own", 1)
    assert claim.quote == "Buyers audited the mills."
    assert claim.rules == (
        "mechanism.audit.1",
        "actor.lead_firm.1",
        "actor.supplier.1",
        "relation.governs.1",
    )


def test_a_mechanism_that_nothing_ties_has_no_actor(tmp_path):
    claim = one(tmp_path, BUYERS)
    assert said(claim) == {"mechanism": "audited"}
    assert claim.relations == ()


def test_only_tied_claims_are_given_if_asked(tmp_path):
    text = Text(body(f"{BUYERS} A {{strike|mechanism:strike}} came."), [("governs", "a", "m", "t")])
    path = store(tmp_path / "x.db", text)
    assert len(read(path)) == 2
    [claim] = read(path, tied=True)
    assert claim.cells["mechanism"].codes == ("audit",)


def test_an_effect_joins_the_use_of_its_mechanism(tmp_path):
    marked = (
        BUYERS[:-1]
        + ", and {wages|outcome:wages|id=o;direction=improves;dimension=measurable_standards} rose."
    )
    claim = one(tmp_path, marked, [("governs", "a", "m", "t"), ("leads_to", "m", None, "o")])
    assert said(claim) == {"actor": "Buyers", "mechanism": "audited", "target": "mills", "outcome": "wages"}
    assert (claim.direction, claim.dimension) == ("improves", "measurable_standards")
    assert claim.relations == ("governs", "leads_to")


def test_each_use_is_a_claim_with_each_effect(tmp_path):
    marked = (
        "{Buyers|actor:lead_firm|id=a} and {unions|actor:union|id=b} used {audits|mechanism:audit|id=m}: "
        "{wages|outcome:wages|id=o;direction=improves} rose, {hours|outcome:hours|id=p;direction=worsens} too."
    )
    links = [("governs", "a", "m", None), ("governs", "b", "m", None)]
    links += [("leads_to", "m", None, "o"), ("leads_to", "m", None, "p")]
    found = made(tmp_path, Text(body(marked), links))
    assert [(said(c)["actor"], said(c)["outcome"], c.direction) for c in found] == [
        ("Buyers", "wages", "improves"),
        ("Buyers", "hours", "worsens"),
        ("unions", "wages", "improves"),
        ("unions", "hours", "worsens"),
    ]
    assert len({claim.id for claim in found}) == 4


def test_a_relation_without_mechanism_is_a_claim_of_its_own(tmp_path):
    marked = "{Buyers|actor:lead_firm|id=a} lean on {mills|actor:supplier|id=t}."
    claim = one(tmp_path, marked, [("governs", "a", None, "t")])
    assert said(claim) == {"actor": "Buyers", "target": "mills"}


def test_an_outcome_that_changes_is_a_claim_and_one_that_is_named_is_not(tmp_path):
    marked = "{Wages|outcome:wages|direction=worsens} fell. We asked about {hours|outcome:hours}."
    claim = one(tmp_path, marked)
    assert said(claim) == {"outcome": "Wages"}
    assert (claim.direction, claim.status, claim.outcome_status) == ("worsens", "asserted", "asserted")


def test_status_is_that_of_the_mechanism(tmp_path):
    marked = "No {audit|mechanism:audit|id=m;status=negated} raised {wages|outcome:wages|id=o;direction=no_change}."
    claim = one(tmp_path, marked, [("leads_to", "m", None, "o")])
    assert (claim.status, claim.outcome_status) == ("negated", "asserted")


def test_what_a_fuller_claim_of_the_sentence_says_is_not_said_again(tmp_path):
    marked = BUYERS[:-1] + " by {audits|mechanism:audit} of their own. {Audits|mechanism:audit} are dear."
    found = made(tmp_path, Text(body(marked), [("governs", "a", "m", "t")]))
    assert [(said(c)["mechanism"], c.relations) for c in found] == [("audited", ("governs",)), ("Audits", ())]


def test_two_statuses_of_a_mechanism_are_two_claims(tmp_path):
    marked = "{Audits|mechanism:audit|status=hedged} may come, {audits|mechanism:audit} have come."
    assert [c.status for c in made(tmp_path, Text(body(marked)))] == ["hedged", "asserted"]


def test_a_heading_claims_nothing(tmp_path):
    text = Text([("heading", "On {audits|mechanism:audit}"), ("body", "A {strike|mechanism:strike} came.")])
    [claim] = made(tmp_path, text)
    assert (said(claim)["mechanism"], claim.section) == ("strike", "On audits")


def test_a_condition_is_quoted(tmp_path):
    claim = one(tmp_path, "{Audits|mechanism:audit|condition=if unions watch} work if unions watch.")
    assert said(claim) == {"mechanism": "Audits", "condition": "if unions watch"}


def test_only_claims_of_the_hits_are_given(tmp_path):
    first = "A {strike|mechanism:strike} came. {Audits|mechanism:audit} went."
    path = store(tmp_path / "x.db", Text(body(first, "The {law|mechanism:labor_law} stayed.")))

    def mechanisms(query, within):
        return [said(claim)["mechanism"] for claim in read(path, query, within=within)]

    assert mechanisms("strike", "passage") == ["strike", "Audits"]
    assert mechanisms("strike", "sentence") == ["strike"]
    assert mechanisms("strike", "document") == ["strike", "Audits", "law"]
    assert mechanisms("mechanism:trade_measure", "passage") == []


def test_every_cell_is_found_at_its_place(tmp_path):
    marked = BUYERS[:-1] + " in {Pakistan|place:PAK}, though {women|group:women} lost."
    path = store(tmp_path / "x.db", Text(body(marked), [("governs", "a", "m", "t")]))
    [claim] = read(path)
    with Index.open(path, read_only=True) as index:
        text = index.document(claim.document).text
    assert set(claim.cells) == {"actor", "mechanism", "target", "place", "group"}
    for cell in claim.cells.values():
        assert text[cell.start : cell.end] == cell.quote


def test_a_relation_over_two_sentences_is_quoted_whole(tmp_path):
    marked = (
        "An {audit|mechanism:audit|id=m} came. {Wages|outcome:wages|id=o;direction=improves} rose. Rain fell."
    )
    claim = one(tmp_path, marked, [("leads_to", "m", None, "o")])
    assert claim.quote == "An audit came. Wages rose."


# Context

STRIKE = "A {strike|mechanism:strike} came."


def place(folder, *paragraphs, **more):
    found = made(folder, Text(body(*paragraphs), **more))
    [claim] = [claim for claim in found if "mechanism" in claim.cells]
    cell = claim.cells.get("place")
    return cell and (cell.codes, cell.quote, cell.near)


def test_the_place_of_the_sentence_comes_first(tmp_path):
    marked = "In {Peru|place:PER} mills run. In {Nepal|place:NPL} a {strike|mechanism:strike} came."
    assert place(tmp_path, marked) == (("NPL",), "Nepal", "sentence")


def test_the_nearest_place_of_a_sentence_is_taken(tmp_path):
    marked = "Unlike {Peru|place:PER}, which was calm, a {strike|mechanism:strike} shook {Nepal|place:NPL}."
    assert place(tmp_path, marked)[0] == ("NPL",)


@pytest.mark.parametrize("between", [" and ", ", ", ", and ", " or "])
def test_places_that_are_joined_are_taken_together(tmp_path, between):
    marked = f"A {{strike|mechanism:strike}} shook {{Peru|place:PER}}{between}{{Nepal|place:NPL}}."
    assert place(tmp_path, marked) == (("PER", "NPL"), f"Peru{between}Nepal", "sentence")


def test_a_passage_lends_its_only_place(tmp_path):
    assert place(tmp_path, f"We went to {{Peru|place:PER}}. {STRIKE}") == (("PER",), "Peru", "passage")


def test_a_passage_with_two_places_lends_none(tmp_path):
    assert place(tmp_path, f"We saw {{Peru|place:PER}}. We saw {{Nepal|place:NPL}}. {STRIKE}") is None


def test_a_document_about_one_place_lends_it(tmp_path):
    around = ["{Peru|place:PER}.", "{Peru|place:PER}.", "{Lima|place:PER}.", "{Nepal|place:NPL}."]
    assert place(tmp_path, STRIKE, *around) == (("PER",), "Peru", "document")
    assert place(tmp_path / "second", STRIKE, *around[:2], around[3]) is None


def test_what_is_recalled_from_others_is_not_about_the_place_of_the_document(tmp_path):
    marked = "A {strike|mechanism:strike|source=Okafor 2014} came (Okafor 2014)."
    assert place(tmp_path, marked, *["{Peru|place:PER}."] * 4) is None


def test_the_home_of_who_acts_from_abroad_is_not_the_place(tmp_path):
    marked = "{Dutch|place:NLD} {buyers|actor:lead_firm} saw a {strike|mechanism:strike} in {Peru|place:PER}."
    assert place(tmp_path, marked)[0] == ("PER",)
    assert (
        place(tmp_path / "second", "{Dutch|place:NLD} fashion {buyers|actor:lead_firm} saw it. " + STRIKE)
        is None
    )


def test_the_home_of_who_produces_is_the_place(tmp_path):
    marked = "{Peruvian|place:PER} {mills|actor:supplier} saw a {strike|mechanism:strike}."
    assert place(tmp_path, marked)[0] == ("PER",)


def test_a_country_comes_before_its_region(tmp_path):
    marked = "In {Asia|place:region:asia}, a {strike|mechanism:strike} shook {Nepal|place:NPL}."
    assert place(tmp_path, marked)[0] == ("NPL",)


def test_the_narrower_sector_is_taken(tmp_path):
    marked = "A {strike|mechanism:strike} hit {textiles|sector:textiles} and {garments|sector:garments}."
    [claim] = made(tmp_path, Text(body(marked)))
    assert "garments" in claim.cells["sector"].codes


def test_a_group_is_that_of_the_outcome_or_the_only_one_named(tmp_path):
    women, men = "{women|group:women}", "{migrants|group:migrant}"
    outcome = "{wages|outcome:wages|direction=improves;group=women}"
    [claim] = made(tmp_path, Text(body(f"The {outcome} of {women} rose, not of {men}.")))
    assert (claim.cells["group"].codes, claim.cells["group"].near) == (("women",), "mention")
    [claim] = made(tmp_path / "second", Text(body(f"A {{strike|mechanism:strike}} of {women} came.")))
    assert (claim.cells["group"].codes, claim.cells["group"].near) == (("women",), "sentence")


def test_two_groups_are_none(tmp_path):
    marked = "A {strike|mechanism:strike} of {women|group:women} and {migrants|group:migrant} came."
    [claim] = made(tmp_path, Text(body(marked)))
    assert "group" not in claim.cells


# Voices


@pytest.mark.parametrize(
    ("heading", "voice"),
    [
        ("2. Literature review", "literature"),
        ("Prior work on audits", "literature"),
        ("1 Introduction", "background"),
        ("5. Findings", "own"),
        ("Findings and the literature", "own"),
        ("Four moments", "own"),
        ("Illiterature", "own"),
    ],
)
def test_a_heading_tells_whose_claims_follow(tmp_path, heading, voice):
    [claim] = made(tmp_path, Text([("heading", heading), ("body", STRIKE)]))
    assert claim.voice == voice


def test_who_is_cited_is_found_in_the_reference_list(tmp_path):
    text = Text(
        [
            ("body", "A {strike|mechanism:strike|source=Okafor and Lee 2014} came (Okafor and Lee 2014; Sok 2011)."),
            ("body", "A {strike|mechanism:strike|source=the union} came, the union says."),
            ("body", "A {strike|mechanism:strike|source=Nobody 1999} came (Nobody 1999)."),
            ("references", "Okafor, T. and Lee, J. (2014). Strikes at sea. Mill Review 3, 1–9. doi:10.5555/ABC.1"),
            ("references", "Sok, D. (2011). Other strikes. Mill Review 1, 1–9."),
        ]
    )  # fmt: skip
    first, second, third = made(tmp_path, text)
    assert [claim.voice for claim in (first, second, third)] == ["literature", "reported", "literature"]
    [cited, also] = first.sources
    assert (cited.authors, cited.year, cited.title) == ("Okafor, T. and Lee, J.", "2014", "Strikes at sea")
    assert (cited.doi, also.title) == ("10.5555/abc.1", "Other strikes")
    assert (second.sources, second.according_to) == ((), "the union")
    assert (third.sources, third.according_to) == ((), "Nobody 1999")


def test_people_from_elsewhere_do_not_tell_the_place(tmp_path):
    marked = "In {Turkey|place:TUR}, a {strike|mechanism:strike} of {Syrian|place:SYR} sewers came."
    assert place(tmp_path, marked)[0] == ("TUR",)


def test_people_are_not_where_they_are_from_in_a_document_about_another_place(tmp_path):
    marked = "{Nepali|place:NPL} workers began a {strike|mechanism:strike}."
    assert place(tmp_path, marked, *["{Peru|place:PER}."] * 4) == (("PER",), "Peru", "document")
    assert place(tmp_path / "second", marked)[0] == ("NPL",)
    assert place(tmp_path / "third", "{Serbians|place:SRB} began a {strike|mechanism:strike}.")[0] == ("SRB",)


def test_people_that_are_an_actor_are_no_place(tmp_path):
    text = Text(body("Serbians began a {strike|mechanism:strike|id=m}."))
    path = store(tmp_path / "x.db", text)
    with Index.open(path) as index:
        [document] = index.document_ids()
        [(ordinal, annotation)] = index.annotations(document)
        both = [
            msgspec.structs.replace(annotation.mentions[0], start=0, end=8, layer=layer, code=code)
            for layer, code in (("actor", "worker"), ("place", "SRB"))
        ]
        found = msgspec.structs.replace(annotation, mentions=(*both, *annotation.mentions))
        index.write_annotations(document, [(ordinal, found)], index.start_run(Run("annotate")))
    [claim] = read(path)
    assert "place" not in claim.cells


def test_a_relation_of_one_known_end_ties_nothing(tmp_path):
    claim = one(tmp_path, "They {audited|mechanism:audit|id=m} it.", [("governs", None, "m", None)])
    assert claim.relations == ()


def test_a_passage_that_names_another_place_than_the_document_lends_none(tmp_path):
    aside = f"We think of {{Nepal|place:NPL}}. {STRIKE}"
    assert place(tmp_path, aside, *["{Peru|place:PER}."] * 4) is None
    assert place(tmp_path / "second", aside)[0] == ("NPL",)


def test_where_a_document_speaks_of_several_places_a_passage_is_about_one_from_where_it_names_it(tmp_path):
    others = ["{Peru|place:PER}.", "{Chile|place:CHL}."]
    assert place(tmp_path, f"{STRIKE} We left {{Nepal|place:NPL}}.", *others) is None
    assert place(tmp_path / "second", f"We went to {{Nepal|place:NPL}}. {STRIKE}", *others)[0] == ("NPL",)


def sector(folder, marked, *around):
    found = made(folder, Text(body(marked, *around)))
    [claim] = [claim for claim in found if "mechanism" in claim.cells]
    return claim.cells.get("sector")


def test_an_aside_on_another_sector_is_left_out(tmp_path):
    marked = "A {strike|mechanism:strike} shook even the {bank|sector:finance}."
    assert sector(tmp_path, marked).codes == ("finance",)
    assert sector(tmp_path / "main", marked, *["{Toys|sector:toys}."] * 4) is None
    mixed = ["{Toys|sector:toys}.", "{Tea|sector:tea}."] * 3
    assert sector(tmp_path / "mixed", marked, *mixed) is None


def test_a_market_is_told_by_the_sentence_alone(tmp_path):
    near = "A {strike|mechanism:strike} for the {home market|market:domestic} came."
    [claim] = made(tmp_path, Text(body(near)))
    assert claim.cells["market"].codes == ("domestic",)
    [claim] = made(tmp_path / "far", Text(body(f"The {{home market|market:domestic}} grew. {STRIKE}")))
    assert "market" not in claim.cells


def test_an_end_in_another_sentence_is_misread(tmp_path):
    marked = (
        "{Unions|actor:union|id=a} fell. A {strike|mechanism:strike|id=m} hit {mills|actor:supplier|id=t}."
    )
    claim = one(tmp_path, marked, [("governs", "a", "m", "t")])
    assert said(claim) == {"mechanism": "strike", "target": "mills"}


@pytest.mark.parametrize(("kind", "actor"), [("statement", "We"), ("paper", None), ("audit", None)])
def test_we_are_the_firm_in_its_own_text_alone(tmp_path, kind, actor):
    marked = "{We|actor:lead_firm|id=a;rule=first-person} {audited|mechanism:audit|id=m} mills."
    claim = one(tmp_path, marked, [("governs", "a", "m", None)], kind=kind)
    assert said(claim).get("actor") == actor


def test_a_source_that_is_named_and_cited_apart_is_found(tmp_path):
    text = Text(
        [
            ("body", "According to Okafor [2], a {strike|mechanism:strike|source=Okafor} came."),
            ("references", "[1] Sok, D. (2011). Other strikes. Mill Review 1, 1–9."),
            ("references", "[2] Okafor, T. (2014). Strikes at sea. Mill Review 3, 1–9."),
        ]
    )
    [claim] = made(tmp_path, text)
    assert ([source.number for source in claim.sources], claim.voice) == ([2], "literature")
