"""How is a notebook run quickly? In a fresh kernel each, forked from a process that is warm.

The way of a notebook (``run``), each step a module::

    warm_parent   a process of its own that has imported what notebooks need and forks on demand
    forked        our end of it: starts and stops the parent, asks it for kernels, as processes
                  that jupyter_client understands
    book_kernel   what runs in the fork, or in a process of its own where forking is not to be had:
                  an IPython kernel whose charts come out as Vega-Lite
    reads         which files of the book the notebook opened while it ran

Programs of Jupyter's that know nothing of this get such kernels, too::

    provisioner   what jupyter_client asks for a process: a fork, if it can be one
    stock_kernel  what runs in that fork: ipykernel as it is, and nothing of the kit
    kernelspec    how they find a kernel that is forked

A notebook that is graded runs in a shell instead, an IPython without ZeroMQ, cell by cell::

    shells               our end: run a cell, ask for values, call a function of the notebook's
    shell_conversation   the process of one shell, and what is said between it and us, in ``frames``
    shell_outputs        what a cell gave, put together as nbclient does
    shell                what runs in the fork; its IPython is ``shell_interactive``, what it prints
                         goes by ``shell_streams`` into ``shell_channel``, and ``shell_values`` are its names

Notebooks go in with their folders; they come back with outputs, the time they took, the files they
read, and the cell at which they stopped, if they did.
"""
