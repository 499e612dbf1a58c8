"""pymemcache against the server named by host and port: what the client returns is compared, command by command."""

import sys
import threading

from pymemcache.client.base import Client
from pymemcache.exceptions import MemcacheClientError, MemcacheIllegalInputError

HOST, PORT = sys.argv[1], int(sys.argv[2])
CHECKS = 0


def check(what, got, wanted):
    global CHECKS
    CHECKS += 1
    if got != wanted:
        sys.exit(f"{what}: got {got!r}, wanted {wanted!r}")


def session(client, prefix):
    key = f"{prefix}-a"
    check("get of nothing", client.get(key), None)
    check("set", client.set(key, b"value", noreply=False), True)
    check("get", client.get(key), b"value")
    check("set without an answer", client.set(key, b"quiet", noreply=True), True)
    check("get after it", client.get(key), b"quiet")
    check("add of what is there", client.add(key, b"x", noreply=False), False)
    check("replace", client.replace(key, b"mid", noreply=False), True)
    check("append", client.append(key, b">", noreply=False), True)
    check("prepend", client.prepend(key, b"<", noreply=False), True)
    check("get of all that", client.get(key), b"<mid>")
    value, cas = client.gets(key)
    check("gets", value, b"<mid>")
    check("cas", client.cas(key, b"new", cas, noreply=False), True)
    check("cas again", client.cas(key, b"newer", cas, noreply=False), False)
    check("cas of nothing", client.cas(f"{prefix}-none", b"x", cas, noreply=False), None)
    check("touch", client.touch(key, 100, noreply=False), True)
    check("touch of nothing", client.touch(f"{prefix}-none", 100, noreply=False), False)
    check("delete", client.delete(key, noreply=False), True)
    check("delete again", client.delete(key, noreply=False), False)

    check("set of a number", client.set(f"{prefix}-n", b"10", noreply=False), True)
    check("incr", client.incr(f"{prefix}-n", 5), 15)
    check("decr", client.decr(f"{prefix}-n", 20), 0)
    check("incr of nothing", client.incr(f"{prefix}-none", 1), None)

    many = {f"{prefix}-m{i}": b"v%d" % i for i in range(200)}
    check("set_many", client.set_many(many, noreply=False), [])
    check("get_many", client.get_many(list(many)), many)
    check("gets_many", {k: v for k, (v, _) in client.gets_many(list(many)).items()}, many)
    check("delete_many", client.delete_many(list(many), noreply=False), True)
    check("get_many of nothing", client.get_many(list(many)), {})

    big = bytes(range(256)) * 3900
    check("set of a large value", client.set(f"{prefix}-big", big, noreply=False), True)
    check("get of a large value", client.get(f"{prefix}-big"), big)
    binary = b"\r\nEND\r\n\x00\xff"
    check("set of bytes", client.set(f"{prefix}-bin", binary, noreply=False), True)
    check("get of bytes", client.get(f"{prefix}-bin"), binary)
    check("expired at once", client.set(f"{prefix}-exp", b"x", expire=-1, noreply=False), True)
    check("get of it", client.get(f"{prefix}-exp"), None)


def failures(client):
    try:
        client.incr("text-value", 1) if client.set("text-value", b"abc", noreply=False) else None
        sys.exit("incr of a text raised nothing")
    except MemcacheClientError:
        check("after an error", client.get("text-value"), b"abc")
    try:
        client.get("k" * 251)
        sys.exit("a key of 251 bytes raised nothing")
    except MemcacheIllegalInputError:
        pass


def main():
    client = Client((HOST, PORT), timeout=20, connect_timeout=20, no_delay=True)
    check("version", len(client.version()) > 0, True)
    session(client, "one")
    failures(client)
    stats = client.stats()
    check("stats names", {b"pid", b"uptime", b"curr_items", b"get_hits", b"cmd_set"} - stats.keys(), set())
    check("stats settings", b"maxbytes" in client.stats("settings"), True)

    errors = []

    def other(number):
        try:
            session(Client((HOST, PORT), timeout=20, no_delay=True), f"thread{number}")
        except BaseException as error:  # told by the main thread
            errors.append(error)

    threads = [threading.Thread(target=other, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check("threads without errors", errors, [])

    check("flush_all", client.flush_all(noreply=False), True)
    check("get after flush_all", client.get("one-big"), None)
    client.quit()
    print(f"ok, {CHECKS} checks")


main()
