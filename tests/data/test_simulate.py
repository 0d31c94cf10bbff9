from __future__ import annotations

import io
import pkgutil

import pandas as pd
import pytest

import casebook.data.simulated
from casebook.data.check import load_package
from casebook.data.simulate import SIMULATED, csv_of, write_simulated
from casebook.data.simulated.customer_cohorts import CUSTOMER_COHORTS, CustomerCohorts
from casebook.data.simulated.feedback_tickets import FEEDBACK_TICKETS, FeedbackTickets
from casebook.data.simulated.marketplace_orders import MARKETPLACE_ORDERS, MarketplaceOrders
from casebook.data.simulated.platform_orders import PLATFORM_ORDERS, PlatformOrders
from casebook.data.simulated.two_sided_adoption import TWO_SIDED_ADOPTION, TwoSidedAdoption
from casebook.project import Project

PARAMETERS = {
    CUSTOMER_COHORTS: CustomerCohorts,
    FEEDBACK_TICKETS: FeedbackTickets,
    MARKETPLACE_ORDERS: MarketplaceOrders,
    PLATFORM_ORDERS: PlatformOrders,
    TWO_SIDED_ADOPTION: TwoSidedAdoption,
}
MOST_BYTES = 200_000


@pytest.mark.parametrize("name", SIMULATED)
def test_the_generator_gives_the_table_in_the_repository_byte_for_byte(name, project: Project):
    assert csv_of(SIMULATED[name]()) == (project.data / f"{name}.csv").read_bytes()


@pytest.mark.parametrize("name", SIMULATED)
def test_the_passport_names_generator_and_seed_and_says_that_the_table_is_simulated(name, project: Project):
    table = load_package(project).table(name)
    generator = SIMULATED[name]

    assert table.simulated.generator == f"{generator.__module__}.{generator.__name__}"
    assert table.simulated.seed == PARAMETERS[name]().seed
    assert "Simulated" in table.title
    assert table.caveats[0].startswith("Simulated: no figure here says anything about a real ")
    assert "simulated" in table.tags


def test_every_simulated_passport_has_a_generator_and_every_generator_a_passport(project: Project):
    tables = load_package(project).tables

    assert {table.name for table in tables if table.simulated} == set(SIMULATED)
    assert {table.name for table in tables if table.name.endswith("_simulated")} == set(SIMULATED)


def test_every_module_of_generators_is_known_to_the_one_place_that_writes_them():
    modules = {module.name for module in pkgutil.iter_modules(casebook.data.simulated.__path__)}

    assert modules - {"chance"} == {function.__name__ for function in SIMULATED.values()}


@pytest.mark.parametrize("name", SIMULATED)
def test_another_seed_gives_another_table(name):
    other = SIMULATED[name](PARAMETERS[name](seed=1))

    assert not other.equals(SIMULATED[name]())


@pytest.mark.parametrize("name", SIMULATED)
def test_the_table_is_small_complete_and_comes_back_from_its_file_with_its_types(name):
    made = SIMULATED[name]()
    content = csv_of(made)
    read = pd.read_csv(io.BytesIO(content))

    assert len(content) <= MOST_BYTES
    assert not read.isna().any(axis=None)
    assert {column: kind.kind for column, kind in read.dtypes.items()} == {
        column: kind.kind for column, kind in made.dtypes.items()
    }
    assert csv_of(read) == content


def test_all_tables_are_written_once_and_then_left_alone(tmp_path):
    casebook = Project(tmp_path)

    assert [file.name for file in write_simulated(casebook)] == [f"{name}.csv" for name in SIMULATED]
    assert write_simulated(casebook) == []


def test_only_a_table_that_was_changed_is_written_again(tmp_path):
    casebook = Project(tmp_path)
    write_simulated(casebook)
    spoilt = casebook.data / f"{FEEDBACK_TICKETS}.csv"
    spoilt.write_text("spoilt", "utf-8")

    assert write_simulated(casebook) == [spoilt]
    assert spoilt.read_bytes() == csv_of(SIMULATED[FEEDBACK_TICKETS]())
