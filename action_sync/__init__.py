"""How decisions go out: what a build wants of couriers is sent once, and what became of it is found out.

Owns: who sends when, and what an answer does to an order. Refuses: deciding what is wanted (the build does), and
knowing how a courier speaks (its folder does).
"""
