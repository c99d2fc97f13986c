"""The product's version, printed at the foot of each page and on the cover of each workbook."""

VERSION = "0.1.0"
