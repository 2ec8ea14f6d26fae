"""What runs inside containers: processes, signals, files, volumes, network, images, programs.

The kubelet's door is `Machine` and `Container`; what a program sees is `process.Process`.
"""

from simulator.containers.container import Completed, Container, Exec
from simulator.containers.data_volume import Data
from simulator.containers.files.nodes import Directory, make_directory, make_file
from simulator.containers.folder import make_folder, read_folder, remove_folder
from simulator.containers.http import HttpResult
from simulator.containers.images.catalogue import Catalogue, Image
from simulator.containers.kernel import PidNamespace
from simulator.containers.log import Log
from simulator.containers.machine import Machine
from simulator.containers.memory import PodMemory
from simulator.containers.network import Namespace, Network
from simulator.containers.observation import Dependencies, Watch
from simulator.containers.process import Process
from simulator.containers.requests import TcpResult
from simulator.containers.spec import ContainerSpec, CreateError, ExecError, Mount, StartError
from simulator.containers.syscalls import Exit, OSFault, Program, Routine
from simulator.containers.volumes import EmptyDir, HostPath, ImageVolume, Volume, VolumeError, local_volume

__all__ = [
    "Catalogue",
    "Completed",
    "Container",
    "ContainerSpec",
    "CreateError",
    "Data",
    "Dependencies",
    "Directory",
    "EmptyDir",
    "Exec",
    "ExecError",
    "Exit",
    "HostPath",
    "HttpResult",
    "Image",
    "ImageVolume",
    "Log",
    "Machine",
    "Mount",
    "Namespace",
    "Network",
    "OSFault",
    "PidNamespace",
    "PodMemory",
    "Process",
    "Program",
    "Routine",
    "StartError",
    "TcpResult",
    "Volume",
    "VolumeError",
    "Watch",
    "local_volume",
    "make_directory",
    "make_file",
    "make_folder",
    "read_folder",
    "remove_folder",
]
