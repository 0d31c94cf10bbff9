from casebook.site.chart_tables import tables_behind


def test_a_chart_is_made_from_the_table_that_its_data_were_read_from():
    cells = ['parcels = pd.read_csv("../../data/parcels.csv")', "alt.Chart(parcels).mark_bar()"]

    assert tables_behind(cells) == ["parcels"]


def test_tables_are_followed_through_every_name_on_the_way():
    cells = [
        'a = pd.read_csv("../../data/first.csv")\nb = pd.read_csv("../../data/second.csv")',
        'joined = a.merge(b, on="year")\nrecent = joined.query("year > 2015")',
        'base = alt.Chart(recent, title="x")\npoints = base.mark_point()',
        "base.mark_bar() + points",
    ]

    assert tables_behind(cells) == ["first", "second"]


def test_a_table_that_only_other_charts_use_is_left_out():
    cells = ['a = pd.read_csv("../../data/a.csv")\nb = pd.read_csv("../../data/b.csv")', "alt.Chart(b)"]

    assert tables_behind(cells) == ["b"]


def test_a_column_from_another_table_brings_that_table_in():
    cells = [
        'a = pd.read_csv("../../data/a.csv")\nb = pd.read_csv("../../data/b.csv")',
        'a["x"] = b["x"]',
        "alt.Chart(a)",
    ]

    assert tables_behind(cells) == ["a", "b"]


def test_a_name_given_to_another_table_forgets_the_first():
    cells = ['t = pd.read_csv("../../data/a.csv")', 't = pd.read_csv("../../data/b.csv")\nalt.Chart(t)']

    assert tables_behind(cells) == ["b"]


def test_lines_that_only_ipython_understands_are_passed_over():
    assert tables_behind(["%time 1", 't = pd.read_csv("../../data/a.csv")', "alt.Chart(t)"]) == ["a"]


def test_a_chart_of_numbers_typed_by_hand_has_no_table_behind_it():
    assert tables_behind(["alt.Chart(pd.DataFrame({'x': [1]}))"]) == []


def test_what_picks_the_place_of_a_new_value_is_not_made_from_a_table():
    first = 'uses = pd.read_csv("../../data/parcels.csv").set_index("date")\nuses[pd.Timestamp(day)] = 0\nuses.note[day] = ""'

    assert tables_behind([first, "alt.Chart(pd.DataFrame({day: [1]}))"]) == []
    assert tables_behind([first, "alt.Chart(uses)"]) == ["parcels"]
