"""Whether a text holds something that points to a person, a clinic's system or a single host.

:mod:`texts` is the face: text in, name of the rule out. :mod:`undressing` takes off what hides a text (characters
without width, digits of other scripts, entities, brackets around dots); :mod:`addresses`, :mod:`people`,
:mod:`numbers` and :mod:`positions` hold the rules, :mod:`columns` those for names of columns. Every pattern is bounded:
it takes time in proportion to the length of its text.
"""
