"""What pages does each edition have? From the repository to a folder that any web server can serve.

The flow of a build (``build``), each step a module::

    toc             is every entry of _toc.yml a page that exists?
    editions        what readers, students and instructors get beside the book
    collection      a page for each table, each chapter as a zip that runs by itself
    source_tree     the edition's sources, put together under _build/source/<edition>; pages of the
                    assignments are written by exercise_pages, those of a course by course_pages
    chapter_runs    chapters run where code or data have changed; outputs go into the execution cache
    sphinx_run      Jupyter Book's configuration, Sphinx in this process, its warnings as problems
    weight          of styles and scripts only what the pages use, under names made of contents

Sphinx extensions, thin, listed in ``_config.yml``: ``charts`` and ``maths`` draw without scripts;
``page_frame``, ``reading_header``, ``glossary_hints``, ``disclosures``, ``table_headers``,
``launch_links``, ``figure_numbers`` and ``bibliography`` are about one page; ``search_index``, ``page_meta``,
``site_index`` and ``robots`` about the site.

``serve`` rebuilds when a file changes; ``links`` asks whether the outside links still answer.
"""
