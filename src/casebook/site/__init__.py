"""What pages does each edition have? From the repository to a folder that any web server can serve.

The flow of a build (``build``), each step a module::

    toc             is every entry of _toc.yml a page that exists?
    source_tree     the edition's sources, put together under _build/source/<edition>; pages of the
                    assignments are written by exercise_pages
    chapter_runs    chapters run where code or data have changed; outputs go into the execution cache
    sphinx_run      Jupyter Book's configuration, Sphinx in this process, its warnings as problems
    charts, maths, first_paint   Sphinx extensions, thin: Vega-Lite outputs as pictures, formulas as
                    MathML, light or dark from the first moment

``serve`` rebuilds when a file changes; ``links`` asks whether the outside links still answer.
"""
