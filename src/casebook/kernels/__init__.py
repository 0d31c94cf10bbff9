"""How is a notebook run quickly? In a fork of a process that is warm, made in milliseconds.

Two kinds of forks, of one kind of parent::

    warm_parent     a process of its own that has imported what notebooks need and forks on demand
    forked          our end of it: starts and stops the parent, asks it for forks

    shells, shell   cells in an IPython shell without ZeroMQ: ours and the fork's end. The quickest way
    kernel_shell    the same for a notebook that needs a real kernel: widgets, another language
    shell_parents   the warm parents of this process's shells

    provisioner     a real ipykernel in the fork, for any Jupyter program; kernelspec registers it
    book_kernel     the book's own: charts come out as Vega-Lite
    run             runs the book's chapters in them; reads notes which files each opened

and what two processes can say to each other::

    plain_values    values <-> plain data, strictly by type; nothing is pickled
    functions       a function that stays in its process and is called from another
"""
