"""kubectl: how objects are printed, and the verbs a person types.

The printers are pure functions of API JSON and a moment (`now`: wall clock in milliseconds since 1970). The verbs work
on an `Api` and run as a program of the simulated node, waiting in virtual time.
"""
