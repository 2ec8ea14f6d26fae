"""Quantities, durations, generated names, images, quality of service and schedules."""

from __future__ import annotations

from random import Random

import pytest

from simulator.objects import (
    ImageFault,
    QuantityFault,
    generate_name,
    go_duration,
    parse_image,
    parse_quantity,
    qos_class,
)
from simulator.objects.cron import ScheduleFault, parse_schedule
from simulator.objects.quantity import add
from tests.simulator.objects.cast import Json, stored

WRONG = r"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


@pytest.mark.parametrize(
    ("text", "shown", "milli"),
    [
        ("0", "0", 0), ("1", "1", 1000), ("0.5", "500m", 500), ("1.5", "1500m", 1500), ("100m", "100m", 100),
        ("1000m", "1", 1000), ("1Gi", "1Gi", 2**30 * 1000), ("1.5Gi", "1536Mi", 1536 * 2**20 * 1000),
        ("1024Ki", "1Mi", 2**20 * 1000), ("1000", "1k", 10**6), ("1e3", "1e3", 10**6), ("12E2", "1200", 1200000),
        ("+5", "+5", 5000), ("-5", "-5", -5000), ("0.0001", "100u", 1), (".5", "500m", 500), ("1.", "1.", 1000),
        ("0.5Ki", "512", 512000), ("0.1Gi", "107374182400m", 107374182400), ("00100", "00100", 100000),
        ("1.500", "1.500", 1500), ("Mi", "0", 0), (" 5 ", "5", 5000),
    ],
)  # fmt: skip
def test_a_quantity_is_exact_and_canonical(text: str, shown: str, milli: int) -> None:
    quantity = parse_quantity(text)
    assert (str(quantity), quantity.milli) == (shown, milli)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", WRONG), ("1 Gi", WRONG), ("abc", WRONG), ("1.2.3", WRONG), ("1GB", WRONG), ("9" * 300, WRONG),
     ("1KiB", WRONG), ("1mm", "unable to parse quantity's suffix"), ("1K", "unable to parse quantity's suffix")],
)  # fmt: skip
def test_what_is_no_quantity_is_refused(text: str, message: str) -> None:
    with pytest.raises(QuantityFault) as fault:
        parse_quantity(text)
    assert str(fault.value) == message


def test_amounts_add_up_in_the_first_ones_format() -> None:
    assert add([parse_quantity("0"), parse_quantity("512Mi"), parse_quantity("1Gi")]).text == "1536Mi"
    assert add([parse_quantity("250m"), parse_quantity("1")]).text == "1250m"


def test_bytes_are_rounded_up() -> None:
    assert parse_quantity("1500m").value == 2


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "0s"), (10_000, "10s"), (80_000, "1m20s"), (300_000, "5m0s"), (3_600_000, "1h0m0s"), (1_500, "1.5s"),
     (5, "5ms"), (1_234, "1.234s"), (-2_000, "-2s"), (3_661_010, "1h1m1.01s")],
)  # fmt: skip
def test_durations_read_as_in_go(ms: int, text: str) -> None:
    assert go_duration(ms) == text


def test_a_made_up_name_is_cut_and_gets_five_letters() -> None:
    name = generate_name("x" * 80, Random(1))
    assert len(name) == 63
    assert name.startswith("x" * 58)
    assert set(name[58:]) <= set("bcdfghjklmnpqrstvwxz2456789")
    assert name == generate_name("x" * 80, Random(1))


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"), ("nginx:1.25", "docker.io/library/nginx:1.25"),
        ("team/app", "docker.io/team/app:latest"), ("quay.io/team/app:v1", "quay.io/team/app:v1"),
        ("localhost:5000/app", "localhost:5000/app:latest"), ("index.docker.io/nginx", "docker.io/library/nginx:latest"),
        (f"nginx@sha256:{'a' * 64}", f"docker.io/library/nginx@sha256:{'a' * 64}"),
        (f"nginx:1@sha256:{'a' * 64}", f"docker.io/library/nginx:1@sha256:{'a' * 64}"),
    ],
)  # fmt: skip
def test_an_image_has_a_full_name(text: str, full: str) -> None:
    assert str(parse_image(text)) == full


@pytest.mark.parametrize("text", ["", "Nginx", "a b", "nginx:", "nginx@sha256:1", "-x", "a//b", "nginx:a:b"])
def test_what_names_no_image_is_refused(text: str) -> None:
    with pytest.raises(ImageFault, match="invalid reference format"):
        parse_image(text)


BOTH = {"cpu": "1", "memory": "1Gi"}
QOS: list[tuple[str, list[Json], str]] = [
    ("nothing is asked for", [{}], "BestEffort"),
    ("limits become requests", [{"limits": BOTH}], "Guaranteed"),
    ("written differently", [{"limits": BOTH, "requests": {"cpu": "1000m", "memory": "1024Mi"}}], "Guaranteed"),
    ("a container asks for nothing", [{"limits": BOTH}, {}], "Burstable"),
    ("only memory", [{"limits": {"memory": "1Gi"}}], "Burstable"),
    ("less than the limit", [{"limits": BOTH, "requests": {"cpu": "1"} | {"memory": "1Mi"}}], "Burstable"),
    ("nothing that counts", [{"limits": {"ephemeral-storage": "1Gi"}}], "BestEffort"),
    ("zero counts as nothing", [{"requests": {"cpu": "0"}}], "BestEffort"),
]


@pytest.mark.parametrize(("name", "resources", "expected"), QOS, ids=[case[0] for case in QOS])
def test_quality_of_service_when(name: str, resources: list[Json], expected: str) -> None:
    containers = [{"name": f"c{n}", "image": "x", "resources": item} for n, item in enumerate(resources)]
    spec = {"containers": containers}
    assert qos_class(stored({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})) == expected


def test_init_containers_count_for_quality_of_service() -> None:
    spec = {
        "containers": [{"name": "a", "image": "x", "resources": {"limits": BOTH}}],
        "initContainers": [{"name": "i", "image": "x"}],
    }
    assert (
        qos_class(stored({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})) == "Burstable"
    )


def test_resources_of_the_whole_pod_decide_quality_of_service() -> None:
    spec = {"resources": {"limits": BOTH}, "containers": [{"name": "a", "image": "x"}]}
    assert (
        qos_class(stored({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})) == "Guaranteed"
    )


def test_a_schedule_is_sets_of_numbers() -> None:
    schedule = parse_schedule("*/15 0-6/2,22 1 jan-mar ?")
    assert schedule.minutes == {0, 15, 30, 45}
    assert schedule.hours == {0, 2, 4, 6, 22}
    assert schedule.months == {1, 2, 3}
    assert (schedule.any_day, schedule.any_weekday) == (False, True)
    assert parse_schedule("@weekly").weekdays == {0}
    assert parse_schedule("5/20 * * * sun").minutes == {5, 25, 45}
    assert parse_schedule("@every 1h30m").every_s == 5400


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty spec string"),
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("5-3 * * * *", "beginning of range (5) beyond end of range (3): 5-3"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
        ("@often", "unrecognized descriptor: @often"),
    ],
)
def test_what_is_no_schedule_is_refused(text: str, message: str) -> None:
    with pytest.raises(ScheduleFault) as fault:
        parse_schedule(text)
    assert str(fault.value) == message
