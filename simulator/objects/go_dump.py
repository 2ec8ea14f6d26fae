"""An object as Go's spew prints it, which is what the hash of a Pod template is made of.

Models apimachinery pkg/util/dump ForHash: go-spew's `%#v` with sorted keys and without addresses.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from simulator.objects.go_types import GoField, GoType, go_type

Json = dict[str, Any]

# Fields whose names in Go are not those in JSON with a capital letter.
_NAMES = {
    "apiGroup": "APIGroup",
    "apiVersion": "APIVersion",
    "awsElasticBlockStore": "AWSElasticBlockStore",
    "cephfs": "CephFS",
    "chapAuthDiscovery": "DiscoveryCHAPAuth",
    "chapAuthSession": "SessionCHAPAuth",
    "csi": "CSI",
    "diskURI": "DataDiskURI",
    "dnsConfig": "DNSConfig",
    "dnsPolicy": "DNSPolicy",
    "endpoints": "EndpointsName",
    "fc": "FC",
    "fsGroup": "FSGroup",
    "fsGroupChangePolicy": "FSGroupChangePolicy",
    "fsType": "FSType",
    "gcePersistentDisk": "GCEPersistentDisk",
    "gmsaCredentialSpec": "GMSACredentialSpec",
    "gmsaCredentialSpecName": "GMSACredentialSpecName",
    "grpc": "GRPC",
    "httpGet": "HTTPGet",
    "httpHeaders": "HTTPHeaders",
    "ip": "IP",
    "iqn": "IQN",
    "iscsi": "ISCSI",
    "iscsiInterface": "ISCSIInterface",
    "metadata": "ObjectMeta",
    "nfs": "NFS",
    "os": "OS",
    "pdName": "PDName",
    "rbd": "RBD",
    "seLinuxChangePolicy": "SELinuxChangePolicy",
    "seLinuxOptions": "SELinuxOptions",
    "serviceAccount": "DeprecatedServiceAccount",
    "sslEnabled": "SSLEnabled",
    "storageos": "StorageOS",
    "tcpSocket": "TCPSocket",
    "tty": "TTY",
    "uid": "UID",
    "wwids": "WWIDs",
}
_NAMES_IN = {
    "RBDVolumeSource": {"image": "RBDImage", "monitors": "CephMonitors", "pool": "RBDPool", "user": "RadosUser"}
}
# Fields of a struct within the struct, which JSON does not show: its name, its first field and the one after.
_NAME_ALONE = ("LocalObjectReference", 0, 1)
_EMBEDDED = {
    "Volume": ("VolumeSource", 1, len(go_type("Volume").fields)),
    "Probe": ("ProbeHandler", 0, 4),
    "ConfigMapVolumeSource": _NAME_ALONE,
    "ConfigMapProjection": _NAME_ALONE,
    "ConfigMapEnvSource": _NAME_ALONE,
    "ConfigMapKeySelector": _NAME_ALONE,
    "SecretProjection": _NAME_ALONE,
    "SecretEnvSource": _NAME_ALONE,
    "SecretKeySelector": _NAME_ALONE,
}
_NIL = "<nil>"
_NO_TIME = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"
_QUANTITY = re.compile(r"(-?)(\d+)(?:([numkMGTPE]|[KMGTPE]i)|e(-?\d+))?")
_POWERS = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}


def go_dump(value: Json, struct: str) -> str:
    """`value`, an object in JSON types, as spew prints Go's `struct` of it."""
    kind = go_type(struct)
    return f"({kind.text}){_value(kind, value)}"


def _value(kind: GoType, value: Any) -> str:
    """The value without its type; None is what Go leaves at zero."""
    match kind.kind:
        case "struct":
            return _struct(kind, value) if value else _zero(kind.name)
        case "list" if kind.element is not None:
            return f"[{' '.join(_value(kind.element, item) for item in value)}]" if value else _NIL
        case "map" if kind.element is not None:
            return f"map[{' '.join(f'{k}:{_value(kind.element, value[k])}' for k in sorted(value))}]" if value else _NIL
        case "bool":
            return "true" if value else "false"
        case "int":
            return str(value or 0)
        case "time":
            return _NO_TIME
        case "quantity":
            return _quantity(str(value or "0"))
        case "intstr":
            return _int_or_string(value or 0)
    return str(value or "")


@cache
def _zero(struct: str) -> str:
    return _struct(go_type(struct), {})


def _struct(kind: GoType, value: Json) -> str:
    shown = [_field(kind.name, field, value.get(field.name)) for field in kind.fields.values()]
    if kind.name in _EMBEDDED:
        inner, first, end = _EMBEDDED[kind.name]
        shown[first:end] = [f"{inner}:(v1.{inner}){{{' '.join(shown[first:end])}}}"]
    return f"{{{' '.join(shown)}}}"


def _field(struct: str, field: GoField, value: Any) -> str:
    name = _NAMES_IN.get(struct, {}).get(field.name) or _NAMES.get(field.name)
    name = name or field.name[0].upper() + field.name[1:]
    if field.pointer:
        return f"{name}:(*{field.type.text}){_NIL if value is None else _value(field.type, value)}"
    return f"{name}:({field.type.text}){_value(field.type, value)}"


def _int_or_string(value: int | str) -> str:
    which, number, text = (1, 0, value) if isinstance(value, str) else (0, value, "")
    return f"{{Type:(intstr.Type){which} IntVal:(int32){number} StrVal:(string){text}}}"


def _quantity(text: str) -> str:
    """What ParseQuantity of apimachinery pkg/api/resource/quantity.go keeps of a text in canonical form."""
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return text
    sign, digits, suffix, exponent = found.groups()
    if suffix in _BINARY:
        number, scale, form = int(digits) << _BINARY[suffix], 0, "BinarySI"
        kept = text if int(digits) & 7 else ""
    else:
        number, scale = int(digits), int(exponent) if exponent else _POWERS[suffix or ""]
        form = "DecimalExponent" if exponent else "DecimalSI"
        kept = text if scale % 3 == 0 and not digits.endswith("000") else ""
    amount = f"{{value:(int64){sign}{number} scale:(resource.Scale){scale}}}"
    rest = f"d:(resource.infDecAmount){{Dec:(*inf.Dec){_NIL}}} s:(string){kept} Format:(resource.Format){form}"
    return f"{{i:(resource.int64Amount){amount} {rest}}}"
