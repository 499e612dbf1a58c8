"""pymemcache's client: one caller. pymemcache-client.py HOST PORT get|set VALUEBYTES SECONDS

The keys must be there. Writes a row: operation, bytes, who, operations a second, CPU microseconds for each.
"""
import sys
import time
from pymemcache.client.base import Client

host, port, operation, size, seconds = sys.argv[1:]
client = Client((host, int(port)), no_delay=True, default_noreply=False)
value = b"\0" * int(size)
keys = [f"bench:{i:08d}" for i in range(10000)]
count = 0
started, used = time.monotonic(), time.process_time()
end = started + float(seconds)
while time.monotonic() < end:
    key = keys[count * 7919 % 10000]
    if operation == "set":
        client.set(key, value)
    elif client.get(key) is None:
        sys.exit("a key is lost")
    count += 1
elapsed, used = time.monotonic() - started, time.process_time() - used
print(f"{operation}\t{size}\tpymemcache, blocking\t{count / elapsed:.0f}\t{used / count * 1e6:.3f}")
