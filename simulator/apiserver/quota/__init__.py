"""Limits of a namespace: LimitRanges say what each object may ask for, ResourceQuotas what all may together."""

from simulator.apiserver.quota.limit_ranger import beyond_limits, set_defaults
from simulator.apiserver.quota.resource_quota import charge, exceeds_quota, recount

__all__ = ["beyond_limits", "charge", "exceeds_quota", "recount", "set_defaults"]
