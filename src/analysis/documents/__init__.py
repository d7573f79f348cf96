"""Documents that offices can file: a built report, or your own notebooks, as PDF, DOCX and XLSX.

A document is read once, from the same files that the pages of the site are drawn from (:mod:`.notebooks`,
:mod:`.site`), into one model (:mod:`.model`). The writers know that model only: :mod:`.typeset` makes PDF/UA-1,
:mod:`.word` DOCX. A workbook (:mod:`.workbook`) is made of tables alone.
"""
