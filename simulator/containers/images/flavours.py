"""Kinds of systems that images are built on: which commands they bring, and where."""

from __future__ import annotations

from dataclasses import dataclass

PASSWD = """root:x:0:0:root:/root:{shell}
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""
GROUP = """root:x:0:
daemon:x:1:
bin:x:2:
tty:x:5:
www-data:x:33:
nogroup:x:65534:
"""
_BUSYBOX_GROUP = GROUP + "wheel:x:10:root\n"
_ALPINE_GROUP = """root:x:0:root
bin:x:1:root,bin,daemon
daemon:x:2:root,bin,daemon
sys:x:3:root,bin
adm:x:4:root,daemon
tty:x:5:
disk:x:6:root
wheel:x:10:root
floppy:x:11:root
dialout:x:20:root
tape:x:26:root
video:x:27:root
www-data:x:82:
nobody:x:65534:
"""
# Not in a slim Debian; busybox brings them all.
NOT_IN_DEBIAN = frozenset(
    "ash busybox wget curl ping ping6 nc telnet vi top ps pgrep pkill pidof killall free uptime watch less more "
    "nslookup dig host ifconfig ip route netstat ss httpd ftpget traceroute arp tree jq lsof strace bc unzip xxd "
    "file git stress-ng apk yum dnf microdnf".split()
)
NOT_IN_CENTOS = NOT_IN_DEBIAN - {"curl", "ps", "vi", "ping", "yum", "dnf", "microdnf"} | {"apt-get", "apt", "dash"}
PACKAGE_MANAGERS = frozenset("apt-get apt apk yum dnf microdnf".split())
NOT_IN_BUSYBOX = PACKAGE_MANAGERS | frozenset(
    "bash dash curl dig host jq ss git perl python3 lsof strace file stress-ng".split()
)
NOT_IN_ALPINE = NOT_IN_BUSYBOX - {"apk"}
SBIN = frozenset("ifconfig ip route arp chroot killall5 reboot halt poweroff".split())
BIN = frozenset(
    "ash base64 bash cat chgrp chmod chown cp cut date dd df dmesg dnsdomainname echo ed egrep false fgrep grep "
    "gunzip gzip hostname kill ln login ls mkdir mknod mktemp more mount mv netstat nice pidof ping ping6 ps pwd rm "
    "rmdir sed sh sleep stat stty su sync tar touch true umount uname usleep vi zcat dash".split()
)


@dataclass(frozen=True, slots=True)
class Flavour:
    name: str
    system: bool = True  # has a shell and the usual commands
    without: frozenset[str] = frozenset()
    all_in_bin: bool = False  # busybox keeps everything in /bin
    files: tuple[tuple[str, str], ...] = ()


def _release(name: str, identity: str, version: str, pretty: str) -> str:
    return f'PRETTY_NAME="{pretty}"\nNAME="{name}"\nVERSION_ID="{version}"\nID={identity}\n'


def _files(
    shell: str, release: str, more: tuple[tuple[str, str], ...] = (), group: str = GROUP
) -> tuple[tuple[str, str], ...]:
    texts = [("/etc/passwd", PASSWD.format(shell=shell)), ("/etc/group", group), ("/etc/shells", f"{shell}\n")]
    if release:
        texts.append(("/etc/os-release", release))
    return (*texts, *more)


_DEBIAN = _release("Debian GNU/Linux", "debian", "12", "Debian GNU/Linux 12 (bookworm)")
_UBUNTU = _release("Ubuntu", "ubuntu", "24.04", "Ubuntu 24.04.3 LTS")
_ALPINE = _release("Alpine Linux", "alpine", "3.22.1", "Alpine Linux v3.22")
_CENTOS = _release("CentOS Stream", "centos", "9", "CentOS Stream 9")

FLAVOURS = {
    flavour.name: flavour
    for flavour in (
        Flavour("busybox", without=NOT_IN_BUSYBOX, all_in_bin=True, files=_files("/bin/sh", "", group=_BUSYBOX_GROUP)),
        Flavour(
            "alpine",
            without=NOT_IN_ALPINE,
            files=_files("/bin/ash", _ALPINE, (("/etc/alpine-release", "3.22.1\n"),), _ALPINE_GROUP),
        ),
        Flavour(
            "debian", without=NOT_IN_DEBIAN, files=_files("/bin/bash", _DEBIAN, (("/etc/debian_version", "12.11\n"),))
        ),
        Flavour("ubuntu", without=NOT_IN_DEBIAN, files=_files("/bin/bash", _UBUNTU)),
        Flavour("centos", without=NOT_IN_CENTOS, files=_files("/bin/bash", _CENTOS)),
        Flavour("tools", files=_files("/bin/bash", _ALPINE)),
        Flavour("scratch", system=False),
        Flavour("distroless", system=False, files=_files("/sbin/nologin", _DEBIAN)),
    )
}


def commands_of(flavour: Flavour) -> list[tuple[str, str]]:
    """(path, program) of all commands of a flavour."""
    # The utilities are built on processes, which are built on files: they can only be reached late.
    from simulator.containers.programs import COMMANDS

    found: list[tuple[str, str]] = []
    for name in sorted(COMMANDS):
        if name in flavour.without:
            continue
        found.append((f"{_folder(flavour, name)}/{name}", name))
    return found


def _folder(flavour: Flavour, name: str) -> str:
    if flavour.all_in_bin or name in BIN:
        return "/bin"
    return "/sbin" if name in SBIN else "/usr/bin"
