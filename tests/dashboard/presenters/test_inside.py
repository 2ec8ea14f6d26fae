"""Inside: processes, ports, volumes and files, as of one moment."""

from __future__ import annotations

from dashboard.presenters.inside import Column, Inside, Rail, inside
from dashboard.presenters.steps import words
from dashboard.presenters.story import Story
from simulator import Simulation
from simulator.history import Fact
from tests.dashboard.presenters.tales import START

POD = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {app.ini: "color=blue"}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: web
    image: nginx
    volumeMounts: [{name: site, mountPath: /usr/share/nginx/html, readOnly: true}]
  - name: tools
    image: busybox
    command: [sh, -c, "while true; do sleep 1; echo line >> /site/log; done"]
    ports: [{containerPort: 8080}]
    volumeMounts: [{name: site, mountPath: /site}, {name: conf, mountPath: /etc/app}, {name: conf, mountPath: /one, subPath: app.ini}]
  - name: idle
    image: busybox
    command: [sleep, "1000"]
    volumeMounts: [{name: late, mountPath: /late}]
  volumes: [{name: site, emptyDir: {}}, {name: conf, configMap: {name: settings}}, {name: late, secret: {secretName: gone, optional: true}}]
"""


class World:
    def __init__(self, manifest: str = POD) -> None:
        self.simulation = Simulation(start=START)
        self.simulation.act("apply", {"manifest": manifest})

    def run(self, seconds: float, command: str, container: str = "tools") -> None:
        self.simulation.advance(int(seconds * 1000))
        self.simulation.act("exec", {"pod": "p", "container": container, "command": command})

    def at(self, seconds: float, moment: float | None = None) -> Inside:
        """Lived until then, and shown at `moment`."""
        self.simulation.advance(int(seconds * 1000))
        shown = int(1000 * (seconds if moment is None else moment))
        entries = [entry for entry in self.simulation.history.entries if entry.at_ms <= shown]
        return inside(Story("default", "p").read(entries), shown)


def column(made: Inside, name: str) -> Column:
    return next(column for column in made.columns if column.name == name)


def rail(made: Inside, name: str) -> Rail:
    return next(rail for rail in made.rails if rail.name == name)


def files(made: Inside, name: str) -> dict[str, str]:
    return {file.path: file.size for file in rail(made, name).files}


def test_processes_are_a_tree_with_their_numbers() -> None:
    web = column(World().at(5), "web")
    assert [(one.depth, one.command) for one in web.processes] == [
        (0, "nginx -g daemon off;"),
        (1, "nginx: worker process"),
    ]
    assert web.processes[0].pid == "1"


def test_what_runs_again_and_again_is_said_to() -> None:
    tools = column(World().at(30), "tools")
    assert [(one.command, one.again) for one in tools.processes][1:] == [("sleep 1", True)]


def test_who_listens_and_who_only_says_so() -> None:
    made = World().at(5)
    ports = {column.name: [(port.text, port.note, port.open) for port in column.ports] for column in made.columns}
    assert ports == {
        "web": [(":80 nginx", "listening", True)],
        "tools": [(":8080", "declared, nobody listens", False)],
        "idle": [("no port", "reaches localhost:80", False)],
    }


def test_a_port_is_closed_with_its_process() -> None:
    world = World()
    world.run(5, "kill -QUIT 1", "web")
    assert "listening" not in [port.note for port in column(world.at(5.5), "web").ports]


def test_a_volume_shows_its_files_and_who_mounts_it_where() -> None:
    world = World()
    world.run(5, "echo hello > /site/index.html")
    made = world.at(6)
    assert files(made, "site")["index.html"] == "6 B"
    mounts = [(mount.path, mount.read_only) if mount else None for mount in rail(made, "site").mounts]
    assert mounts == [("/usr/share/nginx/html", True), ("/site", False), None]


def test_what_the_kubelet_puts_into_a_volume_is_listed_and_follows_a_change() -> None:
    world = World()
    assert files(world.at(5), "conf") == {"app.ini": "10 B"}
    assert rail(world.at(5), "conf").about == "configMap settings · 1 file, 10 B"
    assert rail(world.at(5), "late").about == "secret gone · no file"
    world.simulation.act("node", {"command": """kubectl patch configmap settings -p '{"data":{"b": "x"}}'"""})
    after = world.at(90)
    assert files(after, "conf") == {"app.ini": "10 B", "b": "1 B"}


def test_a_change_is_pointed_out_in_words_for_a_while() -> None:
    world = World()
    world.run(5, "echo hello > /site/a; echo 1 > /tmp/own")
    fresh = {file.path: file.badge for file in rail(world.at(6), "site").files}
    assert fresh["a"] == "changed"
    later = {file.path: file.badge for file in rail(world.at(20), "site").files}
    assert later["a"] == ""
    world.run(21, "rm /site/a")
    gone = next(file for file in rail(world.at(22), "site").files if file.path == "a")
    assert (gone.gone, gone.badge) == (True, "removed")


def test_a_containers_own_files_are_lost_with_it_and_a_volumes_are_not() -> None:
    world = World()
    world.run(5, "echo 1 > /tmp/own; echo 1 > /site/kept")
    assert [file.path for file in column(world.at(6), "tools").files] == ["/tmp/own"]
    world.simulation.act("kill", {"pod": "p", "container": "tools"})
    after = world.at(12)
    assert column(after, "tools").files == ()
    assert files(after, "site")["kept"] == "2 B"


def test_at_a_past_moment_it_is_as_it_was_then() -> None:
    world = World()
    world.run(5, "echo 1 > /site/new")
    assert "new" in files(world.at(20), "site")
    assert "new" not in files(world.at(20, moment=4), "site")
    assert column(world.at(20, moment=0.1), "web").processes == ()


def test_a_shared_process_namespace_is_told() -> None:
    shared = World(POD.replace("spec:\n  containers", "spec:\n  shareProcessNamespace: true\n  containers"))
    made = shared.at(5)
    assert made.pids.startswith("It is process 1 for all containers")
    pids = [process.pid for column in made.columns for process in column.processes if process.pid]
    assert "1" not in pids
    assert len(set(pids)) == len(pids)


def test_a_debugger_sees_the_processes_of_its_target() -> None:
    world = World()
    world.simulation.advance(5000)
    line = "kubectl debug p --image=busybox --target=web -c look -i --attach=false"
    world.simulation.act("node", {"command": line})
    assert column(world.at(10), "look").sees == "sees the processes of web"


def test_a_history_without_facts_says_that_it_does_not_know() -> None:
    world = World()
    world.simulation.advance(5000)
    told = [entry for entry in world.simulation.history.entries if not hasattr(entry, "container")]
    assert not inside(Story("default", "p").read(told), 5000).told


def test_ports_and_volumes_are_told_in_words_too() -> None:
    world = World()
    world.simulation.advance(5000)
    story = Story("default", "p").read(world.simulation.history.entries)
    told = ["".join(part.text for part in words(story, fact, 0)) for fact in story.entries.values() if is_about(fact)]
    assert "web listens on :80." in told
    assert "The kubelet mounted the volume site." in told


def is_about(entry: object) -> bool:
    return isinstance(entry, Fact) and entry.kind in ("port", "volume")
