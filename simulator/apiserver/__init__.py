"""The API server of a simulated cluster: admission, defaults, validation, deletion, eviction, quotas."""
