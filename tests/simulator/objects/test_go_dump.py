"""How Go prints an object. Models apimachinery pkg/util/dump ForHash and pkg/api/resource/quantity.go ParseQuantity."""

from __future__ import annotations

import pytest

from simulator.objects.go_dump import go_dump
from tests.simulator.stories import Json


@pytest.mark.parametrize(
    ("text", "amount", "kept", "form"),
    [
        ("500m", "500 scale:(resource.Scale)-3", "500m", "DecimalSI"),
        ("0", "0 scale:(resource.Scale)0", "0", "DecimalSI"),
        ("100Mi", "104857600 scale:(resource.Scale)0", "100Mi", "BinarySI"),
        ("128Mi", "134217728 scale:(resource.Scale)0", "", "BinarySI"),
        ("1e3", "1 scale:(resource.Scale)3", "1e3", "DecimalExponent"),
        ("-2k", "-2 scale:(resource.Scale)3", "-2k", "DecimalSI"),
    ],
)
def test_a_quantity_keeps_its_text_where_go_does(text: str, amount: str, kept: str, form: str) -> None:
    resources = {"limits": {"cpu": text}}
    printed = (
        f"{{i:(resource.int64Amount){{value:(int64){amount}}} d:(resource.infDecAmount){{Dec:(*inf.Dec)<nil>}} "
        f"s:(string){kept} Format:(resource.Format){form}}}"
    )
    assert go_dump(resources, "ResourceRequirements") == (
        f"(v1.ResourceRequirements){{Limits:(v1.ResourceList)map[cpu:{printed}] "
        "Requests:(v1.ResourceList)<nil> Claims:([]v1.ResourceClaim)<nil>}"
    )


@pytest.mark.parametrize(
    ("struct", "value", "printed"),
    [
        ("LocalObjectReference", {"name": "a"}, "(v1.LocalObjectReference){Name:(string)a}"),
        (
            "ConfigMapEnvSource",
            {"name": "a", "optional": False},
            "(v1.ConfigMapEnvSource){LocalObjectReference:(v1.LocalObjectReference){Name:(string)a} "
            "Optional:(*bool)false}",
        ),
        (
            "HTTPGetAction",
            {"path": "/", "port": "web"},
            "(v1.HTTPGetAction){Path:(string)/ Port:(intstr.IntOrString){Type:(intstr.Type)1 IntVal:(int32)0 "
            "StrVal:(string)web} Host:(string) Scheme:(v1.URIScheme) HTTPHeaders:([]v1.HTTPHeader)<nil>}",
        ),
        (
            "HostAlias",
            {"ip": "1.2.3.4", "hostnames": ["b", "a"]},
            "(v1.HostAlias){IP:(string)1.2.3.4 Hostnames:([]string)[b a]}",
        ),
        ("ExecAction", {"command": []}, "(v1.ExecAction){Command:([]string)<nil>}"),
    ],
)
def test_structs_are_printed_field_by_field_with_their_types(struct: str, value: Json, printed: str) -> None:
    assert go_dump(value, struct) == printed


def test_the_sources_of_a_volume_stand_in_a_struct_of_their_own_and_maps_are_sorted() -> None:
    volume = go_dump({"name": "v", "emptyDir": {}}, "Volume")
    assert volume.startswith("(v1.Volume){Name:(string)v VolumeSource:(v1.VolumeSource){HostPath:(*v1.HostPath")
    assert (
        "EmptyDir:(*v1.EmptyDirVolumeSource){Medium:(v1.StorageMedium) SizeLimit:(*resource.Quantity)<nil>}" in volume
    )
    meta = go_dump({"labels": {"b": "2", "a": "1"}}, "ObjectMeta")
    assert "Labels:(map[string]string)map[a:1 b:2] Annotations:(map[string]string)<nil>" in meta
