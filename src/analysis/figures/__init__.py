"""The figures: what surveys and their accounts print, read, checked and compared."""
