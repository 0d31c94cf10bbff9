from __future__ import annotations

import pytest

from casebook.data.check import load_sources
from casebook.data.show import show_table
from casebook.errors import CasebookError
from casebook.project import Project


def test_a_table_comes_with_its_rows_and_its_sources_and_how_many_rows_each_has(spoilt: Project):
    shown = show_table(spoilt, "amazon_third_party")

    assert shown.rows(1) == [
        {"year": "1999", "basis": "value", "share_percent": "3", "source_id": "amazon_letter_2018", "note": ""}
    ]
    assert len(shown.rows(None)) == sum(rows for _, rows in shown.sources)
    assert shown.sources[0][0].source_id == "amazon_letter_2018"
    assert [rows for _, rows in shown.sources] == sorted((rows for _, rows in shown.sources), reverse=True)


@pytest.mark.parametrize("name", ["amazon_third_party", "marketplace_orders_simulated", "sources"])
def test_tables_with_sources_simulated_ones_and_the_sources_themselves_can_be_shown(spoilt: Project, name: str):
    shown = show_table(spoilt, name)

    grades = {source.grade for source in load_sources(spoilt)}
    assert len(shown.rows(3)) == 3
    assert {source.grade for source, _ in shown.sources} <= grades
    assert bool(shown.sources) is (name == "amazon_third_party")


def test_an_unknown_table_is_answered_with_the_near_ones(spoilt: Project):
    with pytest.raises(CasebookError, match=r'no table "express_parcel" \(near it: express_parcels'):
        show_table(spoilt, "express_parcel")


def test_a_table_without_its_file_is_named(spoilt: Project):
    (spoilt.data / "express_parcels.csv").unlink()

    with pytest.raises(CasebookError, match=r"express_parcels\.csv: The table cannot be read"):
        show_table(spoilt, "express_parcels")
