"""A report as mail, page, PDF, workbook and JSON: pure functions of the document, the same bytes every time."""
