"""How do grades go back to where students see them?

``csv_export`` writes one row per student, for a spreadsheet or any learning management system that
takes CSV files.
"""
