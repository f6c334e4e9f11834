# A TLS client of Python's standard library: sends a line on each of several resumed connections, and prints their facts.
import json
import socket
import ssl
import sys

options = json.loads(sys.argv[1])
context = ssl.create_default_context(cafile=options["trust"])
context.minimum_version = context.maximum_version = ssl.TLSVersion[options["version"]]
if options["alpn"]:
    context.set_alpn_protocols(options["alpn"])
if options["certificate"]:
    context.load_cert_chain(*options["certificate"])
session = None
for _ in range(options["connections"]):
    with socket.create_connection(("127.0.0.1", options["port"]), timeout=10) as tcp:
        tls = context.wrap_socket(tcp, server_hostname=options["name"], session=session)
        tls.sendall(options["line"].encode())
        answer = b""
        while not answer.endswith(b"\n"):
            answer += tls.recv(1024)
        session = tls.session
        facts = {"answer": answer.decode(), "resumed": tls.session_reused, "alpn": tls.selected_alpn_protocol()}
        print(json.dumps(facts), flush=True)
        tls.unwrap()
