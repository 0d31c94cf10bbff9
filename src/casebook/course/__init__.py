"""What happens in which week? One file, ``course.yml``, and what is made of it.

The stages in order, and what passes between them::

    course.yml -> entry.py       one value of the file with its line       -> Entry
               -> values.py      a word as a date, time, weekday, number   -> or why it is none
               -> reading.py     the whole file, checked                   -> Course, or all its problems
                  (with graded_work.py for assignments and lateness)
    Course     -> schedule.py    weeks with their dates, holidays left out -> tuple of Week
               -> calendar.py    a file for calendar apps (vtimezone.py: its time zone)
               -> launch.py      where a notebook opens: Binder, Colab, the course's JupyterHub

``model.py`` holds the dataclasses. Pages are made of these in ``casebook.site.course_pages``.
"""
