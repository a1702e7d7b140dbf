"""What the pages of walking-teaching send.

`sessions` the form on which a session is entered.
"""
