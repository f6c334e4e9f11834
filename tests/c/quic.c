/* QUIC: handshake messages without records, by encryption level, and the calls that a careful C program makes. */
#include "quic.h"

#include <stdlib.h>
#include <string.h>

#include "endpoint.h"
#include "listing.h"
#include "store.h"

#define HEADER 4                 /* of a handshake message */
#define MAX_MESSAGE (128 * 1024) /* the body */
#define PARAMETERS_NUMBER 0x39
#define STRIPPED_NUMBER 0xff39
#define EARLY_DATA_NUMBER 42
#define TICKET 4
#define UNLIMITED 0xffffffff
#define MAX_REPETITIONS 64

struct quic *quic_make(struct endpoint *peer, size_t parameters)
{
    struct quic *quic = allocate(sizeof(*quic));

    quic->peer = peer;
    quic->parameters = parameters;
    return quic;
}

void quic_free(struct quic *quic)
{
    if (quic == NULL)
        return;
    quic_select(quic, NULL, 0);
    free(quic->partial);
    free(quic->peer_parameters.bytes);
    free(quic->remembered.bytes);
    free(quic);
}

static struct quic_message *make_message(enum quic_level level, const void *bytes, size_t length)
{
    struct quic_message *message = allocate(sizeof(*message) + length);

    message->level = level;
    message->length = length;
    memcpy(message->bytes, bytes, length);
    return message;
}

static void append(struct quic_message **list, struct quic_message *message)
{
    while (*list != NULL)
        list = &(*list)->next;
    *list = message;
}

void quic_wait(struct quic *quic, enum quic_level level, const void *bytes, size_t length)
{
    append(&quic->waiting, make_message(level, bytes, length));
}

struct quic_message *quic_message(const struct quic *quic, size_t number)
{
    struct quic_message *message = number == 0 ? NULL : quic->waiting;

    while (message != NULL && --number > 0)
        message = message->next;
    return message;
}

void quic_select(struct quic *quic, const size_t *numbers, size_t count)
{
    struct quic_message *selected = NULL, *message;
    size_t i;

    for (i = 0; i < count; i++) {
        message = quic_message(quic, numbers[i]);
        if (message != NULL)
            append(&selected, make_message(message->level, message->bytes, message->length));
    }
    while ((message = quic->waiting) != NULL) {
        quic->waiting = message->next;
        free(message);
    }
    quic->waiting = selected;
}

static unsigned char parameter(size_t i)
{
    return (unsigned char)(i % 251);
}

/* Replaces it wherever the number, a length, and as many bytes of transport parameters follow each other. */
void quic_strip(struct quic *quic)
{
    struct quic_message *message;
    size_t at, length, i;

    for (message = quic->waiting; message != NULL; message = message->next) {
        for (at = 0; at + 4 <= message->length; at++) {
            unsigned char *bytes = message->bytes + at;

            length = bytes[2] * 256u + bytes[3];
            if (bytes[0] * 256u + bytes[1] != PARAMETERS_NUMBER || length == 0 || at + 4 + length > message->length)
                continue;
            for (i = 0; i < length && bytes[4 + i] == parameter(i); i++)
                ;
            if (i == length) {
                bytes[0] = STRIPPED_NUMBER >> 8;
                bytes[1] = STRIPPED_NUMBER & 0xff;
            }
        }
    }
}

static void keep(struct received *received, const void *bytes, size_t length)
{
    free(received->bytes);
    received->bytes = allocate(length + 1);
    if (length > 0)
        memcpy(received->bytes, bytes, length);
    received->length = length;
    received->present = true;
}

void quic_resume(struct endpoint *endpoint, const struct saved *saved)
{
    struct quic *quic = endpoint->quic;

    if (quic == NULL)
        return;
    quic->announces = saved != NULL && !quic->renounces && saved->permits_early && !saved->damaged && saved->config == endpoint->config;
    quic->remembered.present = false;
    if (quic->announces)
        keep(&quic->remembered, saved->parameters.bytes, saved->parameters.length);
}

void quic_save(const struct endpoint *endpoint, struct saved *saved)
{
    const struct quic *quic = endpoint->quic;

    if (quic == NULL)
        return;
    saved->permits_early = quic->permitted;
    keep(&saved->parameters, quic->peer_parameters.bytes, quic->peer_parameters.length);
}

bool quic_accepts_early(void)
{
    return gnutls_check_version("3.8.4") != NULL;
}

void quic_take_secrets(struct quic *quic)
{
    int level;

    for (level = QUIC_HANDSHAKE; level < QUIC_LEVELS; level++)
        if (quic->derived[level].of[0].size > 0 && quic->derived[level].of[1].size > 0)
            quic->known[level] = quic->derived[level];
    quic->known[QUIC_EARLY] = quic->derived[QUIC_EARLY];
}

/* Forgets the secret of early data after the handshake, and all that the program has not taken after a failure. */
static void forget_secrets(struct quic *quic, bool failed)
{
    memset(quic->derived, 0, (failed ? QUIC_LEVELS : QUIC_EARLY + 1) * sizeof(quic->derived[0]));
    memset(&quic->known[QUIC_EARLY], 0, sizeof(quic->known[QUIC_EARLY]));
}

/* Ends the session for a code, of GnuTLS or of the program, with the alert for it. */
static int end(struct endpoint *endpoint, int code)
{
    forget_secrets(endpoint->quic, true);
    return endpoint_fail(endpoint, code);
}

#if GNUTLS_VERSION_NUMBER >= 0x030702

bool probe_quic(void)
{
    return true;
}

unsigned int quic_flags(const struct endpoint *endpoint, unsigned int flags)
{
    flags &= ~(unsigned int)(GNUTLS_POST_HANDSHAKE_AUTH | GNUTLS_ENABLE_EARLY_START | GNUTLS_ENABLE_FALSE_START |
                             GNUTLS_ENABLE_EARLY_DATA);
    if (endpoint->client ? endpoint->quic->announces : endpoint->config->early != 0 && quic_accepts_early())
        flags |= GNUTLS_ENABLE_EARLY_DATA;
    return flags | GNUTLS_NO_END_OF_EARLY_DATA;
}

static struct quic *quic_of(gnutls_session_t session)
{
    return ((struct endpoint *)gnutls_session_get_ptr(session))->quic;
}

static int send_message(gnutls_session_t session, gnutls_record_encryption_level_t level,
                        gnutls_handshake_description_t type, const void *data, size_t length)
{
    struct endpoint *endpoint = gnutls_session_get_ptr(session);

    /* QUIC has none (RFC 9001, section 8.4). */
    if (type == GNUTLS_HANDSHAKE_CHANGE_CIPHER_SPEC)
        return 0;
    list_message(endpoint->name, (enum quic_level)level, data, length);
    quic_wait(endpoint->quic->peer->quic, (enum quic_level)level, data, length);
    return 0;
}

static void set_secret(struct quic_secrets *secrets, int side, const void *secret, size_t size)
{
    if (size > QUIC_SECRET)
        return;
    memcpy(secrets->of[side].bytes, secret, size);
    secrets->of[side].size = size;
}

/* The other secrets come from the key log: a client with early data would receive the one for sending too late. */
static int change_level(gnutls_session_t session, gnutls_record_encryption_level_t level, const void *read,
                        const void *write, size_t size)
{
    struct quic *quic = quic_of(session);

    if (level == GNUTLS_ENCRYPTION_LEVEL_EARLY)
        set_secret(&quic->derived[QUIC_EARLY], 0, read != NULL ? read : write, size);
    else if (read != NULL)
        quic->read_level = (enum quic_level)level;
    return 0;
}

static int log_secret(gnutls_session_t session, const char *label, const gnutls_datum_t *secret)
{
    static const struct {
        const char *label;
        enum quic_level level;
        int side;
    } labels[] = {
        { "CLIENT_HANDSHAKE_TRAFFIC_SECRET", QUIC_HANDSHAKE, 0 },
        { "SERVER_HANDSHAKE_TRAFFIC_SECRET", QUIC_HANDSHAKE, 1 },
        { "CLIENT_TRAFFIC_SECRET_0", QUIC_APPLICATION, 0 },
        { "SERVER_TRAFFIC_SECRET_0", QUIC_APPLICATION, 1 },
    };
    struct quic *quic = quic_of(session);
    size_t i;

    for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
        if (strcmp(label, labels[i].label) == 0)
            set_secret(&quic->derived[labels[i].level], labels[i].side, secret->data, secret->size);
    return 0;
}

static int send_alert(gnutls_session_t session, gnutls_record_encryption_level_t level, gnutls_alert_level_t severity,
                      gnutls_alert_description_t alert)
{
    struct quic *quic = quic_of(session);

    if (severity == GNUTLS_AL_FATAL && !quic->alerted) {
        quic->alerted = true;
        quic->alert_level = (enum quic_level)level;
        quic->alert = alert;
    }
    return 0;
}

static int receive_parameters(gnutls_session_t session, const unsigned char *data, size_t size)
{
    keep(&quic_of(session)->peer_parameters, data, size);
    return 0;
}

static int send_parameters(gnutls_session_t session, gnutls_buffer_t buffer)
{
    size_t length = quic_of(session)->parameters, i;
    unsigned char *data;
    int code;

    if (length == 0)
        return GNUTLS_E_INT_RET_0;
    data = allocate(length);
    for (i = 0; i < length; i++)
        data[i] = parameter(i);
    code = gnutls_buffer_append_data(buffer, data, length);
    free(data);
    return code < 0 ? code : (int)length;
}

int quic_install(const struct endpoint *endpoint, gnutls_session_t session)
{
    (void)endpoint;
    gnutls_handshake_set_read_function(session, send_message);
    gnutls_handshake_set_secret_function(session, change_level);
    gnutls_alert_set_read_function(session, send_alert);
    gnutls_session_set_keylog_function(session, log_secret);
    return gnutls_session_ext_register(session, "QUIC transport parameters", PARAMETERS_NUMBER, GNUTLS_EXT_APPLICATION,
                                       receive_parameters, send_parameters, NULL, NULL, NULL,
                                       GNUTLS_EXT_FLAG_CLIENT_HELLO | GNUTLS_EXT_FLAG_EE);
}

/* Only TLS 1.3, without the cipher that cannot protect packets and without the compatibility mode (RFC 9001). */
int quic_prioritize(const struct endpoint *endpoint, gnutls_session_t session)
{
    static const char added[] = "-VERS-ALL:+VERS-TLS1.3:-AES-128-CCM-8:%DISABLE_TLS13_COMPAT_MODE";
    const char *own = endpoint->config->priority_text;
    gnutls_priority_t priority;
    char *text;
    int code;

    if (own == NULL) {
        code = gnutls_priority_init2(&priority, added, NULL, GNUTLS_PRIORITY_INIT_DEF_APPEND);
    } else {
        text = allocate(strlen(own) + sizeof(added) + 1);
        strcpy(text, own);
        strcat(text, ":");
        strcat(text, added);
        code = gnutls_priority_init(&priority, text, NULL);
        free(text);
    }
    if (code < 0)
        return code;
    code = gnutls_priority_set(session, priority);
    gnutls_priority_deinit(priority);
    return code;
}

/* Without transport parameters, or without an application protocol, there is no QUIC (RFC 9001, sections 8.1 and 8.2). A
   server has the extensions of the client once it receives at a higher level, and a client those of the server at the end. */
static int require_extensions(const struct endpoint *endpoint, bool complete)
{
    bool answered = !endpoint->client && endpoint->quic->read_level > QUIC_INITIAL;
    gnutls_datum_t protocol;

    if (!complete && !answered)
        return 0;
    if (!endpoint->quic->peer_parameters.present)
        return GNUTLS_E_MISSING_EXTENSION;
    if (endpoint->config->alpn_count > 0 && gnutls_alpn_get_selected_protocol(endpoint->session, &protocol) < 0)
        return GNUTLS_E_NO_APPLICATION_PROTOCOL;
    return 0;
}

int quic_handshake(struct endpoint *endpoint)
{
    int repetitions, code = GNUTLS_E_AGAIN;

    endpoint->begun = true;
    for (repetitions = 0; repetitions < MAX_REPETITIONS; repetitions++) {
        code = gnutls_handshake(endpoint->session);
        if (code != GNUTLS_E_INTERRUPTED)
            break;
    }
    if (code == GNUTLS_E_AGAIN) {
        code = require_extensions(endpoint, false);
        if (code == 0)
            return 0;
    } else if (code == 0) {
        code = require_extensions(endpoint, true);
    }
    code = endpoint_conclude(endpoint, code);
    forget_secrets(endpoint->quic, code < 0);
    return code;
}

/* Skips a vector whose length has this many bytes. Returns false if it is not there. */
static bool skip(const unsigned char **at, const unsigned char *end_of, size_t prefix)
{
    size_t length = 0, i;

    if ((size_t)(end_of - *at) < prefix)
        return false;
    for (i = 0; i < prefix; i++)
        length = length << 8 | *(*at)++;
    if ((size_t)(end_of - *at) < length)
        return false;
    *at += length;
    return true;
}

/* Finds the extension of a ticket that permits early data (RFC 8446, section 4.6.1). */
static bool find_early_size(const unsigned char *message, size_t length, unsigned long *size)
{
    const unsigned char *at = message + HEADER + 8, *end_of = message + length, *next;

    if (length < HEADER + 8 || !skip(&at, end_of, 1) || !skip(&at, end_of, 2))
        return false;
    next = at;
    if (!skip(&next, end_of, 2))
        return false;
    end_of = next;
    for (at += 2; end_of - at >= 4; at = next) {
        next = at + 2;
        if (!skip(&next, end_of, 2))
            return false;
        if (at[0] * 256u + at[1] == EARLY_DATA_NUMBER && next - at == 8) {
            *size = (unsigned long)at[4] << 24 | (unsigned long)at[5] << 16 | (unsigned long)at[6] << 8 | at[7];
            return true;
        }
    }
    return false;
}

/* After the handshake only a server sends a message: a ticket, which does not limit early data. */
static int check_late_message(struct endpoint *endpoint, const unsigned char *message, size_t length)
{
    unsigned long size = UNLIMITED;
    bool permits;

    if (!endpoint->client || message[0] != TICKET)
        return end(endpoint, GNUTLS_E_UNEXPECTED_HANDSHAKE_PACKET);
    permits = find_early_size(message, length, &size);
    if (size != UNLIMITED)
        return end(endpoint, GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER);
    endpoint->quic->permitted = permits;
    return 0;
}

static int receive_message(struct endpoint *endpoint, enum quic_level level, const unsigned char *message, size_t length)
{
    bool complete = endpoint->finished;
    int code = complete ? check_late_message(endpoint, message, length) : 0;

    if (code < 0)
        return code;
    code = gnutls_handshake_write(endpoint->session, (gnutls_record_encryption_level_t)level, message, length);
    if (code < 0 && code != GNUTLS_E_AGAIN)
        return end(endpoint, code);
    if (!complete)
        return quic_handshake(endpoint);
    store_keep(endpoint);
    return 0;
}

/* GnuTLS receives complete messages: it checks the level only when it receives bytes, and would process further bytes at the
   next level. */
int quic_receive(struct endpoint *endpoint, enum quic_level level, const unsigned char *bytes, size_t length)
{
    struct quic *quic = endpoint->quic;

    if (level != quic->read_level)
        return end(endpoint, GNUTLS_E_UNEXPECTED_HANDSHAKE_PACKET);
    quic->partial = realloc(quic->partial, quic->partial_length + length);
    if (quic->partial == NULL)
        fail_setup("a message of QUIC", "out of memory");
    memcpy(quic->partial + quic->partial_length, bytes, length);
    quic->partial_length += length;
    while (quic->partial_length >= HEADER) {
        size_t body = (size_t)quic->partial[1] << 16 | (size_t)quic->partial[2] << 8 | quic->partial[3];
        struct quic_message *message;
        int code;

        if (body > MAX_MESSAGE)
            return end(endpoint, GNUTLS_E_HANDSHAKE_TOO_LARGE);
        if (quic->partial_length < HEADER + body)
            break;
        message = make_message(level, quic->partial, HEADER + body);
        quic->partial_length -= message->length;
        memmove(quic->partial, quic->partial + message->length, quic->partial_length);
        code = receive_message(endpoint, level, message->bytes, message->length);
        free(message);
        if (code < 0)
            return code;
        if (quic->read_level != level && quic->partial_length > 0)
            return end(endpoint, GNUTLS_E_UNEXPECTED_HANDSHAKE_PACKET);
    }
    quic_take_secrets(quic);
    return 0;
}

#else

bool probe_quic(void)
{
    return false;
}

unsigned int quic_flags(const struct endpoint *endpoint, unsigned int flags)
{
    (void)endpoint;
    return flags;
}

int quic_install(const struct endpoint *endpoint, gnutls_session_t session)
{
    (void)endpoint;
    (void)session;
    (void)end;
    return GNUTLS_E_UNIMPLEMENTED_FEATURE;
}

int quic_prioritize(const struct endpoint *endpoint, gnutls_session_t session)
{
    (void)endpoint;
    (void)session;
    return GNUTLS_E_UNIMPLEMENTED_FEATURE;
}

int quic_handshake(struct endpoint *endpoint)
{
    (void)endpoint;
    return GNUTLS_E_UNIMPLEMENTED_FEATURE;
}

int quic_receive(struct endpoint *endpoint, enum quic_level level, const unsigned char *bytes, size_t length)
{
    (void)endpoint;
    (void)level;
    (void)bytes;
    (void)length;
    return GNUTLS_E_UNIMPLEMENTED_FEATURE;
}

#endif
