"""Well-known labels that several rooms read. Mirrors staging/src/k8s.io/api/discovery/v1/well_known_labels.go."""

SERVICE_NAME = "kubernetes.io/service-name"
"""Of an EndpointSlice: the Service it belongs to."""
