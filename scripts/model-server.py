"""Serves a GGUF file by llama.cpp's own server, OpenAI-compatible, on a port of this machine.

Run by scripts/try-model-server.sh; needs the package xllamacpp.
"""

import signal
import sys

import xllamacpp


def main() -> None:
    path, port, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.port = port
    parameters.n_ctx = 8192
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = threads
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
