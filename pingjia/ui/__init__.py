"""What every page shares: base page, components, icons, colours, the two doors, the refusals.

Start with ``templates/ui/base.html`` and ``static/ui/pingjia.css``; ``hosts.py`` keeps site and booth apart.
"""
