"""When a community counts: pure rules over plain facts.

`facts` what a rule may look at · `results` what it answers · `rule_set` a published rule set:
thresholds (data) with their meaning (code) · `rule_set_2025_1` the meaning of 2025-1, clause by
clause · `count` verdicts, figures and coverage of a community and of a region.
"""
