"""What docs/running.md sets up is tried by the programs that will read it: systemd, a proxy, a shell, the service."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")

from api.http.settings import Settings, settings_from
from api.http.wire import LONGEST_HEAD
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(__file__).parents[1]
PAGE = (HOUSE / "docs" / "running.md").read_text(encoding="utf-8")
PAGES = {one.name: one.read_text(encoding="utf-8") for one in (HOUSE / "README.md", *(HOUSE / "docs").glob("*.md"))}
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FILES = {
    named[-1]: text
    for before, text in re.findall(r"((?:[^\n]+\n)+)\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    if (named := re.findall(r"`(/(?:etc|usr)/[\w./-]+|Dockerfile)`", before))
}
"""The files of the page by the name in the paragraph before each."""
UNIT, ENVIRONMENT = FILES["/etc/systemd/system/remit.service"], FILES["/etc/remit/remit.env"]
REMIT_AS, CADDY = FILES["/usr/local/sbin/remit-as"], FILES["/etc/caddy/Caddyfile"]
NGINX, CONTAINER = FILES["/etc/nginx/conf.d/remit.conf"], FILES["Dockerfile"]
SHELL = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
MOST_EXPOSED = 20
"""In tenths of what `systemd-analyze security` shows, where 10.0 is the service that may do most."""
OFFLINE_SINCE = 250
HOLDS_SECRETS = (
    ".git/HEAD",
    ".env",
    "remit.db",
    "remit.db-wal",
    "remit.db.tokens",
    "remit.db.tokens.lock",
    "tokens",
    "remit-2026-11-23.backup",
    "build/example.db",
    "features/remit.db",
    "features/marketing_centre/remit.db.tokens",
    "features/marketing_centre/tokens.lock",
    "features/marketing_centre/remit-2026-11-23.backup",
    "api/.env",
    "ledger/__pycache__/ids.pyc",
)


def program(name: str) -> str:
    """Where a program is. Skips the test where it is not."""
    found = shutil.which(name, path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        pytest.skip(f"there is no {name} here")
    return found


def run(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A program's output, both kinds in one text."""
    return subprocess.run(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=60
    )


# systemd


def written(unit: str, folder: Path) -> Path:
    """A unit as a file, for a machine without the service and its user."""
    path = folder / "remit.service"
    unit = re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={program('true')}", unit)
    path.write_text(re.sub(r"(?m)^User=.*", "User=root", unit), encoding="utf-8")
    return path


def verified(unit: str, folder: Path) -> str:
    """What systemd has to say of a unit, other units aside."""
    done = run(program("systemd-analyze"), "verify", "--man=no", written(unit, folder))
    return "\n".join(line for line in done.stdout.splitlines() if "remit" in line)


def exposed(unit: str, folder: Path) -> bool:
    """Whether systemd thinks that more is open to the service than should be."""
    analyze = program("systemd-analyze")
    version = re.search(r"\d+", run(analyze, "--version").stdout)
    if version is None or int(version[0]) < OFFLINE_SINCE:
        pytest.skip(f"systemd {OFFLINE_SINCE} and newer judge a unit that is not installed")
    done = run(analyze, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", written(unit, folder))
    assert "Overall exposure level" in done.stdout, done.stdout
    return done.returncode != 0


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    assert not (said := verified(UNIT, tmp_path)), said


def test_a_unit_that_systemd_does_not_take_is_noticed(tmp_path: Path) -> None:
    for right, wrong in (("ProtectClock", "ProtectClocks"), ("RestartSec=5", "RestartSec=soon"), ("@system-", "@any-")):
        assert right in UNIT
        assert verified(UNIT.replace(right, wrong), tmp_path), wrong


def test_systemd_finds_the_unit_little_exposed(tmp_path: Path) -> None:
    assert not exposed(UNIT, tmp_path)
    assert exposed(re.sub(r"(?m)^(Protect|Restrict|SystemCall).*\n", "", UNIT), tmp_path)


def test_remit_as_is_the_service_with_another_command() -> None:
    words = [shlex.split(line.replace("\\\n", " ")) for line in REMIT_AS.split("\n", 1)]
    stated = {one for at, one in enumerate(words[1]) if words[1][at - 1] == "-p"}
    assert stated == {
        line
        for line in UNIT.splitlines()
        if line.startswith(("User=", "UMask=", "StateDirectory", "WorkingDirectory=", "EnvironmentFile="))
    }
    (served,) = re.findall(r"^ExecStart=(\S+) serve", UNIT, re.MULTILINE)
    assert words[1][-2:] == [served, "$@"]


@pytest.mark.parametrize("block", SHELL, ids=range(len(SHELL)))
def test_a_shell_can_read_what_is_for_one(block: str) -> None:
    done = subprocess.run(["sh", "-n"], input=block, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# Settings


def as_systemd_reads(text: str) -> dict[str, str]:
    """An environment file: `#` and `;` begin comments, and quotes around a value are not of it."""
    said: dict[str, str] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            assert re.fullmatch(r"\w+", name), line
            said[name] = re.sub(r'^"([^"\\]*)"$', r"\1", value.strip())
            assert not re.search(r"[\"'\\]|^\s|\s$", said[name]), line
    return said


def test_the_environment_file_is_accepted() -> None:
    said = as_systemd_reads(ENVIRONMENT)
    settings = settings_from(said)
    assert len(said) == 4
    assert settings == Settings(
        ledger="postgresql://remit@/remit?host=/run/postgresql&schema=remit",
        tokens="/var/lib/remit/tokens",
        public_url="https://remit.example.com",
        behind_proxy=True,
    )
    with pytest.raises(BadInput):
        settings_from({**said, "REMIT_BEHIND_PROXY": "perhaps"})


def test_a_shell_reads_the_environment_file_as_systemd_does() -> None:
    names = as_systemd_reads(ENVIRONMENT)
    done = run("sh", "-c", f'set -u; {ENVIRONMENT}\nprintf "%s\\n" ' + " ".join(f'"${name}"' for name in names))
    assert done.stdout.splitlines() == list(names.values())


def test_postgresql_understands_the_address_of_the_ledger() -> None:
    pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
    from ledger.journal.postgres import asked  # noqa: PLC0415 - psycopg may be missing

    schema, connecting = asked(settings_from(as_systemd_reads(ENVIRONMENT)).ledger)
    connecting = {name: connecting.get(name) for name in ("user", "host", "dbname", "password")}
    assert schema == "remit"
    assert connecting == {"user": "remit", "host": "/run/postgresql", "dbname": "remit", "password": None}


def test_the_settings_of_an_openid_provider_are_accepted_beside_them() -> None:
    (provider,) = (block for block in SHELL if block.startswith("REMIT_OIDC_"))
    settings = settings_from(as_systemd_reads(ENVIRONMENT) | as_systemd_reads(provider))
    assert settings.oidc_issuer is not None
    assert settings.oidc_audience is not None


def test_every_setting_of_the_page_is_one_and_every_one_is_told() -> None:
    from api.http import settings  # noqa: PLC0415 - the module, for what it says of itself

    there = {f"REMIT_{name.upper()}" for name in Settings.__struct_fields__}
    on_the_page, elsewhere = (set(re.findall(r"REMIT_[A-Z_]*[A-Z]", text)) for text in (PAGE, settings.__doc__ or ""))
    assert on_the_page <= there
    assert there <= on_the_page | elsewhere


# Proxies


def test_caddy_takes_its_file(tmp_path: Path) -> None:
    file = tmp_path / "Caddyfile"
    file.write_text(CADDY, encoding="utf-8")
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    adapted = run(program("caddy"), "validate", "--adapter", "caddyfile", "--config", file, **home)
    assert adapted.returncode == 0, adapted.stdout
    file.write_text(CADDY.replace("flush_interval", "flush_intervals"), encoding="utf-8")
    assert run(program("caddy"), "validate", "--adapter", "caddyfile", "--config", file, **home).returncode > 0


def test_caddy_leads_to_the_service_and_lets_go_of_connections_first(tmp_path: Path) -> None:
    file = tmp_path / "Caddyfile"
    file.write_text(CADDY, encoding="utf-8")
    done = subprocess.run(
        [program("caddy"), "adapt", "--adapter", "caddyfile", "--config", file],
        env={"HOME": str(tmp_path)},
        capture_output=True,
        check=True,
        timeout=60,
    )
    adapted = orjson.loads(done.stdout)
    (proxy,) = (one for one in everything(adapted) if one.get("handler") == "reverse_proxy")
    (matched,) = (one["host"] for one in everything(adapted) if "host" in one)
    assert matched == [public_host()]
    assert proxy["upstreams"] == [{"dial": f"{Settings().host}:{Settings().port}"}]
    assert proxy["flush_interval"] < 0
    assert "trusted_proxies" not in proxy
    assert proxy["transport"]["keep_alive"]["idle_timeout"] < Settings().patience_seconds * 1e9


def everything(node: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - whatever JSON holds
    """Every object in a document."""
    if isinstance(node, dict):
        yield node
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from everything(one)


def test_nginx_takes_its_file(tmp_path: Path) -> None:
    nginx, (certificate, key) = program("nginx"), certified(tmp_path)
    (tmp_path / "remit.conf").write_text(
        NGINX.replace("[::]:443", "127.0.0.1:8444")  # there may be no IPv6
        .replace("443", "8443")  # a port for everybody; whether it is free does not matter here
        .replace("/etc/ssl/remit.example.com.pem", certificate)
        .replace("/etc/ssl/private/remit.example.com.key", key),
        encoding="utf-8",
    )
    temporary = "".join(f"{what}_temp_path {tmp_path}/{what};\n" for what in TEMPORARY)
    main = tmp_path / "nginx.conf"
    main.write_text(
        f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}include {tmp_path}/remit.conf;\n}}\n",
        encoding="utf-8",
    )
    done = run(nginx, "-t", "-p", tmp_path, "-c", main)
    assert done.returncode == 0, done.stdout
    assert "warn" not in done.stdout
    (tmp_path / "remit.conf").write_text("proxy_bufferings off;", encoding="utf-8")
    assert run(nginx, "-t", "-p", tmp_path, "-c", main).returncode > 0


def certified(folder: Path) -> tuple[str, str]:
    """A certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, public_host())]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(hours=1))
        .sign(key, SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(certificate), str(secret)


TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def test_nginx_lets_through_what_the_service_takes() -> None:
    said = dict(re.findall(r"^ *(\w+) (.*);$", NGINX, re.MULTILINE))
    settings = Settings()
    assert said["server"] == f"{settings.host}:{settings.port}"
    assert said["server_name"] == public_host()
    assert int(said["client_max_body_size"].removesuffix("m")) * 1024 * 1024 > settings.longest_body
    assert int(said["large_client_header_buffers"].split()[1].removesuffix("k")) * 1024 >= LONGEST_HEAD
    assert int(said["keepalive_timeout"].removesuffix("s")) < settings.patience_seconds
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX


def public_host() -> str:
    return as_systemd_reads(ENVIRONMENT)["REMIT_PUBLIC_URL"].removeprefix("https://")


# Installing, and the container


def test_what_is_installed_is_a_checkout_with_extras_that_there_are() -> None:
    extras = set(PROJECT["optional-dependencies"])
    said = [extra for page in PAGES.values() for extra in re.findall(r"'(?:\.|/src)\[([\w,]+)\]'", page)]
    assert len(said) > 2
    assert all(set(one.split(",")) <= extras for one in said)


@pytest.mark.parametrize("name", PAGES)
def test_no_page_installs_from_an_index_where_there_is_none(name: str) -> None:
    assert not re.search(r"pip install (?:-\S+ )*['\"]?remit\b|remit\[", PAGES[name])


def admitted(path: str) -> bool:
    """Whether `.dockerignore` lets a file in: the last pattern counts that names it or a folder around it."""
    parts, last = path.split("/"), True
    around = ["/".join(parts[: at + 1]) for at in range(len(parts))]
    for line in (HOUSE / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!")
        if line and not line.startswith("#") and any(names(pattern, one) for one in around):
            last = line.startswith("!")
    return last


def names(pattern: str, path: str) -> bool:
    """Whether a pattern names a path: `*` stands for no slash, and `**/` for any folders or none."""
    parts = path.split("/")
    if pattern.startswith("**/"):
        return any(names(pattern[3:], "/".join(parts[at:])) for at in range(len(parts)))
    wanted = pattern.split("/")
    return len(wanted) == len(parts) and all(map(fnmatchcase, parts, wanted))


@pytest.mark.parametrize("path", HOLDS_SECRETS)
def test_nothing_that_holds_data_or_tokens_gets_into_an_image(path: str) -> None:
    assert not admitted(path)


def test_what_is_installed_gets_into_an_image() -> None:
    wheel = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    rooms = wheel["wheel"]["packages"]
    wanted = ["pyproject.toml", PROJECT["readme"], *PROJECT["license-files"]]
    wanted += re.findall(r"/src/([\w.]+)", CONTAINER)
    wanted += [
        path.relative_to(HOUSE).as_posix()
        for room in rooms
        for path in (HOUSE / room).rglob("*")
        if path.suffix in {".py", ".yaml", ".feature", ".csv"}
    ]
    assert "constraints.txt" in wanted
    assert len(wanted) > 100
    assert not [path for path in wanted if not (HOUSE / path).is_file() or not admitted(path)]
    assert not admitted("tests/given.py")


def test_the_image_has_what_was_built_and_not_what_it_was_built_from() -> None:
    build, image = CONTAINER.split("\n\n")
    assert re.findall(r"^COPY (.*)", build, re.MULTILINE) == [". /src"]
    assert re.findall(r"^(?:COPY|ADD) (.*)", image, re.MULTILINE) == ["--from=build /opt/remit /opt/remit"]
    assert image.index("\nUSER remit\n") < image.index("\nCMD ")


def test_the_settings_of_the_image_are_accepted_with_those_that_it_needs() -> None:
    (stated,) = re.findall(r"^ENV (.*)", CONTAINER, re.MULTILINE)
    (started,) = (block for block in SHELL if "docker run -d" in block)
    own = pairs(stated)
    settings = settings_from(own | pairs(started))
    assert {"REMIT_LEDGER", "REMIT_HOST", "REMIT_BEHIND_PROXY"} <= own.keys()
    assert {"REMIT_PUBLIC_URL", "REMIT_PROXIES"} <= pairs(started).keys()
    assert f"EXPOSE {settings.port}\n" in CONTAINER
    assert f"http://127.0.0.1:{settings.port}/healthz" in CONTAINER
    for line in started.replace("\\\n", " ").splitlines():
        assert "docker run" not in line or "-v remit:/data " in line


def pairs(text: str) -> dict[str, str]:
    return dict(re.findall(r"(REMIT_\w+)=(\S+)", text))


def test_every_file_of_the_page_is_tried() -> None:
    assert set(FILES) == {
        "/etc/systemd/system/remit.service",
        "/etc/remit/remit.env",
        "/usr/local/sbin/remit-as",
        "/etc/caddy/Caddyfile",
        "/etc/nginx/conf.d/remit.conf",
        "Dockerfile",
    }
