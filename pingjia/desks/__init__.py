"""Home pages by audience: what has this person to do now, by when, and what is still missing?

``views.home`` sends each to the own desk; ``queries`` gathers what the desks show.
"""
