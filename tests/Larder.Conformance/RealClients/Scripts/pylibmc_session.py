"""pylibmc (on libmemcached) against the server named by host and port; a third word "binary" takes that protocol."""

import sys

import pylibmc

HOST, PORT = sys.argv[1], int(sys.argv[2])
BINARY = sys.argv[3:] == ["binary"]
CHECKS = 0


def check(what, got, wanted):
    global CHECKS
    CHECKS += 1
    if got != wanted:
        sys.exit(f"{what}: got {got!r}, wanted {wanted!r}")


def fails(what, error, call):
    try:
        call()
    except error:
        check(what, True, True)
    else:
        sys.exit(f"{what} raised nothing")


def main():
    behaviors = {"tcp_nodelay": True, "cas": True}
    client = pylibmc.Client([f"{HOST}:{PORT}"], binary=BINARY, behaviors=behaviors)
    check("get of nothing", client.get("nothing"), None)
    check("set", client.set("a", "value"), True)
    check("get", client.get("a"), "value")
    check("add of what is there", client.add("a", "x"), False)
    check("add", client.add("b", "x"), True)
    check("replace", client.replace("a", "mid"), True)
    fails("replace of nothing", pylibmc.NotFound, lambda: client.replace("nothing", "x"))
    check("append", client.append("a", ">"), True)
    check("prepend", client.prepend("a", "<"), True)
    check("get of all that", client.get("a"), "<mid>")
    value, cas = client.gets("a")
    check("gets", value, "<mid>")
    check("cas", client.cas("a", "new", cas), True)
    check("cas again", client.cas("a", "newer", cas), False)
    check("touch", client.touch("a", 100), True)
    check("touch of nothing", client.touch("nothing", 100), False)
    check("delete", client.delete("a"), True)
    check("delete again", client.delete("a"), False)
    check("set of a number", client.set("n", 10), True)
    check("incr", client.incr("n", 5), 15)
    check("decr", client.decr("n", 20), 0)
    fails("incr of nothing", pylibmc.NotFound, lambda: client.incr("none", 1))
    many = {f"m{i}": f"v{i}" for i in range(200)}
    check("set_multi", client.set_multi(many), [])
    check("get_multi", client.get_multi(list(many) + ["none"]), many)
    check("delete_multi", client.delete_multi(list(many)), True)
    check("get_multi of nothing", client.get_multi(list(many)), {})
    big = bytes(range(256)) * 3900
    check("set of a large value", client.set("big", big), True)
    check("get of a large value", client.get("big"), big)
    check("set of a structure", client.set("s", {"list": [1, 2.5, None]}), True)
    check("get of a structure", client.get("s"), {"list": [1, 2.5, None]})
    fails("set of a value too large", pylibmc.TooBig, lambda: client.set("huge", b"x" * (2 << 20)))
    check("get after it", client.get("s"), {"list": [1, 2.5, None]})
    (_, stats), = client.get_stats()
    check("stats", int(stats["curr_items"]) > 0, True)
    check("flush_all", client.flush_all(), True)
    check("get after flush", client.get("s"), None)
    print(f"ok, {CHECKS} checks")


main()
