/* Extensions of the hellos: compression of certificates, SRTP, heartbeats, one of the driver's own, supplemental data. */
#ifndef CONFORMANCE_EXTENSION_H
#define CONFORMANCE_EXTENSION_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "json.h"
#include "words.h"

#define MAX_METHODS 8
#define MAX_PROFILES 4
#define MAX_MKI 255

/* The callback of the driver's own extension that refuses. */
enum refusal { NO_REFUSAL, REFUSE_SEND, REFUSE_RECEIVE, REFUSE_SEND_DATA, REFUSE_RECEIVE_DATA };

struct extensions {
    gnutls_compression_method_t methods[MAX_METHODS];
    size_t method_count;
    gnutls_srtp_profile_t profiles[MAX_PROFILES];
    size_t profile_count;
    unsigned char mki[MAX_MKI];
    size_t mki_size;
    unsigned int heartbeat; /* a GNUTLS_HB_* policy, 0: none */
    bool own;
    bool own_sends;
    size_t own_length;
    bool when_resumed;
    enum refusal refusal;
    bool supplemental;
    size_t supplemental_length; /* 0: nothing is sent */
};

/* The bytes received in the driver's own extension, or as supplemental data. */
struct received {
    unsigned char *bytes;
    size_t length;
    bool present;
};

struct endpoint;

/* Applies a word of a configuration if it is about extensions. */
bool extension_option(const struct words *words, struct extensions *extensions, const char *word);

/* Returns the result of setting them on a temporary session. */
int extension_check(const struct extensions *extensions);

/* Applies them to a session whose pointer is its endpoint. */
int extension_apply(gnutls_session_t session, const struct extensions *extensions, bool datagram);

/* Returns whether a session with these can be resumed: GnuTLS cannot unpack its own format of SRTP. */
bool extension_resumable(const struct extensions *extensions, bool datagram);

/* Prepares a new handshake: clears the bytes received in the last one. */
void extension_forget(struct endpoint *endpoint);

void extension_observe(const struct endpoint *endpoint, struct text *text);

/* Features. */
bool probe_extensions(void);
bool probe_zlib(void);
bool probe_brotli(void);
bool probe_zstd(void);
bool probe_srtp_gcm(void);
bool probe_heartbeat(void);

#endif
