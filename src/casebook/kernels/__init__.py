"""How is a notebook run quickly? In a fresh kernel each, forked from a process that is warm.

The way of a notebook (``run``), each step a module::

    warm_parent   a process of its own that has imported what notebooks need and forks on demand
    forked        our end of it: starts and stops the parent, asks it for kernels, as processes
                  that jupyter_client understands
    book_kernel   what runs in the fork, or in a process of its own where forking is not to be had:
                  an IPython kernel whose charts come out as Vega-Lite
    reads         which files of the book the notebook opened while it ran

Notebooks go in with their folders; they come back with outputs, the time they took, the files they
read, and the cell at which they stopped, if they did.
"""
