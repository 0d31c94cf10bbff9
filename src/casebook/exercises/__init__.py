"""What is graded, what is hidden, and what does each answer deserve?

The stages, in order, and what passes between them::

    assignment       assignment.yml                   -> Assignment
    notebook_text    exercises/<name>/<notebook>.md   -> TextNotebook (cells that know their lines)
    regions          a cell's source                  -> Parts (the only reader of BEGIN/END markers)
    soundness        an assignment's whole folder     -> all that is wrong with it, in one run
    compilation      TextNotebook                     -> a notebook with nbgrader's own metadata
    release          a course directory's source      -> what students get: folder and zip
    leaks            anything a student can open      -> Problems, if a secret stands in it
    variants         parameters, a student's id       -> that student's values; variants_class reads who there
                                                         is, variants_release gives each their own,
                                                         variants_record keeps what was given
    answers          wrong-answers/, right-answers/   -> notebooks as such a student would hand in

And back again, when somebody has edited the notebooks::

    text_from_course a course directory's source      -> the files under exercises/, or what hinders
    notebook_cells   a notebook of any nbgrader       -> its cells as an author would write them
    text_writing     those cells, and the older text  -> text that differs where the notebook does

Whether each test tells right from wrong is tried by ``grading.verification``.
``course_directory`` is the one door to nbgrader: everything that asks it to do something goes
through there.
"""
