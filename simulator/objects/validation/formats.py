"""The formats of names and other texts. Each gives what is wrong with a text, in the API server's words.

Models apimachinery pkg/util/validation/validation.go and pkg/api/validate/content.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_UNDERSCORED = r"_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SUBDOMAIN_UNDERSCORED = rf"{_UNDERSCORED}(\.{_UNDERSCORED})*"
_DNS1035 = r"[a-z]([-a-z0-9]*[a-z0-9])?"
_LABEL_KEY = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_VALUE = rf"({_LABEL_KEY})?"
_CONFIG_KEY = r"[-._a-zA-Z0-9]+"
_HEADER = r"[-A-Za-z0-9]+"
_PERCENT = r"[0-9]+%"
_HTTP_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"

_ENDS = "must start and end with an alphanumeric character"
_LABEL_WORDS = f"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and {_ENDS}"
_SUBDOMAIN_WORDS = (
    f"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and {_ENDS}"
)
_UNDERSCORED_WORDS = (
    f"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and {_ENDS}"
)
_DNS1035_WORDS = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
    "character, and end with an alphanumeric character"
)
_KEY_WORDS = f"must consist of alphanumeric characters, '-', '_' or '.', and {_ENDS}"
_VALUE_WORDS = (
    f"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and {_ENDS}"
)

Details = tuple[str, ...]
_cached = lru_cache(maxsize=2048)


def regex_words(words: str, pattern: str, *examples: str) -> str:
    """Models RegexError, its odd spacing included."""
    if not examples:
        return f"{words} (regex used for validation is '{pattern}')"
    listed = " or ".join(f"'{example}', " for example in examples)
    return f"{words} (e.g. {listed}regex used for validation is '{pattern}')"


def _format(
    pattern: str, words: str, *examples: str, limit: int = 0, unit: str = "characters"
) -> Callable[[str], Details]:
    compiled = re.compile(pattern)
    complaint = regex_words(words, pattern, *examples)

    @_cached
    def check(value: str) -> Details:
        found = []
        if limit and len(value.encode("utf-8", "replace")) > limit:
            found.append(f"must be no more than {limit} {unit}")
        if not compiled.fullmatch(value):
            found.append(complaint)
        return tuple(found)

    return check


is_dns1123_subdomain = _format(_SUBDOMAIN, _SUBDOMAIN_WORDS, "example.com", limit=253)
_prefix_subdomain = _format(_SUBDOMAIN, _SUBDOMAIN_WORDS, "example.com", limit=253, unit="bytes")
is_dns1123_subdomain_with_underscore = _format(_SUBDOMAIN_UNDERSCORED, _UNDERSCORED_WORDS, "example.com", limit=253)
is_dns1035_label = _format(_DNS1035, _DNS1035_WORDS, "my-name", "abc-123", limit=63)
is_label_value = _format(_LABEL_VALUE, _VALUE_WORDS, "MyValue", "my_value", "12345", limit=63, unit="bytes")
is_percent = _format(_PERCENT, "a valid percent string must be a numeric string followed by an ending '%'", "1%", "93%")
is_http_header_name = _format(
    _HEADER, "a valid HTTP header must consist of alphanumeric characters or '-'", "X-Header-Name"
)
_config_key = _format(
    _CONFIG_KEY,
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    "key.name",
    "KEY_NAME",
    "key-name",
    limit=253,
)
is_wildcard = _format(
    rf"\*\.{_SUBDOMAIN}",
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
    "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    "*.example.com",
    limit=253,
)
is_http_path = _format(_HTTP_PATH, "Invalid path")
_label_pattern = re.compile(_LABEL)
_subdomain_pattern = re.compile(_SUBDOMAIN)
_key_pattern = re.compile(_LABEL_KEY)


@_cached
def is_dns1123_label(value: str) -> Details:
    found = []
    if len(value.encode("utf-8", "replace")) > 63:
        found.append("must be no more than 63 characters")
    if not _label_pattern.fullmatch(value):
        if _subdomain_pattern.fullmatch(value):
            found.append("must not contain dots")
        else:
            found.append(regex_words(_LABEL_WORDS, _LABEL, "my-name", "123-abc"))
    return tuple(found)


@_cached
def is_label_key(value: str) -> Details:
    """A label's key, also called a qualified name: an optional domain, a slash and a name."""
    words = regex_words(_KEY_WORDS, _LABEL_KEY, "MyName", "my.name", "123-abc")
    parts = value.split("/")
    if len(parts) > 2:
        return (f"a valid label key {words} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",)
    found = []
    name = parts[-1]
    if len(parts) == 2:
        details = _prefix_subdomain(parts[0]) if parts[0] else ("must be non-empty",)
        found += [f"prefix part {detail}" for detail in details]
    if not name:
        found.append("name part must be non-empty")
    elif len(name.encode("utf-8", "replace")) > 63:
        found.append("name part must be no more than 63 bytes")
    if not _key_pattern.fullmatch(name):
        found.append(f"name part {words}")
    return tuple(found)


@_cached
def is_port_name(value: str) -> Details:
    found = []
    if len(value.encode("utf-8", "replace")) > 15:
        found.append("must be no more than 15 characters")
    if not re.fullmatch(r"[-a-z0-9]+", value):
        found.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search(r"[a-z]", value):
        found.append("must contain at least one letter (a-z)")
    if "--" in value:
        found.append("must not contain consecutive hyphens")
    if value.startswith("-") or value.endswith("-"):
        found.append("must not begin or end with a hyphen")
    return tuple(found)


def is_port_number(value: int) -> Details:
    return () if 1 <= value <= 65535 else ("must be between 1 and 65535, inclusive",)


def is_env_name(value: str) -> Details:
    """Models IsRelaxedEnvVarName: since 1.34 almost anything that can be printed."""
    if not value:
        return ("environment variable name must be non-empty",)
    if all(" " <= char <= "~" and char != "=" for char in value):
        return ()
    return ("a valid environment variable name must consist only of printable ASCII characters other than '='",)


def is_config_key(value: str) -> Details:
    found = _config_key(value)
    if value in (".", ".."):
        return (*found, f"must not be '{value}'")
    return (*found, "must not start with '..'") if value.startswith("..") else found


def is_id(value: int) -> Details:
    """A user's or a group's number."""
    return () if 0 <= value < 2**31 else ("must be between 0 and 2147483647, inclusive",)


def loose_ip(value: str) -> str:
    """An address without leading zeros. Models ParseIPSloppy."""
    return value if ":" in value else ".".join(part.lstrip("0") or "0" if part else part for part in value.split("."))


def is_ip(value: str) -> Details:
    """Models IsValidIPForLegacyField, which tolerates leading zeros."""
    try:
        ipaddress.ip_address(loose_ip(value))
    except ValueError:
        return ("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",)
    return () if "%" not in value else ("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",)


def is_cidr(value: str) -> Details:
    """Models IsValidCIDRForLegacyField."""
    address, slash, bits = value.partition("/")
    widest = 128 if ":" in address else 32
    number = int(bits) if bits.isascii() and bits.isdigit() and len(bits) < 4 else -1
    if slash and not is_ip(address) and str(number) == bits and number <= widest:
        return ()
    return ("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",)


def prefix_of(format_: Callable[[str], Details]) -> Callable[[str], Details]:
    """The format of a name to which something will be appended: it may end in a dash. Models maskTrailingDash."""

    def check(value: str) -> Details:
        # Upstream cuts two characters and adds one.
        return format_(f"{value[:-2]}a" if len(value) > 1 and value.endswith("-") else value)

    return check
