"""What if it worked like this? One invented mechanism a module, each with its parameters in one place.

Each module has a frozen dataclass of parameters and one function from it to a table; nothing is
measured, and what is put in stands beside what comes out, in the passport of the table. Draws come
from ``chance.py``. ``casebook.data.simulate`` knows all of the tables and writes them.
"""
