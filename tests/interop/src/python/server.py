# A TLS server of Python's standard library: prints its port, sends a line back on each connection, and prints whether it was
# resumed.
import json
import socket
import ssl
import sys

options = json.loads(sys.argv[1])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = context.maximum_version = ssl.TLSVersion[options["version"]]
context.load_cert_chain(*options["certificate"])
if options["alpn"]:
    context.set_alpn_protocols(options["alpn"])
if options["trust"]:
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(options["trust"])
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    for _ in range(options["connections"]):
        tcp, _ = listener.accept()
        tcp.settimeout(10)
        tls = context.wrap_socket(tcp, server_side=True)
        line = b""
        while not line.endswith(b"\n"):
            line += tls.recv(1024)
        tls.sendall(line)
        print("resumed" if tls.session_reused else "full", flush=True)
        tls.unwrap()
        tcp.close()
