"""What is this table, where does each figure come from, and is it sound?

The stages in order, and what passes between them::

    datapackage.json  -> places.py      where each entry of the file stands
                      -> passport.py    parsed at the door        -> DataPackage, list[Problem]
                         (with entry.py and constraints.py, for one object of the file each)
    <table>.csv       -> table_file.py  header, rows and lines    -> TableFile, list[Problem]
    both              -> shape.py       columns and rows fit?     -> list[Problem]
                      -> cells.py       types, limits, keys       -> list[Problem]  (Frictionless)
                      -> duplicates.py  rows that stand twice     -> list[Problem]
                      -> possible.py    figures that can be?      -> list[Problem]  (with times.py)
                      -> units.py       one unit a series?        -> list[Problem]
                      -> series.py      breaks, slips of units    -> list[Problem]
                      -> reading.py     what will pandas read?    -> list[Problem]
                      -> origins.py     sources and references    -> list[Problem]
    claims.csv, files -> claims.py      evidence that stands?     -> list[Problem]
    the casebook      -> unused.py      tables without a use      -> list[Problem]  (notices)
    all of them       -> check.py       the whole report          -> Report (report.py)

What changed between two states of the tables::

    a commit          -> revisions.py   data/ as it was then      -> Project  (git)
    two states        -> difference.py  table by table            -> list[Change] (changes.py)
                         (with row_changes.py and passport_changes.py)

A new table::

    a CSV file        -> inference.py   its columns and types     -> the fields of a passport
                      -> new_table.py   copy and passport         -> NewTable
                         (with passport_text.py, which keeps the style of the passport file)

Beside them: ``model.py`` holds the dataclasses, ``show.py`` puts a table together with its sources
for a person to look at, ``stamp.py`` writes size and hash into the passports after a person has read
the figures again, ``simulate.py`` and ``simulated/`` make the simulated tables.
"""
