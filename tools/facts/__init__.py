"""Ask the venues whether the facts in the specifications still hold: `python -m tools.facts`.

The public instrument and risk-limit interfaces are asked, one request each, by the loaders' own layer. What
comes back is compared with the package fact by fact. Nothing is changed: what differs is for an author to
read at the source and to date anew.

==================  ======================================================================================
`answers`           how a value is read out of an answer, and what is wrong with one that is not as documented
`interfaces`        the table: which address states which facts of which venue
`recorded`          what the package holds, in the words that both sides are compared in
`comparison`        a finding for each fact: agrees, differs, not stated, not read
`report`            the findings as text or Markdown, and the exit status
==================  ======================================================================================
"""
