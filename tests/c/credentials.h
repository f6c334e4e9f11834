/* Certificate credentials: identities, trust, revocation, and the callbacks that select them. */
#ifndef CONFORMANCE_CREDENTIALS_H
#define CONFORMANCE_CREDENTIALS_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

/* The options of a configuration. Equal ones share an object. */
struct credential_options {
    const char *identity; /* a list with commas, raw-NAME being a raw public key; NULL: none */
    const char *trust;    /* ca, other or none */
    const char *ocsp;     /* the stapled response of a server: good, revoked or expired; NULL: none */
    bool choose;          /* a callback chooses the identity */
    bool crl;             /* revoked certificates are refused */
    unsigned int limit;   /* certificates in a chain, 0: the library's own limit */
};

/* Returns whether identities can be chosen in a callback. */
bool probe_choose(void);

/* Finds the file with the key of an identity; false if there is none of this name. */
bool credentials_key(const char *name, char *path, size_t size);

/* Sets the directory of the certificates and keys. */
void credentials_set_fixtures(const char *directory);

/* Returns credentials that live as long as the program, since loading a key takes longer than a handshake. NULL if a name is
   not that of a fixture. */
gnutls_certificate_credentials_t credentials_load(const struct credential_options *options);

/* Frees all of them, at the end of the program. */
void credentials_unload(void);

#endif
