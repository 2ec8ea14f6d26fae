"""Rules for handlers, probes and lifecycle hooks. Models pkg/apis/core/validation/validation.go."""

from __future__ import annotations

from simulator.objects.validation import formats
from simulator.objects.validation.field import Field
from simulator.objects.validation.rules import (
    Errors,
    Json,
    Rule,
    Rules,
    Scope,
    exactly_one,
    nested,
    nonnegative,
    one_of,
    required,
    run,
)

MANY_HANDLERS = "may not specify more than 1 handler type"
NO_HANDLER = "must specify a handler type"


def port_number_or_name(name: str) -> Rule:
    """Models ValidatePortNumOrName."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        port = value.get(name, 0)
        details = formats.is_port_name(port) if isinstance(port, str) else formats.is_port_number(port)
        return at.each_invalid(name, port, details) if details else ()

    return check


def _headers(value: Json, at: Field, scope: Scope) -> Errors:
    """Part of validateHTTPGetAction: the path is that of the whole list."""
    for header in value.get("httpHeaders", ()):
        yield from at.each_invalid("httpHeaders", header["name"], formats.is_http_header_name(header["name"]))


def _sleep(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validateSleepAction."""
    seconds, grace = value.get("seconds", 0), scope.grace
    if grace is not None and not 0 <= seconds <= grace:
        yield at.invalid("", seconds, f"must be non-negative and less than terminationGracePeriodSeconds ({grace})")


EXEC: Rules = (required("command"),)  # validateExecAction
HTTP_GET: Rules = (  # validateHTTPGetAction
    required("path"),
    port_number_or_name("port"),
    one_of("scheme", ("HTTP", "HTTPS"), needed=False),
    _headers,
)
TCP_SOCKET: Rules = (port_number_or_name("port"),)  # validateTCPSocketAction
GRPC: Rules = (port_number_or_name("port"),)  # validateGRPCAction

PROBE_HANDLERS: dict[str, Rules] = {"exec": EXEC, "httpGet": HTTP_GET, "tcpSocket": TCP_SOCKET, "grpc": GRPC}
HOOK_HANDLERS: dict[str, Rules] = {"exec": EXEC, "httpGet": HTTP_GET, "tcpSocket": TCP_SOCKET, "sleep": (_sleep,)}


def _probe_grace(value: Json, at: Field, scope: Scope) -> Errors:
    grace = value.get("terminationGracePeriodSeconds")
    if grace is not None and grace <= 0:
        yield at.invalid("terminationGracePeriodSeconds", grace, "must be greater than 0")


def _success_threshold(value: Json, at: Field, scope: Scope) -> Errors:
    if value.get("successThreshold") != 1:
        yield at.invalid("successThreshold", value.get("successThreshold", 0), "must be 1")


def _no_grace(value: Json, at: Field, scope: Scope) -> Errors:
    grace = value.get("terminationGracePeriodSeconds")
    if grace is not None:
        yield at.invalid("terminationGracePeriodSeconds", grace, "must not be set for readinessProbes")


PROBE: Rules = (  # validateProbe
    exactly_one(PROBE_HANDLERS, none=NO_HANDLER, many=MANY_HANDLERS),
    nonnegative("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"),
    _probe_grace,
)
PROBES: Rules = (
    nested("livenessProbe", (*PROBE, _success_threshold)),  # validateLivenessProbe
    nested("readinessProbe", (*PROBE, _no_grace)),  # validateReadinessProbe
    nested("startupProbe", (*PROBE, _success_threshold)),  # validateStartupProbe
)

_LINUX_SIGNALS = frozenset(
    "SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE SIGPOLL "
    "SIGPROF SIGPWR SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 "
    "SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIGRTMIN SIGRTMAX".split()
) | frozenset((*(f"SIGRTMIN+{n}" for n in range(1, 16)), *(f"SIGRTMAX-{n}" for n in range(1, 15))))
_WINDOWS_SIGNALS = frozenset(("SIGKILL", "SIGTERM"))


def _stop_signal(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validateStopSignal."""
    signal = value.get("stopSignal")
    if signal is None:
        return
    if not scope.os:
        yield at.forbidden("stopSignal", "may not be set for containers with empty `spec.os.name`")
        return
    choices = _WINDOWS_SIGNALS if scope.os == "windows" else _LINUX_SIGNALS
    if signal not in choices:
        yield at.not_supported("stopSignal", signal, sorted(choices))


_HOOK: Rules = (exactly_one(HOOK_HANDLERS, none=NO_HANDLER, many=MANY_HANDLERS),)
LIFECYCLE: Rules = (  # validateLifecycle
    nested("lifecycle", (nested("postStart", _HOOK), nested("preStop", _HOOK), _stop_signal)),
)
PROBE_FIELDS = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")


def no_probes_in_init_containers(value: Json, at: Field, scope: Scope) -> Errors:
    """Part of validateInitContainers: only sidecars may be probed."""
    for name in PROBE_FIELDS:
        if value.get(name) is not None:
            yield at.forbidden(name, "may not be set for init containers without restartPolicy=Always")


def sidecar_or_plain(value: Json, at: Field, scope: Scope) -> Errors:
    """An init container that restarts always is probed like a main one."""
    if value.get("restartPolicy") == "Always":
        return run((*LIFECYCLE, *PROBES), value, at, scope)
    return no_probes_in_init_containers(value, at, scope)
