"""Ten unions told as a story, for looking around and for every test that walks the pages.

``story`` is the fixed cast, ``fill`` plays the year, ``views`` lets a visitor step into anybody's shoes. Nothing here
runs unless ``PINGJIA_DEMO=1``; every ballot in it is a practice ballot.
"""
