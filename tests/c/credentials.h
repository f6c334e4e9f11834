/* Certificate credentials: identities, trust, revocation, and the callbacks that choose and answer. */
#ifndef CONFORMANCE_CREDENTIALS_H
#define CONFORMANCE_CREDENTIALS_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

/* What a configuration says of them. Two that say the same share an object. */
struct credential_options {
    const char *identity; /* a list with commas, raw-NAME being a raw public key; NULL: none */
    const char *trust;    /* ca, other or none */
    const char *ocsp;     /* the response that a server gives: good, revoked or expired; NULL: none */
    bool choose;          /* the identity is chosen in a callback */
    bool crl;             /* what the authority has revoked is refused */
    unsigned int limit;   /* certificates in a chain, 0: the library's own limit */
};

/* Whether identities can be chosen in a callback. */
bool probe_choose(void);

/* The file with the key of an identity; false where there is none of that name. */
bool credentials_key(const char *name, char *path, size_t size);

/* The directory of the certificates and keys. */
void credentials_set_fixtures(const char *directory);

/* Kept for the life of the program: loading a key costs more than a handshake. NULL where a name is not that of a fixture. */
gnutls_certificate_credentials_t credentials_load(const struct credential_options *options);

/* Frees all of them, at the end of the program. */
void credentials_unload(void);

#endif
