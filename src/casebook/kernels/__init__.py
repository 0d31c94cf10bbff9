"""How is a notebook run quickly? In a fork of a process that is warm, made in milliseconds.

Two kinds of forks, of one kind of parent::

    warm_parent     a process of its own that has imported what notebooks need and forks on demand
    forked          our end of it: starts and stops the parent, asks it for forks

    shells          cells in an IPython without ZeroMQ, the quickest way; our end. The talk goes by
                    shell_conversation in frames, and shell_outputs puts together what a cell gave
    shell           the fork's end: its IPython is shell_interactive, what it prints goes by
                    shell_streams into shell_channel, and shell_values are its names
    kernel_shell    the same for a notebook that needs a real kernel: widgets, another language
    shell_parents   the warm parents of this process's shells

    provisioner     a real ipykernel in the fork, for any Jupyter program; kernelspec registers it
    book_kernel     the book's own: charts come out as Vega-Lite
    run             runs the book's chapters in them; reads notes which files each opened

and what two processes can say to each other::

    plain_values    values <-> plain data, strictly by type; nothing is pickled
    functions       a function that stays in its process and is called from another
"""
