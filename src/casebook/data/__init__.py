"""What is this table, where does each figure come from, and is it sound?

The stages in order, and what passes between them::

    datapackage.json  -> places.py      where each entry of the file stands
                      -> passport.py    parsed at the door        -> DataPackage, list[Problem]
                         (with entry.py and constraints.py, for one object of the file each)
    <table>.csv       -> table_file.py  header, rows and lines    -> TableFile, list[Problem]
    both              -> shape.py       columns and rows fit?     -> list[Problem]
                      -> cells.py       types, limits, keys       -> list[Problem]  (Frictionless)
                      -> origins.py     sources and references    -> list[Problem]
    claims.csv, files -> claims.py      evidence that stands?     -> list[Problem]
    all of them       -> check.py       the whole report          -> list[Problem]

Beside them: ``model.py`` holds the dataclasses, ``stamp.py`` writes size and hash into the
passports after a person has read the figures again, ``simulate.py`` makes the simulated table.
"""
