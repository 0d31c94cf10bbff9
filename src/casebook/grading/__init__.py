"""What is this submission worth?

The stages, in order::

    intake    course/submitted/<student>/<assignment>   -> what keeps it from being graded, if anything
    grade     a submission                              -> Graded, and scores in gradebook.db
    feedback  a graded submission                       -> pages under course/feedback

Nothing is lost: each submission ends graded or in a list that says what a person must do, and the
files that a student handed in are never changed.
"""
