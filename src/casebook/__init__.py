"""The kit behind *Outside In*: data in, site out; submissions in, grades out.

Layers, top to bottom; imports only point down (``tests/test_layering.py`` holds the rule)::

    cli                             parses, calls one service, prints
    site  grading  lms  doctor      services: what each kind of user runs
    course                          what happens in which week
    charts  exercises  kernels  data    one capability each
    project  whole_files  digests  errors    where things are; how they are written; how they fail
"""

__version__ = "0.1.0"
