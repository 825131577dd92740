"""What makes a meeting a meeting: its rules, its template, its numbers, its minutes.

The rules (``rules``, ``quorum``, ``votes``) and the numbers are pure functions of plain data, so
that they can be tested against every case there is. ``papers`` fills in what the documents say.
"""
