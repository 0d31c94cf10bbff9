"""The numbers of the capstone's worked miniature, and what its page must hold."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[3] / "data"
CASES = ("The task", "decision", "Rubric", "Milestones", "Checklist of evidence", "Using AI honestly", "add up to 100")


def numbers() -> dict[str, list[str]]:
    """Words of the chapter that hold a number, each with the number worked out afresh from the tables."""
    table = pd.read_csv(DATA / "instant_payments.csv").query("system == 'M-Pesa'")
    rows = table.set_index(["measure", "period"])["value"]
    people, payments, money = rows["people_active_in_the_month"], rows["transactions"], rows["value"]
    march = ["2022-03", "2023-03", "2024-03"]
    index = {year: 100 * payments[year] / payments[march[0]] for year in march}
    moved = {year: 100 * money[year] / money[march[0]] for year in march}
    crowd = 100 * people[march[1]] / people[march[0]]
    mean = [f"{1000 * money[year] / payments[year]:,.0f}" for year in march]
    per_person = 100 * (money[march[1]] / people[march[1]]) / (money[march[0]] / people[march[0]]) - 100
    quarter = 1 - (money[march[2]] / payments[march[2]]) / (money[march[0]] / payments[march[0]])
    assert 0.23 < quarter < 0.27
    return {
        "Payments {} and {}, money moved {} and {}, people {} in 2023.": [
            *(f"{index[march[1]]:.0f}", f"{index[march[2]]:.0f}"),
            *(f"{moved[march[1]]:.0f}", f"{moved[march[2]]:.0f}", f"{crowd:.0f}"),
        ],
        "Payments rose by {} per cent in two years, people by {} per cent in the first.": [
            f"{index[march[2]] - 100:.0f}",
            f"{crowd - 100:.0f}",
        ],
        "{} in the year to March 2022, {} in 2023, {} in 2024.": mean,
        "From {} shillings to {}: the opponent's chart.": [mean[0], mean[2]],
        "rose, by {} per cent in the first year, before inflation": [f"{per_person:.0f}"],
        "instead of {}.": [f"{money[march[2]]:g}"],
        "payments up {} per cent, people {} |": [f"{index[march[1]] - 100:.0f}", f"{crowd - 100:.0f}"],
        "| contradicted | {} to {} shillings |": [mean[0], mean[2]],
        "before inflation | up {} per cent": [f"{per_person:.0f}"],
        '"more than" {} million': [f"{people[march[0]]:g}"],
    }
