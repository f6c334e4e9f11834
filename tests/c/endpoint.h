/* One side of a connection, and the calls that a careful C program makes on it. */
#ifndef CONFORMANCE_ENDPOINT_H
#define CONFORMANCE_ENDPOINT_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>

#include "config.h"
#include "json.h"
#include "saved.h"
#include "transport.h"

#define MAX_HOST 256
#define RECEIVE_SIZE 16384

/* What `open` says about both sides. */
struct opening {
    const char *host; /* NULL: none */
    const struct saved *resume;
    bool datagram;
    bool descriptor; /* GnuTLS itself uses sockets */
    size_t chunk;
    unsigned int mtu;
};

struct endpoint {
    char name[16]; /* "1c" */
    bool client;
    const struct config *config;
    gnutls_session_t session;
    struct transport transport;
    char host[MAX_HOST];
    bool has_host;
    gnutls_typed_vdata_st wanted[2]; /* what the peer's certificate has to be for */
    bool underway; /* a handshake is wanted or has begun */
    bool begun; /* gnutls_handshake was called since it was wanted */
    bool finished; /* a handshake has been through, at least one */
    bool failed; /* something failed for good: the session is used no more */
    bool keyless; /* it was a handshake that failed */
    bool closed; /* bye was sent */
    bool resumes; /* it was given saved data */
    bool early; /* which early data can be sent with */
    bool asked; /* a server has sent its hello request and has no answer yet */
    bool refused; /* a new handshake of the peer was refused by the last receiving call */
    bool ticket_came; /* there is something new that can be resumed */
    bool furnished; /* a server that chooses by the hello has chosen */
    bool certificate_wanted; /* a client was asked for a certificate after the handshake, and has not answered */
    bool heard; /* an alert, or close_notify, has come */
    bool ponged; /* the last ping was answered */
    struct received own; /* in the driver's own extension */
    struct received supplemental;
    bool data_first; /* data of the peer are in front of its new handshake */
    bool verified; /* the last handshake verified the peer, with this status */
    unsigned int status;
    bool verified_before; /* the same of the handshake before */
    unsigned int status_before;
    const unsigned char *id_pointer; /* where id2 pointed at first sight */
    bool id_seen;
    size_t id_size; /* at the last call */
};

/* Makes a session. A refusal of saved data is returned in `resumed`; another session is made then. */
int endpoint_open(struct endpoint *endpoint, const struct config *config, bool client, const struct opening *opening,
                  int *resumed);
void endpoint_close(struct endpoint *endpoint);

/*
 * Each repeats a call that returned GNUTLS_E_AGAIN although the transport did not block, or GNUTLS_E_INTERRUPTED, and
 * returns what the last one returned. After a failure the peer is told by an alert.
 */
int endpoint_handshake(struct endpoint *endpoint);
int endpoint_rehandshake(struct endpoint *endpoint);
ssize_t endpoint_receive(struct endpoint *endpoint, void *buffer, size_t size);
ssize_t endpoint_send(struct endpoint *endpoint, const void *data, size_t size);
int endpoint_bye(struct endpoint *endpoint);
int endpoint_ping(struct endpoint *endpoint, size_t size);

/* Gives the session what it has of the endpoint's configuration, besides the priorities. */
int endpoint_furnish(struct endpoint *endpoint, gnutls_session_t session);

/* Asks the client of a finished session for a certificate, or goes on waiting for it. */
int endpoint_authenticate(struct endpoint *endpoint);

/* Sends an alert. A fatal one ends the session. */
int endpoint_alert(struct endpoint *endpoint, gnutls_alert_level_t level, gnutls_alert_description_t alert);

/* Notes an alert of the peer by what a call returned. */
void endpoint_hear(struct endpoint *endpoint, ssize_t code);

/* Whether the peer has to prove who it is. */
bool endpoint_verifies(const struct endpoint *endpoint);

/* Notes a failure that is final, and tells the peer where it can be told. Returns the code. */
int endpoint_fail(struct endpoint *endpoint, int code);

#endif
