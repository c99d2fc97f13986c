"""The one safe way to write a workbook: safe cells, named styles, print set-up, native charts, fixed bytes.

Nothing here knows the domain; intake's templates and the reports' workbooks both stand on it.
"""
