/* QUIC: handshake messages without records, by encryption level, and the calls that a careful C program makes. */
#ifndef CONFORMANCE_QUIC_H
#define CONFORMANCE_QUIC_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "extension.h"
#include "saved.h"

/* The encryption levels have the numbers of gnutls_record_encryption_level_t. */
enum quic_level { QUIC_INITIAL, QUIC_EARLY, QUIC_HANDSHAKE, QUIC_APPLICATION, QUIC_LEVELS };

#define QUIC_SECRET 64

struct endpoint;

/* A handshake message that waits. */
struct quic_message {
    struct quic_message *next;
    enum quic_level level;
    size_t length;
    unsigned char bytes[];
};

/* The secrets of the client and of the server at one level. Each has a size of 0 until it is known. */
struct quic_secrets {
    struct {
        unsigned char bytes[QUIC_SECRET];
        size_t size;
    } of[2];
};

/* The state of an endpoint for QUIC. */
struct quic {
    struct endpoint *peer;
    struct quic_message *waiting; /* for this endpoint, in order */
    unsigned char *partial;       /* the first bytes of a message */
    size_t partial_length;
    enum quic_level read_level;
    size_t parameters; /* the length of its own transport parameters */
    struct received peer_parameters;
    struct received remembered; /* the parameters of the server in a session that is resumed with early data */
    bool renounces;             /* a client announces no early data, although it could */
    bool announces;             /* a client announces early data */
    bool permitted;             /* the last ticket permits early data */
    struct quic_secrets derived[QUIC_LEVELS]; /* by GnuTLS */
    struct quic_secrets known[QUIC_LEVELS];   /* to the program, which takes them after a call without failure */
    bool alerted;
    enum quic_level alert_level;
    gnutls_alert_description_t alert;
};

bool probe_quic(void);

struct quic *quic_make(struct endpoint *peer, size_t parameters);
void quic_free(struct quic *quic);

/* Prepares to resume saved data, or nothing. Before the session is created. */
void quic_resume(struct endpoint *endpoint, const struct saved *saved);

/* Adds to saved data what early data depends on. */
void quic_save(const struct endpoint *endpoint, struct saved *saved);

/* The parts of creating a session: the flags of gnutls_init, the functions, the priorities. */
unsigned int quic_flags(const struct endpoint *endpoint, unsigned int flags);
int quic_install(const struct endpoint *endpoint, gnutls_session_t session);
int quic_prioritize(const struct endpoint *endpoint, gnutls_session_t session);

/* Returns whether servers can accept early data: older ones free an uninitialized pointer. */
bool quic_accepts_early(void);

/* Begins or continues the handshake with the messages that GnuTLS has received. */
int quic_handshake(struct endpoint *endpoint);

/* Processes bytes of handshake messages. */
int quic_receive(struct endpoint *endpoint, enum quic_level level, const unsigned char *bytes, size_t length);

/* Takes the secrets that both sides have at a level. */
void quic_take_secrets(struct quic *quic);

/* Delivers a message to this endpoint, behind those that wait. */
void quic_wait(struct quic *quic, enum quic_level level, const void *bytes, size_t length);

/* Returns the waiting message with this number, from 1 on, or NULL. */
struct quic_message *quic_message(const struct quic *quic, size_t number);

/* Replaces the waiting messages by those with these numbers. */
void quic_select(struct quic *quic, const size_t *numbers, size_t count);

/* Replaces the number of the extension with the transport parameters in the waiting messages. */
void quic_strip(struct quic *quic);

#endif
