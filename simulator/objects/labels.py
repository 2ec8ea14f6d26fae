"""Well-known labels and annotations that several rooms read.

Mirrors staging/src/k8s.io/api/discovery/v1/well_known_labels.go and core/v1/annotation_key_constants.go.
"""

SERVICE_NAME = "kubernetes.io/service-name"
"""Of an EndpointSlice: the Service it belongs to."""

MIRROR = "kubernetes.io/config.mirror"
"""Of a Pod that stands for a static one: that one's UID."""
