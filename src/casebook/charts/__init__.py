"""What a reader sees of a chart. Knows Vega-Lite and nothing of Sphinx.

The flow: a Vega-Lite spec (``spec``: its views and their axes) is first judged (``checks``) and
then drawn (``faces``) in the book's colours and sizes (``theme``), its words broken into lines
that fit (``fit``).
"""
