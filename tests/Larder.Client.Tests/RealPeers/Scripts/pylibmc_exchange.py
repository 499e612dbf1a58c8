"""libmemcached's side of an exchange of keys: python3 pylibmc_exchange.py write|read BEHAVIORS SERVER...

Keys stand on standard input, one a line; each is stored with itself as value, or looked for. Keys that failed go to
standard output.
"""
import json
import sys

import pylibmc

mode, behaviors, *servers = sys.argv[1:]
client = pylibmc.Client(servers, binary=False, behaviors=json.loads(behaviors))
for line in sys.stdin.buffer.read().splitlines():
    good = client.set(line, line) if mode == "write" else client.get(line) == line
    if not good:
        sys.stdout.buffer.write(line + b"\n")
