"""Couriers' APIs over HTTP: the calls of the poller and of action_sync.

Owns: connections, logins, limits in time and size, and the pace. Refuses: knowing what a call means.
"""
