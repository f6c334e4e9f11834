/* One side of a connection, and the calls that a careful C program makes on it. */
#include "endpoint.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <gnutls/dtls.h>
#include <string.h>

#include "anonymous.h"
#include "early.h"
#include "hello.h"
#include "psk.h"
#include "raw.h"
#include "srp.h"
#include "store.h"

/* The greatest number of repetitions of a call that returns GNUTLS_E_AGAIN although the transport did not block. */
#define MAX_REPETITIONS 64
#define MAX_RECORD 16384
#define PING_OVERHEAD 19 /* type, length and padding */

#if GNUTLS_VERSION_NUMBER >= 0x030605
#define EARLY_DATA_FLAG GNUTLS_ENABLE_EARLY_DATA
#else
#define EARLY_DATA_FLAG 0
#endif

#if GNUTLS_VERSION_NUMBER >= 0x030603
#define POST_AUTH_FLAG GNUTLS_POST_HANDSHAKE_AUTH
#else
#define POST_AUTH_FLAG 0
#endif

#if GNUTLS_VERSION_NUMBER >= 0x03060e
#define NO_TICKETS_FLAG GNUTLS_NO_AUTO_SEND_TICKET
#else
#define NO_TICKETS_FLAG 0
#endif

static bool is_address(const char *host)
{
    unsigned char address[16];

    return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

static bool must_verify(const struct endpoint *endpoint)
{
    if (endpoint->config->key_only)
        return true;
    if (endpoint->client)
        return endpoint->config->verify;
    return endpoint->config->client_auth != GNUTLS_CERT_IGNORE || endpoint->config->later;
}

bool endpoint_verifies(const struct endpoint *endpoint)
{
    return must_verify(endpoint);
}

/* Sets the required purpose of the peer's certificate (authentication as a server or client) and its name. */
static unsigned int want(struct endpoint *endpoint)
{
    gnutls_typed_vdata_st *purpose = &endpoint->wanted[0];
    gnutls_typed_vdata_st *name = &endpoint->wanted[1];

    purpose->type = GNUTLS_DT_KEY_PURPOSE_OID;
    purpose->data = (unsigned char *)(endpoint->client ? GNUTLS_KP_TLS_WWW_SERVER : GNUTLS_KP_TLS_WWW_CLIENT);
    if (endpoint->config->purpose != NULL)
        purpose->data = (unsigned char *)endpoint->config->purpose;
    name->type = GNUTLS_DT_DNS_HOSTNAME;
    name->data = (unsigned char *)endpoint->host;
    return endpoint->has_host ? 2 : 1;
}

/* Verifies the chain of the session for the name and the trust of this session. */
static int verify(struct endpoint *endpoint)
{
    unsigned int status = 0;
    int code;

    /* A peer with the key or the password needs no certificate. A resumed session has neither. */
    if (endpoint->config->psk != NULL && psk_proven(endpoint->session))
        return 0;
    if (endpoint->config->srp != NULL && srp_proven(endpoint->session))
        return 0;
    if (endpoint->client && endpoint->config->anonymous != NULL && anonymous_was(endpoint->session))
        return 0;
    if (endpoint->config->key_only)
        return GNUTLS_E_CERTIFICATE_ERROR;
    /* A certificate that was only requested may be missing. */
    if (!endpoint->client && (endpoint->config->client_auth == GNUTLS_CERT_REQUEST || endpoint->config->later) &&
        gnutls_certificate_get_peers(endpoint->session, NULL) == NULL)
        return 0;
    /* GnuTLS verifies no raw public keys. */
    if (!raw_verify(endpoint->session, endpoint->config->raw, &status)) {
        code = gnutls_certificate_verify_peers(endpoint->session, endpoint->wanted, want(endpoint), &status);
        if (code < 0)
            return GNUTLS_E_CERTIFICATE_ERROR;
    }
    if (endpoint->config->judge == JUDGE_REFUSES)
        status |= GNUTLS_CERT_INVALID | GNUTLS_CERT_MISMATCH;
    if (endpoint->config->judge == JUDGE_ACCEPTS)
        status = 0;
    endpoint->verified = true;
    endpoint->status = status;
    return status == 0 ? 0 : GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
}

/* gnutls_session_set_verify_cert2 fails if a certificate that was only requested is missing, and calls no judge. */
static int verify_requested(gnutls_session_t session)
{
    return verify(gnutls_session_get_ptr(session));
}

/* Enables the verification of the peer, by GnuTLS itself if that is sufficient. */
static void verify_by(struct endpoint *endpoint, gnutls_session_t session)
{
    const struct config *config = endpoint->config;

    /* This replaces the profile of the priorities; flags of the credentials would be combined with it. */
    if (config->profile != 0)
        gnutls_session_set_verify_cert(session, NULL, config->profile);
    if (config->judge != NO_JUDGE || config->raw_flags != 0 ||
        (!endpoint->client && (config->client_auth == GNUTLS_CERT_REQUEST || config->later)))
        gnutls_session_set_verify_function(session, verify_requested);
    else
        gnutls_session_set_verify_cert2(session, endpoint->wanted, want(endpoint), 0);
}

/* Copies the status of the verification by GnuTLS during the handshake. */
static void note_verification(struct endpoint *endpoint)
{
    unsigned int status = gnutls_session_get_verify_cert_status(endpoint->session);

    if (must_verify(endpoint) && !endpoint->verified && status != (unsigned int)-1) {
        endpoint->verified = true;
        endpoint->status = status;
    }
}

/*
 * After damaged data made gnutls_session_set_data fail half-way, gnutls_deinit may follow a null pointer (observed on 3.7.9).
 * Such a session is not released, but stays reachable for a leak checker.
 */
static void abandon(gnutls_session_t session)
{
    static struct abandoned {
        struct abandoned *next;
        gnutls_session_t session;
    } *all;
    struct abandoned *entry = allocate(sizeof(*entry));

    entry->session = session;
    entry->next = all;
    all = entry;
}

int endpoint_prioritize(const struct endpoint *endpoint, gnutls_session_t session)
{
    const struct config *config = endpoint->config;

    if (endpoint->quic != NULL)
        return quic_prioritize(endpoint, session);
    return config->defaults ? gnutls_set_default_priority(session) : gnutls_priority_set(session, config->priority);
}

int endpoint_furnish(struct endpoint *endpoint, gnutls_session_t session)
{
    const struct config *config = endpoint->config;
    bool datagram = endpoint->transport.datagram;
    bool resumable = extension_resumable(&config->extensions, datagram);
    int code = 0;

    endpoint->furnished = true;
    /* A server without an object would choose a cipher suite that needs a certificate; with an empty one it does not. */
    if (!config->key_only || !endpoint->client)
        code = gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, config->credentials);
    if (code >= 0 && config->psk != NULL)
        code = psk_apply(session, config->psk, endpoint->client);
    if (code >= 0 && config->srp != NULL)
        code = srp_apply(session, config->srp, endpoint->client);
    if (code >= 0 && config->anonymous != NULL)
        code = anonymous_apply(session, config->anonymous);
    if (code >= 0 && config->alpn_count > 0)
        code = gnutls_alpn_set_protocols(session, config->alpn, config->alpn_count,
                                         endpoint->client ? 0 : GNUTLS_ALPN_MANDATORY);
    if (code >= 0)
        code = extension_apply(session, &config->extensions, datagram);
    if (code >= 0 && endpoint->client) {
        if (config->verify && !config->key_only)
            verify_by(endpoint, session);
        if (endpoint->has_host && !is_address(endpoint->host))
            code = gnutls_server_name_set(session, GNUTLS_NAME_DNS, endpoint->host, strlen(endpoint->host));
    }
    if (code >= 0 && !endpoint->client) {
        /* QUIC itself limits early data (RFC 9001, section 4.6.1). */
        size_t early = endpoint->quic == NULL ? config->early : quic_accepts_early() ? 0xffffffff : 0;

        if (config->client_auth != GNUTLS_CERT_IGNORE || config->later) {
            gnutls_certificate_server_set_request(session, config->client_auth);
            gnutls_certificate_send_x509_rdn_sequence(session, config->hide_authorities);
            verify_by(endpoint, session);
        }
        if (config->cache != NULL && resumable)
            cache_install(session, config->cache);
        /* Before the ticket key, which it changes. */
        if (config->lifetime != 0)
            gnutls_db_set_cache_expiration(session, config->lifetime);
        if (config->ticket_key != NULL && resumable) {
            gnutls_datum_t key = { (unsigned char *)config->ticket_key->bytes, TICKET_KEY_SIZE };

            code = gnutls_session_ticket_enable_server(session, &key);
        }
        if (code >= 0 && config->early != 0 && early != 0 && !datagram)
            code = early_accept(session, early, config->window);
    }
    return code;
}

/* A failed gnutls_session_set_data may leave an oversized identifier: such a session is not used again. */
static int make(struct endpoint *endpoint, const struct opening *opening, const struct saved *resume)
{
    const struct config *config = endpoint->config;
    unsigned int flags = GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL;
    gnutls_session_t session;
    int code;

    flags |= endpoint->client ? GNUTLS_CLIENT : GNUTLS_SERVER;
    if (opening->datagram)
        flags |= GNUTLS_DATAGRAM;
    if (endpoint->client && config->false_start)
        flags |= GNUTLS_ENABLE_FALSE_START;
    if (endpoint->client && !config->tickets)
        flags |= GNUTLS_NO_TICKETS;
    if (endpoint->client && !extension_resumable(&config->extensions, opening->datagram))
        flags |= GNUTLS_NO_TICKETS;
    if (config->early != 0 && !opening->datagram)
        flags |= EARLY_DATA_FLAG;
    if (endpoint->client ? config->post_auth : config->later)
        flags |= POST_AUTH_FLAG;
    if (config->no_tickets)
        flags |= NO_TICKETS_FLAG;
    flags |= config->raw_flags;
    if (endpoint->quic != NULL)
        flags = quic_flags(endpoint, flags);
    code = gnutls_init(&session, flags);
    if (code < 0)
        return code;
    endpoint->session = session;
    gnutls_session_set_ptr(session, endpoint);
    if (opening->descriptor && !opening->datagram)
        transport_install_descriptor(session, &endpoint->transport);
    else
        transport_install(session, &endpoint->transport);

    /* First of all: without priorities several calls crash. */
    code = endpoint_prioritize(endpoint, session);
    if (code >= 0 && endpoint->quic != NULL)
        code = quic_install(endpoint, session);
    if (code >= 0 && config->hello != NULL)
        hello_watch(session);
    else if (code >= 0)
        code = endpoint_furnish(endpoint, session);
    if (config->store != NULL)
        store_watch(session);
    if (code >= 0 && opening->datagram && opening->mtu != 0)
        gnutls_dtls_set_mtu(session, opening->mtu);
    if (code >= 0 && resume != NULL)
        code = gnutls_session_set_data(session, resume->data.data, resume->data.size);
    if (code < 0) {
        if (resume == NULL)
            gnutls_deinit(session);
        else
            abandon(session);
        endpoint->session = NULL;
    }
    return code;
}

int endpoint_open(struct endpoint *endpoint, const struct config *config, bool client, const struct opening *opening,
                  int *resumed)
{
    int code;

    endpoint->config = config;
    endpoint->client = client;
    endpoint->underway = true;
    endpoint->transport.datagram = opening->datagram;
    endpoint->transport.chunk = opening->datagram ? 0 : opening->chunk;
    endpoint->transport.network = opening->network;
    endpoint->transport.network.state = 2 * opening->network.state + (client ? 1 : 2);
    if (client && opening->host != NULL) {
        size_t i;

        endpoint->has_host = true;
        /* Servers select their certificate by the bytes of the name. */
        for (i = 0; opening->host[i] != '\0'; i++)
            endpoint->host[i] = (char)tolower((unsigned char)opening->host[i]);
        endpoint->host[i] = '\0';
    }
    *resumed = 0;
    if (client && config->store != NULL && opening->resume == NULL) {
        struct saved *saved = store_take(config->store, opening->host, opening->datagram);

        quic_resume(endpoint, saved);
        code = saved == NULL ? -1 : make(endpoint, opening, saved);
        endpoint->resumes = code >= 0;
        endpoint->early = endpoint->resumes && saved->tls13;
        store_drop(saved);
        if (code >= 0)
            return code;
    }
    if (client && opening->resume != NULL) {
        quic_resume(endpoint, opening->resume);
        code = make(endpoint, opening, opening->resume);
        endpoint->resumes = code >= 0;
        endpoint->early = endpoint->resumes && opening->resume->tls13 && !opening->resume->damaged &&
                          opening->resume->config == config;
        if (code >= 0)
            return code;
        *resumed = code;
    }
    quic_resume(endpoint, NULL);
    return make(endpoint, opening, NULL);
}

void endpoint_close(struct endpoint *endpoint)
{
    extension_forget(endpoint);
    if (endpoint->session != NULL)
        gnutls_deinit(endpoint->session);
    quic_free(endpoint->quic);
    transport_free(&endpoint->transport);
}

/* Returns whether an alert can inform the peer of a failure. */
static bool deserves_alert(int code)
{
    switch (code) {
    case GNUTLS_E_FATAL_ALERT_RECEIVED:
    case GNUTLS_E_PREMATURE_TERMINATION:
    case GNUTLS_E_PULL_ERROR:
    case GNUTLS_E_PUSH_ERROR:
    case GNUTLS_E_INVALID_SESSION:
        return false;
    default:
        return true;
    }
}

int endpoint_fail(struct endpoint *endpoint, int code)
{
    endpoint->keyless |= endpoint->underway || !endpoint->finished;
    endpoint->underway = false;
    endpoint->begun = false;
    endpoint->failed = true;
    if (deserves_alert(code))
        gnutls_alert_send_appropriate(endpoint->session, code);
    return code;
}

void endpoint_hear(struct endpoint *endpoint, ssize_t code)
{
    endpoint->heard |= code == GNUTLS_E_WARNING_ALERT_RECEIVED || code == GNUTLS_E_FATAL_ALERT_RECEIVED;
}

/* Prepares a new handshake. */
static void begin_again(struct endpoint *endpoint)
{
    endpoint->underway = true;
    endpoint->begun = false;
    endpoint->asked = false;
    extension_forget(endpoint);
    endpoint->verified_before = endpoint->verified;
    endpoint->status_before = endpoint->status;
    endpoint->verified = false;
}

/* Cancels a new handshake that the peer refused. */
static void end_rehandshake(struct endpoint *endpoint)
{
    endpoint->underway = false;
    endpoint->begun = false;
    endpoint->asked = false;
    endpoint->verified = endpoint->verified_before;
    endpoint->status = endpoint->status_before;
}

/* Returns whether the call must be repeated. */
static bool is_idle(struct endpoint *endpoint, ssize_t code)
{
    return code == GNUTLS_E_INTERRUPTED ||
           (code == GNUTLS_E_AGAIN && !transport_blocked(endpoint->session, &endpoint->transport));
}

/* A flight that is too large for the transport is lost: GnuTLS would forget it, and not send it again. */
static int call_handshake(struct endpoint *endpoint)
{
    int code;

    endpoint->transport.absorbs = true;
    code = gnutls_handshake(endpoint->session);
    endpoint->transport.absorbs = false;
    return code;
}

int endpoint_conclude(struct endpoint *endpoint, int code)
{
    /* Then nothing was verified, and the status is still that of the handshake before. */
    if (code != GNUTLS_E_HANDSHAKE_DURING_FALSE_START)
        note_verification(endpoint);
    /* Resumption verifies nothing: the chain may have been accepted for another name, or under other anchors. */
    if (code == 0 && must_verify(endpoint) && !endpoint->verified)
        code = verify(endpoint);
    if (code < 0)
        return endpoint_fail(endpoint, code);
    endpoint->underway = false;
    endpoint->begun = false;
    endpoint->asked = false;
    endpoint->finished = true;
    store_note_handshake(endpoint);
    return 0;
}

int endpoint_handshake(struct endpoint *endpoint)
{
    int repetitions;
    int code = GNUTLS_E_AGAIN;

    endpoint->begun = true;
    if (endpoint->late) {
        endpoint->late = false;
        endpoint->underway = false;
        return 0;
    }
    endpoint->transport.rejected = false;
    endpoint->data_first = false;
    for (repetitions = 0; repetitions < MAX_REPETITIONS; repetitions++) {
        endpoint->transport.blocked = false;
        transport_relay(&endpoint->transport);
        code = call_handshake(endpoint);
        endpoint_hear(endpoint, code);
        if (code == GNUTLS_E_WARNING_ALERT_RECEIVED) {
            if (endpoint->finished && gnutls_alert_get(endpoint->session) == GNUTLS_A_NO_RENEGOTIATION) {
                end_rehandshake(endpoint);
                endpoint->refused_by_peer = endpoint->client && !endpoint->transport.datagram;
                return code;
            }
            continue;
        }
        if (!is_idle(endpoint, code))
            break;
    }
    if (code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED)
        return endpoint->transport.rejected ? GNUTLS_E_LARGE_PACKET : GNUTLS_E_AGAIN;
    if (code == GNUTLS_E_GOT_APPLICATION_DATA) {
        endpoint->data_first = true;
        return code;
    }
    code = endpoint_conclude(endpoint, code);
    if (code < 0)
        return code;
    if (endpoint->transport.rejected) {
        endpoint->late = endpoint->underway = true;
        return GNUTLS_E_LARGE_PACKET;
    }
    return 0;
}

int endpoint_rehandshake(struct endpoint *endpoint)
{
    int repetitions;
    int code = GNUTLS_E_AGAIN;

    if (endpoint->client) {
        begin_again(endpoint);
        return endpoint_handshake(endpoint);
    }
    for (repetitions = 0; repetitions < MAX_REPETITIONS; repetitions++) {
        transport_relay(&endpoint->transport);
        code = gnutls_rehandshake(endpoint->session);
        if (code != GNUTLS_E_AGAIN && code != GNUTLS_E_INTERRUPTED)
            break;
    }
    if (code < 0)
        return endpoint_fail(endpoint, code);
    endpoint->asked = true;
    return code;
}

#if GNUTLS_VERSION_NUMBER >= 0x030603
/* Sends the certificate that a server has requested. */
static int answer_request(struct endpoint *endpoint)
{
    int repetitions;
    int code = GNUTLS_E_AGAIN;

    for (repetitions = 0; repetitions < MAX_REPETITIONS; repetitions++) {
        transport_relay(&endpoint->transport);
        code = gnutls_reauth(endpoint->session, 0);
        if (code != GNUTLS_E_AGAIN && code != GNUTLS_E_INTERRUPTED)
            break;
    }
    return code;
}

int endpoint_authenticate(struct endpoint *endpoint)
{
    int repetitions;
    int code = GNUTLS_E_AGAIN;
    bool begins = !endpoint->certificate_wanted;

    if (begins && !endpoint->client) {
        gnutls_certificate_server_set_request(endpoint->session, GNUTLS_CERT_REQUEST);
        endpoint->verified_before = endpoint->verified;
        endpoint->status_before = endpoint->status;
        endpoint->verified = false;
    }
    endpoint->data_first = false;
    for (repetitions = 0; repetitions < MAX_REPETITIONS; repetitions++) {
        endpoint->transport.blocked = false;
        transport_relay(&endpoint->transport);
        code = gnutls_reauth(endpoint->session, 0);
        endpoint_hear(endpoint, code);
        if (!is_idle(endpoint, code) && code != GNUTLS_E_WARNING_ALERT_RECEIVED)
            break;
    }
    /* This is an error of the caller. */
    if (begins && code == GNUTLS_E_INVALID_REQUEST) {
        if (!endpoint->client) {
            endpoint->verified = endpoint->verified_before;
            endpoint->status = endpoint->status_before;
        }
        return code;
    }
    endpoint->certificate_wanted = true;
    if (code == GNUTLS_E_AGAIN)
        return code;
    if (code == GNUTLS_E_GOT_APPLICATION_DATA) {
        endpoint->data_first = true;
        return code;
    }
    endpoint->certificate_wanted = false;
    /* In a resumed session GnuTLS calls no verify function. */
    if (code == 0 && !endpoint->verified && gnutls_certificate_get_peers(endpoint->session, NULL) != NULL)
        code = verify(endpoint);
    else if (code == 0 && !endpoint->verified) {
        endpoint->verified = endpoint->verified_before;
        endpoint->status = endpoint->status_before;
    }
    return code < 0 ? endpoint_fail(endpoint, code) : code;
}
#endif

int endpoint_alert(struct endpoint *endpoint, gnutls_alert_level_t level, gnutls_alert_description_t alert)
{
    int repetitions;
    int code = GNUTLS_E_AGAIN;

    for (repetitions = 0; repetitions < MAX_REPETITIONS; repetitions++) {
        transport_relay(&endpoint->transport);
        code = gnutls_alert_send(endpoint->session, level, alert);
        if (code != GNUTLS_E_AGAIN && code != GNUTLS_E_INTERRUPTED)
            break;
    }
    if (code < 0)
        return endpoint_fail(endpoint, code);
    if (level == GNUTLS_AL_FATAL) {
        endpoint->keyless |= endpoint->underway || !endpoint->finished;
        endpoint->underway = false;
        endpoint->failed = true;
    }
    return code;
}

/* A malformed heartbeat is dropped (RFC 6520, section 4): in DTLS these codes mean nothing else. */
static bool discards_heartbeat(const struct endpoint *endpoint, int code)
{
    return endpoint->transport.datagram && endpoint->config->extensions.heartbeat != 0 &&
           (code == GNUTLS_E_UNEXPECTED_PACKET || code == GNUTLS_E_UNEXPECTED_PACKET_LENGTH);
}

ssize_t endpoint_receive(struct endpoint *endpoint, void *buffer, size_t size)
{
    int repetitions;
    ssize_t code = GNUTLS_E_AGAIN;

    if (endpoint->finished && endpoint->underway &&
        !(endpoint->data_first && gnutls_record_check_pending(endpoint->session) > 0))
        return GNUTLS_E_REHANDSHAKE;
    for (repetitions = 0; repetitions < MAX_REPETITIONS; repetitions++) {
        bool refused = endpoint->refused;

        endpoint->refused = false;
        endpoint->transport.blocked = false;
        transport_relay(&endpoint->transport);
        code = gnutls_record_recv(endpoint->session, buffer, size);
        endpoint_hear(endpoint, code);
        endpoint->heard |= code == 0;
        store_keep(endpoint);
        if (code >= 0)
            return code;
#if GNUTLS_VERSION_NUMBER >= 0x030603
        if (code == GNUTLS_E_REAUTH_REQUEST) {
            code = answer_request(endpoint);
            if (code < 0)
                return endpoint_fail(endpoint, (int)code);
            continue;
        }
#endif
        if (code == GNUTLS_E_REHANDSHAKE) {
            if (endpoint->config->renegotiation || endpoint->asked) {
                begin_again(endpoint);
                return code;
            }
            gnutls_alert_send(endpoint->session, GNUTLS_AL_WARNING, GNUTLS_A_NO_RENEGOTIATION);
            endpoint->refused = !endpoint->client;
        } else if (code == GNUTLS_E_WARNING_ALERT_RECEIVED) {
            if (gnutls_alert_get(endpoint->session) == GNUTLS_A_NO_RENEGOTIATION && endpoint->asked) {
                endpoint->asked = false;
                return code;
            }
        } else if (code == GNUTLS_E_HEARTBEAT_PING_RECEIVED) {
            if (!endpoint->closed)
                gnutls_heartbeat_pong(endpoint->session, 0);
        } else if (code == GNUTLS_E_HEARTBEAT_PONG_RECEIVED) {
            endpoint->ponged = true;
        } else if (discards_heartbeat(endpoint, (int)code)) {
            continue;
        } else if (code == GNUTLS_E_UNEXPECTED_PACKET && refused) {
            /* The refused hello is still among the records, and is discarded. */
            continue;
        } else if (code == GNUTLS_E_AGAIN && transport_blocked(endpoint->session, &endpoint->transport)) {
            return code;
        } else if (gnutls_error_is_fatal((int)code)) {
            /* Before the first handshake this is an error of the caller. */
            return endpoint->finished ? endpoint_fail(endpoint, (int)code) : code;
        }
    }
    return GNUTLS_E_AGAIN;
}

size_t endpoint_max_send(const struct endpoint *endpoint)
{
#if GNUTLS_VERSION_NUMBER >= 0x03080b
    return gnutls_record_get_max_send_size(endpoint->session);
#else
    gnutls_range_st long_range = { 65536, 65536 }, next = { 0, 0 }, rest;

    gnutls_range_split(endpoint->session, &long_range, &next, &rest);
    return next.high;
#endif
}

ssize_t endpoint_send(struct endpoint *endpoint, const void *data, size_t size)
{
    int repetitions;
    ssize_t code = GNUTLS_E_AGAIN;

    if (endpoint->finished && endpoint->underway)
        return GNUTLS_E_REHANDSHAKE;
    /* After a key update GnuTLS copies all data; one record is enough. */
    if (!endpoint->transport.datagram && size > MAX_RECORD)
        size = MAX_RECORD;
    /* The transport accepts everything, so it does not cause GNUTLS_E_AGAIN. */
    for (repetitions = 0; repetitions < MAX_REPETITIONS; repetitions++) {
        transport_relay(&endpoint->transport);
        code = gnutls_record_send(endpoint->session, data, size);
        if (code != GNUTLS_E_AGAIN && code != GNUTLS_E_INTERRUPTED)
            break;
    }
    if (code < 0 && endpoint->finished && !endpoint->closed && gnutls_error_is_fatal((int)code))
        return endpoint_fail(endpoint, (int)code);
    return code;
}

int endpoint_bye(struct endpoint *endpoint)
{
    int repetitions;
    int code = GNUTLS_E_AGAIN;

    for (repetitions = 0; repetitions < MAX_REPETITIONS; repetitions++) {
        transport_relay(&endpoint->transport);
        code = gnutls_bye(endpoint->session, GNUTLS_SHUT_WR);
        if (code != GNUTLS_E_AGAIN && code != GNUTLS_E_INTERRUPTED)
            break;
    }
    endpoint->closed = true;
    return code < 0 ? endpoint_fail(endpoint, code) : code;
}

/* The length of the data that fits into a record, here and at the peer. */
static size_t room(const struct endpoint *endpoint)
{
    size_t most = gnutls_record_get_max_size(endpoint->session), record = endpoint_max_send(endpoint);

    return record < most ? record : most;
}

int endpoint_ping(struct endpoint *endpoint, size_t size)
{
    /* GnuTLS would keep a ping that does not fit, and send it in place of the next one. */
    if (gnutls_heartbeat_allowed(endpoint->session, GNUTLS_HB_LOCAL_ALLOWED_TO_SEND) && size + PING_OVERHEAD > room(endpoint))
        return GNUTLS_E_LARGE_PACKET;
    /* GnuTLS includes 16 bytes of padding in the length. */
    int code = gnutls_heartbeat_ping(endpoint->session, size + 16, 1, 0);

    if (code >= 0)
        endpoint->ponged = false;
    return code;
}
