"""Lets simulated clusters run: the only part of the project that knows the wall clock.

`wall` the clock; `lease` which process runs a cluster; `drive` one cluster; `room` all clusters of this process, round
by round; `service` the asyncio task that calls the rounds; `process` the one runner and the one hub of a process.
"""
