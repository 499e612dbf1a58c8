"""pylibmc (on libmemcached and Cyrus SASL) against the server named by host and port, as one user after the other."""

import sys

import pylibmc

HOST, PORT = sys.argv[1], int(sys.argv[2])
USERS = [word.split(":", 1) for word in sys.argv[3:]]
CHECKS = 0


def check(what, got, wanted):
    global CHECKS
    CHECKS += 1
    if got != wanted:
        sys.exit(f"{what}: got {got!r}, wanted {wanted!r}")


def refused(what, **who):
    client = pylibmc.Client([f"{HOST}:{PORT}"], binary=True, **who)
    try:
        client.set("a", "x")
    except pylibmc.Error:
        check(what, True, True)
    else:
        sys.exit(f"{what} was let in")


def main():
    for user, password in USERS:
        client = pylibmc.Client([f"{HOST}:{PORT}"], binary=True, username=user, password=password)
        check(f"set as {user}", client.set("a", user), True)
        check(f"get as {user}", client.get("a"), user)
        many = {f"m{i}": f"v{i}" for i in range(100)}
        check(f"set_multi as {user}", client.set_multi(many), [])
        check(f"get_multi as {user}", client.get_multi(list(many)), many)
        refused(f"wrong password of {user}", username=user, password=password + "x")
    refused("somebody unknown", username="nobody", password="x")
    refused("somebody without a name")
    print(f"ok, {CHECKS} checks")


main()
