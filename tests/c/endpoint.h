/* One side of a connection, and the calls that a careful C program makes on it. */
#ifndef CONFORMANCE_ENDPOINT_H
#define CONFORMANCE_ENDPOINT_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>

#include "config.h"
#include "json.h"
#include "quic.h"
#include "saved.h"
#include "transport.h"

#define MAX_HOST 256
#define RECEIVE_SIZE 16384

/* The options of `open`. */
struct opening {
    const char *host; /* NULL: none */
    const struct saved *resume;
    bool datagram;
    bool descriptor; /* GnuTLS itself uses sockets */
    size_t chunk;
    unsigned int mtu;
    struct network network;
};

/* Returns whether saved data is valid for the server of this opening. */
bool opening_fits(const struct opening *opening, const struct saved *saved);

struct endpoint {
    char name[16]; /* "1c" */
    bool client;
    const struct config *config;
    gnutls_session_t session;
    struct transport transport;
    struct quic *quic; /* NULL: records */
    char host[MAX_HOST];
    bool has_host;
    gnutls_typed_vdata_st wanted[2]; /* the required purpose and name of the peer's certificate */
    bool underway; /* a handshake is due or has begun */
    bool begun; /* gnutls_handshake was called since it was due */
    bool finished; /* at least one handshake has succeeded */
    bool failed; /* a call failed for good: the session is no longer used */
    bool keyless; /* a handshake failed */
    bool closed; /* bye was sent */
    bool resumes; /* saved data was set */
    bool early; /* the saved data permits early data */
    bool asked; /* a server has sent its hello request and has no answer yet */
    bool refused; /* a new handshake of the peer was refused by the last receiving call */
    bool refused_by_peer; /* the peer has refused a new handshake, after which GnuTLS clients complete no other one */
    bool ticket_came; /* a new session can be resumed */
    bool late; /* the last message of a handshake was too large for the transport, and the program calls once more */
    bool furnished; /* the configuration was chosen by the hello */
    bool certificate_wanted; /* the server requested a certificate after the handshake, and it was not sent yet */
    bool heard; /* an alert, or close_notify, was received */
    bool ponged; /* the last ping was answered */
    struct received own; /* in the driver's own extension */
    struct received supplemental;
    bool data_first; /* data of the peer precedes its new handshake */
    bool verified; /* the last handshake verified the peer, with this status */
    unsigned int status;
    bool verified_before; /* the same of the handshake before */
    unsigned int status_before;
    const unsigned char *id_pointer; /* the pointer of id2 when it was first read */
    bool id_seen;
    size_t id_size; /* at the last call */
};

/* Creates a session. A refusal of saved data is returned in `resumed`; another session is created then. */
int endpoint_open(struct endpoint *endpoint, const struct config *config, bool client, const struct opening *opening,
                  int *resumed);
void endpoint_close(struct endpoint *endpoint);

/*
 * Each repeats a call that returned GNUTLS_E_AGAIN although the transport did not block, or GNUTLS_E_INTERRUPTED, and
 * returns the last result. After a failure an alert is sent to the peer.
 */
int endpoint_handshake(struct endpoint *endpoint);
int endpoint_rehandshake(struct endpoint *endpoint);
ssize_t endpoint_receive(struct endpoint *endpoint, void *buffer, size_t size);
ssize_t endpoint_send(struct endpoint *endpoint, const void *data, size_t size);
int endpoint_bye(struct endpoint *endpoint);
int endpoint_ping(struct endpoint *endpoint, size_t size);

/* Verifies the peer after a handshake that has succeeded, and records its end or its failure. Returns the code. */
int endpoint_conclude(struct endpoint *endpoint, int code);

/* Returns the maximum length of the data in a record that this endpoint sends. */
size_t endpoint_max_send(const struct endpoint *endpoint);

/* Applies the priorities of the endpoint's configuration to the session. */
int endpoint_prioritize(const struct endpoint *endpoint, gnutls_session_t session);

/* Applies the endpoint's configuration to the session, except for the priorities. */
int endpoint_furnish(struct endpoint *endpoint, gnutls_session_t session);

/* Requests a certificate from the client of a finished session, or continues to wait for it. */
int endpoint_authenticate(struct endpoint *endpoint);

/* Sends an alert. A fatal one ends the session. */
int endpoint_alert(struct endpoint *endpoint, gnutls_alert_level_t level, gnutls_alert_description_t alert);

/* Records an alert of the peer by the result of a call. */
void endpoint_hear(struct endpoint *endpoint, ssize_t code);

/* Returns whether the peer has to prove who it is. */
bool endpoint_verifies(const struct endpoint *endpoint);

/* Records a final failure, and sends an alert if possible. Returns the code. */
int endpoint_fail(struct endpoint *endpoint, int code);

#endif
