"""The two lists of addresses: ``site`` for those who log in, ``booth`` for those who must stay nameless."""
