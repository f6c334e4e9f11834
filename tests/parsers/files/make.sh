#!/bin/sh
# Creates the encrypted files of the mutations: with few iterations, so that many of them are decrypted in a second.
set -eu
cd "$(dirname "$0")"
fixtures=../../../gnutls/tests/fixtures
openssl pkcs8 -topk8 -in $fixtures/server-ecdsa-key.pem -iter 5 -v2 aes-256-cbc -passout pass:secret \
    -outform DER -out key.der
openssl pkcs12 -export -in $fixtures/server-ecdsa.pem -inkey $fixtures/server-ecdsa-key.pem -certfile $fixtures/ca.pem \
    -name server -iter 5 -passout pass:secret -out container.p12
