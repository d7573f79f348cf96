"""The report: notebooks run on their own, and pages, drawings and tables made of what they give."""
