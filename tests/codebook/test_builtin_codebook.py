"""The built-in codebook says what the theory says, completely and with examples."""

from __future__ import annotations

import re

import pytest

from textgov.codebook.loader import default_codebook
from textgov.codebook.schema import MARK

CODES = {
    "actor": (
        "lead_firm supplier cluster_firm business_association business_scheme auditor worker union ngo "
        "msi consumer media government inspectorate court intergovernmental research"
    ),
    "mechanism": (
        "code_of_conduct audit due_diligence remediation supplier_sanction purchasing_practice "
        "capability_building certification disclosure market_incentive msi_standard campaign organizing "
        "collective_bargaining strike "
        "collective_action labor_law law_enforcement public_programme trade_measure intl_standard"
    ),
    "path": "market csr multistakeholder labor cluster public",
    "economic_upgrading": "product process functional chain",
    "interaction": "complementarity synergy displacement conflict",
    "market": "domestic north south",
    "visibility": "highly_visible less_visible",
    "form": "private social public",
    "scope": "horizontal vertical",
}
CELLS = {
    "lead_firm": ("private", "vertical"),
    "cluster_firm": ("private", "horizontal"),
    "business_association": ("private", "horizontal"),
    "auditor": ("private", "vertical"),
    "worker": ("social", "horizontal"),
    "union": ("social", "horizontal"),
    "ngo": ("social", "horizontal"),
    "media": ("social", "horizontal"),
    "msi": ("social", "vertical"),
    "consumer": ("social", "vertical"),
    "government": ("public", "horizontal"),
    "court": ("public", "horizontal"),
    "intergovernmental": ("public", "vertical"),
    "research": (None, None),
    "code_of_conduct": ("private", "vertical"),
    "msi_standard": ("social", "vertical"),
    "strike": ("social", "horizontal"),
    "collective_action": ("private", "horizontal"),
    "labor_law": ("public", "horizontal"),
    "trade_measure": ("public", "vertical"),
    "intl_standard": ("public", "vertical"),
}
PILLARS = {"employment", "standards and rights at work", "social protection", "social dialogue"}


@pytest.fixture(scope="module")
def codebook():
    return default_codebook()


@pytest.fixture(scope="module")
def codes(codebook):
    return [(layer, code) for layer, table in codebook.codes.items() for code in table.values()]


@pytest.mark.parametrize("layer", CODES)
def test_a_layer_has_exactly_the_codes_of_the_theory(codebook, layer):
    assert set(codebook.codes[layer]) == set(CODES[layer].split())


def test_every_layer_has_codes_or_is_open(codebook):
    for layer in codebook.header.layer:
        assert layer.open != bool(codebook.codes.get(layer.id)), layer.id


@pytest.mark.parametrize("code", CELLS)
def test_default_cells(codebook, code):
    entry = codebook.code("actor", code) or codebook.code("mechanism", code)

    assert (entry.form, entry.scope) == CELLS[code]


def test_every_code_says_what_it_includes_and_excludes(codes):
    for layer, code in codes:
        assert code.include, (layer, code.id)
        assert code.exclude, (layer, code.id)
        assert code.counter_reason, (layer, code.id)
        assert code.definition.endswith("."), (layer, code.id)


def test_no_example_stands_twice_anywhere(codes):
    texts = [text for _, code in codes for text in (*code.examples, code.counter_example)]

    assert len(texts) == len(set(texts))


def test_example_spans_leave_out_determiners(codes):
    for layer, code in codes:
        for example in code.examples:
            for span in MARK.findall(example):
                assert not re.match(r"(?i)(the|a|an|this|these|their|its|his|her)\s", span), (layer, span)


def test_outcomes_have_a_dimension_and_a_pillar(codebook):
    outcomes = codebook.codes["outcome"]
    dimensions = {"measurable_standards", "enabling_rights"}

    for code in outcomes.values():
        assert (code.parent is None) == (code.id in dimensions)
        assert code.parent is None or code.parent in dimensions
        assert code.pillar in PILLARS
    assert {code.pillar for code in outcomes.values()} == PILLARS


def test_paths_have_all_slots_of_table_2_and_use_every_mechanism_of_governance(codebook):
    paths = codebook.codes["path"].values()

    for path in paths:
        assert path.drivers, path.id
        assert path.mechanisms, path.id
        assert path.actors, path.id
        assert path.limits, path.id
    used = {one for path in paths for one in path.mechanisms}
    assert set(codebook.codes["mechanism"]) - used == {"campaign"}, "a campaign is no path: it moves others"


def test_modes_of_coordination_belong_to_coordinating(codebook):
    structure = codebook.codes["gvc_structure"].values()

    assert {c.id for c in structure if c.parent == "coordinating"} == {
        "market",
        "modular",
        "relational",
        "captive",
        "hierarchy",
    }
    assert {c.id for c in structure if c.parent == "driving"} == {"producer_driven", "buyer_driven"}


def test_sources_are_works_or_the_manual_and_never_a_path_or_address(codes):
    for layer, code in codes:
        assert re.search(r"Gereffi|manual|[Ff]ield's|ISIC|ILO", code.source), (layer, code.id)
        assert "/" not in code.source.replace("temporary/casual/contract", "").replace("based/informal", "")
