"""What is this submission worth?

A submission's way, each step a module; ``grade`` leads the class through them::

    intake         course/submitted/<student>/<assignment>  -> its notebooks, or why they cannot be read
    sanitize       a notebook, the instructor's copy        -> the student's text in the instructor's frame, and repairs
    isolation      the instructor's notebook                -> what runs in the test process, and what it asks for
    execution      plain data                               -> outputs; in children, on this machine or another
    score          a cell, its outputs                      -> points; pure
    autograded     graded notebooks                         -> course/autograded, whole or not at all
    gradebook      points                                   -> nbgrader's own gradebook, in one transaction
    feedback       a graded submission                      -> pages under course/feedback

``model`` is what passes between them; ``submission`` joins what needs neither kernel nor database;
``settings`` and ``assigned`` say what a course and an assignment ask for. ``journal`` notes how far
each submission is, so that a run that was killed goes on; ``run_lock`` keeps a second run away;
``executors`` spread the work over processes here or a Dask cluster. ``verification`` grades, without
a gradebook, the answers that an author knows to be right and wrong.

Nothing is lost: each submission ends graded or in a list that says what a person must do, and the
files that a student handed in are never changed.
"""
