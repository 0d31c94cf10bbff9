"""What is graded, what is hidden, and what does each answer deserve?

The stages, in order, and what passes between them::

    assignment    assignment.yml                      -> Assignment
    notebook_text exercises/<name>/<notebook>.md      -> TextNotebook (cells that know their lines)
    regions       a cell's source                     -> Parts (the only reader of BEGIN/END markers)
    compilation   TextNotebook                        -> a notebook with nbgrader's own metadata
    release       a course directory's source         -> what students get: folder and zip
    rubric        rubric.md                           -> what students may read of it, and the key
    secrets       all of that                         -> Secrets: lines, sentences, values, names
    readable      any file, however packed            -> the texts in it
    leaks         anything a student can open         -> Problems, if a secret stands in it
    release_shape a released folder and its zip       -> Problems, if they hold more than the text says
    solutions     the text and its answers            -> notebooks to hand out after the deadline
    answers       wrong-answers/, right-answers/      -> notebooks as such a student would hand in

Whether each test tells right from wrong is tried by ``grading.verification``.
``course_directory`` is the one door to nbgrader: everything that asks it to do something goes
through there.
"""
