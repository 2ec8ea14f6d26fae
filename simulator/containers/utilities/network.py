"""ping, nslookup, getent, host, ip, ifconfig, netstat, ss, route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.resolver import resolve, resolver_config
from simulator.containers.syscalls import OSFault, Routine, Sleep
from simulator.containers.utilities.accounts import entries
from simulator.containers.utilities.jobs import comm
from simulator.containers.utilities.messages import complain, is_busybox
from simulator.containers.utilities.options import parse_options

if TYPE_CHECKING:
    from simulator.containers.network import Listener
    from simulator.containers.process import Process

MAC = "02:42:0a:f4:00:05"


def ping(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "c:W:w:i:q46s:I:n")
    if not options.operands:
        return (yield from complain(process, "missing host", 1))
    host = options.operands[0]
    try:
        address = process.resolve(host)[0]
    except OSFault:
        text = f"bad address '{host}'" if is_busybox(process) else f"{host}: Name or service not known"
        return (yield from complain(process, text, 1 if is_busybox(process) else 2))
    count = int(options.get("c")[:9]) if options.get("c").isdecimal() else 0
    there = _answers(process, address)
    yield from process.out(f"PING {host} ({address}): 56 data bytes\n" if is_busybox(process) else
                           f"PING {host} ({address}) 56(84) bytes of data.\n")  # fmt: skip
    sent = 0
    while True:
        if there and "q" not in options:
            text = f"64 bytes from {address}: seq={sent} ttl=64 time=0.100 ms\n"
            if not is_busybox(process):
                text = f"64 bytes from {address}: icmp_seq={sent + 1} ttl=64 time=0.100 ms\n"
            yield from process.out(text)
        sent += 1
        if count and sent >= count:
            break
        yield Sleep(1000, interruptible=False)
    if not there:
        yield Sleep(10_000, interruptible=False)
    yield from process.out(_ping_summary(process, host, sent, sent if there else 0))
    return 0 if there else 1


def _answers(process: Process, address: str) -> bool:
    process.unrepeatable()
    network = process.machine.network
    return address.startswith("127.") or address in network.namespaces or address == network.gateway


def _ping_summary(process: Process, host: str, sent: int, back: int) -> str:
    lost = 100 - 100 * back // sent
    text = f"\n--- {host} ping statistics ---\n{sent} packets transmitted, {back} "
    if is_busybox(process):
        text += f"packets received, {lost}% packet loss\n"
        return text + ("round-trip min/avg/max = 0.100/0.100/0.100 ms\n" if back else "")
    text += f"received, {lost}% packet loss, time {sent - 1}000ms\n"
    return text + ("rtt min/avg/max/mdev = 0.100/0.100/0.100/0.000 ms\n" if back else "")


def nslookup(process: Process) -> Routine[int]:
    operands = [argument for argument in process.argv[1:] if not argument.startswith("-")]
    if not operands:
        return (yield from complain(process, "missing host", 1))
    host, server = (
        operands[0],
        operands[1] if len(operands) > 1 else next(iter(resolver_config(process).servers), "127.0.0.1"),
    )
    if is_busybox(process):
        yield from process.out(f"Server:\t\t{server}\nAddress:\t{server}:53\n\n")
    else:
        yield from process.out(f"Server:\t\t{server}\nAddress:\t{server}#53\n\n")
    try:
        name, addresses = resolve(process, host)
    except OSFault:
        yield from process.out(f"** server can't find {host}: NXDOMAIN\n\n")
        return 1
    yield from process.out("".join(f"Name:\t{name}\nAddress: {address}\n" for address in addresses) + "\n")
    return 0


def getent(process: Process) -> Routine[int]:
    arguments = process.argv[1:]
    if not arguments:
        return (yield from complain(process, "wrong number of arguments", 1))
    table, names = arguments[0], arguments[1:]
    status = 0
    if table in ("hosts", "ahosts", "ahostsv4"):
        for name in names:
            try:
                for address in process.resolve(name):
                    yield from process.out(f"{address:<15} {name}\n")
            except OSFault:
                status = 2
        return status
    if table not in ("passwd", "group"):
        return (yield from complain(process, f"unknown database: {table}", 1))
    known = entries(process, f"/etc/{table}")
    for fields in known:
        if not names or fields[0] in names or fields[2] in names:
            yield from process.out(":".join(fields) + "\n")
    return 0 if not names or any(fields[0] in names or fields[2] in names for fields in known) else 2


def host(process: Process) -> Routine[int]:
    operands = [argument for argument in process.argv[1:] if not argument.startswith(("-", "+", "@"))]
    name = operands[0] if operands else ""
    short = "+short" in process.argv
    try:
        addresses = process.resolve(name)
    except OSFault:
        if not short:
            yield from process.out(f"Host {name} not found: 3(NXDOMAIN)\n")
        return 0 if short else 1
    form = "{0}\n" if short or process.argv[0].endswith("dig") else name + " has address {0}\n"
    yield from process.out("".join(form.format(address) for address in addresses))
    return 0


def ip(process: Process) -> Routine[int]:
    words = [argument for argument in process.argv[1:] if not argument.startswith("-")]
    address = process.container.network.ip
    what = words[0] if words else ""
    if "route".startswith(what) and what.startswith("r"):
        yield from process.out(f"default via {process.machine.network.gateway} dev eth0 \n")
        return 0
    if not what or not ("address".startswith(what) or "link".startswith(what)):
        return (yield from complain(process, f'Object "{what}" is unknown, try "ip help".', 255))
    shows = "address".startswith(what)
    lines = ["1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000",
             "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00"]  # fmt: skip
    if shows:
        lines += ["    inet 127.0.0.1/8 scope host lo", "       valid_lft forever preferred_lft forever"]
    lines += ["2: eth0@if9: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue ",
              f"    link/ether {MAC} brd ff:ff:ff:ff:ff:ff"]  # fmt: skip
    if shows:
        lines += [f"    inet {address}/24 brd {address.rpartition('.')[0]}.255 scope global eth0",
                  "       valid_lft forever preferred_lft forever"]  # fmt: skip
    yield from process.out("".join(line + "\n" for line in lines))
    return 0


def ifconfig(process: Process) -> Routine[int]:
    address = process.container.network.ip
    broadcast = address.rpartition(".")[0] + ".255"
    cards = {
        "eth0": f"eth0      Link encap:Ethernet  HWaddr {MAC.upper()}  \n"
        f"          inet addr:{address}  Bcast:{broadcast}  Mask:255.255.255.0\n"
        "          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n",
        "lo": "lo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n"
        "          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n",
    }
    wanted = [argument for argument in process.argv[1:] if argument != "-a"] or list(cards)
    for name in wanted:
        if name not in cards:
            return (yield from complain(process, f"{name}: error fetching interface information: Device not found", 1))
        yield from process.out(cards[name] + "\n")
    return 0


def _listeners(process: Process) -> list[Listener]:
    network = process.container.network
    process.unrepeatable()
    return [network.listeners[port] for port in sorted(network.listeners)]


def netstat(process: Process) -> Routine[int]:
    letters = "".join(a.lstrip("-") for a in process.argv[1:])
    if "r" in letters:
        return (yield from route(process))
    everything = "l" not in letters and "a" not in letters
    kind = "w/o servers" if everything else "only servers" if "a" not in letters else "servers and established"
    head = f"Active Internet connections ({kind})\n"
    columns = "Proto Recv-Q Send-Q Local Address           Foreign Address         State       "
    rows = [head, columns + ("PID/Program name    " if "p" in letters else "") + "\n"]
    for listener in [] if everything else _listeners(process):
        owner = listener.process
        program = f"{owner.pid}/{comm(owner)}" if "p" in letters else ""
        local = f"{listener.host or '0.0.0.0'}:{listener.port}"
        rows.append(f"tcp        0      0 {local:<23} 0.0.0.0:*               LISTEN      {program}\n")
    yield from process.out("".join(rows))
    return 0


def ss(process: Process) -> Routine[int]:
    letters = "".join(a.lstrip("-") for a in process.argv[1:])
    rows = ["State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"]
    for listener in _listeners(process) if "l" in letters or "a" in letters else []:
        owner = listener.process
        program = f'users:(("{comm(owner)}",pid={owner.pid},fd=3))' if "p" in letters else ""
        local = f"{listener.host or '0.0.0.0'}:{listener.port}"
        rows.append(f"LISTEN 0      511    {local:>18}      0.0.0.0:*    {program}\n")
    yield from process.out("".join(rows))
    return 0


def route(process: Process) -> Routine[int]:
    gateway = process.machine.network.gateway
    yield from process.out(
        "Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n"
        f"0.0.0.0         {gateway:<15} 0.0.0.0         UG    0      0        0 eth0\n"
    )
    return 0
