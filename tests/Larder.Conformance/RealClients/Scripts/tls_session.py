"""A session over TLS with Python's own ssl: HOST PORT AUTHORITY CERTIFICATE KEY. The server wants a certificate."""
import socket
import ssl
import sys

host, port, authority, certificate, key = sys.argv[1:]


def context(version, with_certificate=True):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(authority)
    made.minimum_version = made.maximum_version = version
    if with_certificate:
        made.load_cert_chain(certificate, key)
    return made


def connect(made, session=None):
    plain = socket.create_connection((host, int(port)), timeout=20)
    return made.wrap_socket(plain, server_hostname="localhost", session=session)


def read_exactly(stream, count):
    data = b""
    while len(data) < count:
        part = stream.recv(count - len(data))
        assert part, f"the stream ended after {len(data)} of {count} bytes"
        data += part
    return data


def ask(stream, request, answer):
    stream.sendall(request)
    found = read_exactly(stream, len(answer))
    assert found == answer, f"{request[:60]!r} was answered with {found[:60]!r}"


checks = 0
for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    good = context(version)
    with connect(good) as stream:
        value = bytes(i % 251 for i in range(900_000))
        ask(stream, b"set small 0 0 5\r\nhello\r\n", b"STORED\r\n")
        ask(stream, b"set large 0 0 %d\r\n%s\r\n" % (len(value), value), b"STORED\r\n")
        ask(stream, b"get large small\r\n",
            b"VALUE large 0 %d\r\n%s\r\nVALUE small 0 5\r\nhello\r\nEND\r\n" % (len(value), value))
        ask(stream, b"mg small v\r\n" * 2_000, b"VA 5\r\nhello\r\n" * 2_000)
        session = stream.session
        checks += 4
    with connect(good, session) as stream:
        ask(stream, b"get small\r\n", b"VALUE small 0 5\r\nhello\r\nEND\r\n")
        assert stream.session_reused, "the session was not taken up"
        stream.sendall(b"get small\r\n")
        assert stream.recv(5) == b"VALUE"
        checks += 2
    with connect(good) as stream:
        ask(stream, b"version\r\n", b"VERSION ")
        read_exactly(stream, len(b"1.6.45\r\n"))
        stream.unwrap()  # raises unless the server says its end, too
        checks += 1
    try:
        with connect(context(version, with_certificate=False)) as stream:
            stream.sendall(b"version\r\n")
            found = stream.recv(100)
        assert found == b"", f"without a certificate: {found!r}"
    except (ssl.SSLError, ConnectionError):
        checks += 1
print(f"ok, {checks} checks")
