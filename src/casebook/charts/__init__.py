"""What a reader sees of a chart. Knows Vega-Lite and nothing of Sphinx.

A Vega-Lite spec is asked whether it is one (``shape``), gets the files that it names
(``datasets``) and is judged (``checks``). Then it is given its faces (``faces``), each a module:

    layout          pictures: what stands where on a wide and on a narrow screen, with words broken
                    into lines that fit (``fit``), in the book's colours and sizes (``theme``)
    table           the numbers that were drawn (``columns``: what they are called)
    live            what a browser needs to draw a chart that answers (``interaction``: what a reader
                    can do with it; ``tooltips``: what marks tell; ``datasets``: rows kept once)

All of them read a spec through ``spec`` (its plots and layers) and ``axes``.
"""
