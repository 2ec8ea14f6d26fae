"""Limits of a namespace: LimitRanges say what each object may ask for, ResourceQuotas what all may together."""

from simulator.quota.limit_ranger import beyond_limits, set_defaults
from simulator.quota.resource_quota import charge, exceeds_quota, recount

__all__ = ["beyond_limits", "charge", "exceeds_quota", "recount", "set_defaults"]
