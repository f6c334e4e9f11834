/* The facts of an endpoint. */
#include "observe.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "psk.h"
#include "raw.h"
#include "srp.h"

#define EXPORTER_LABEL "EXPERIMENTAL conformance"
#define EXPORTER_SIZE 16

size_t endpoint_id_size(const struct endpoint *endpoint)
{
    gnutls_datum_t id = { NULL, 0 };

    gnutls_session_get_id2(endpoint->session, &id);
    return id.size;
}

const char *code_name(int code)
{
    const char *name = gnutls_strerror_name(code);

    return name != NULL ? name : "unknown";
}

void json_digest(struct text *text, const void *bytes, size_t length)
{
    unsigned char digest[32];

    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes, length, digest) < 0)
        memset(digest, 0, sizeof(digest));
    json_hex(text, digest, 8);
}

static void observe_id(struct endpoint *endpoint, struct text *text)
{
    gnutls_datum_t id = { NULL, 0 };
    unsigned char exact[GNUTLS_MAX_SESSION_ID_SIZE];
    unsigned char small[GNUTLS_MAX_SESSION_ID_SIZE];
    size_t size = 0;
    int code = gnutls_session_get_id2(endpoint->session, &id);

    if (!endpoint->id_seen) {
        endpoint->id_seen = true;
        endpoint->id_pointer = id.data;
    }
    json_name(text, "id2");
    text_add(text, "{");
    json_name(text, "code");
    json_string(text, code_name(code));
    json_name(text, "size");
    text_add(text, "%u", id.size);
    json_name(text, "null");
    json_boolean(text, id.data == NULL);
    json_name(text, "bytes");
    json_hex(text, id.data, id.data == NULL ? 0 : id.size);
    json_name(text, "stable");
    json_boolean(text, id.data == endpoint->id_pointer);
    text_add(text, "}");

    json_name(text, "id");
    text_add(text, "{");
    gnutls_session_get_id(endpoint->session, NULL, &size);
    json_name(text, "query");
    text_add(text, "%zu", size);
    if (size <= sizeof(exact)) {
        size_t room = size;

        code = gnutls_session_get_id(endpoint->session, exact, &room);
        json_name(text, "exact");
        if (code == 0)
            json_hex(text, exact, room);
        else
            json_string(text, code_name(code));
        if (size > 0) {
            room = size - 1;
            code = gnutls_session_get_id(endpoint->session, small, &room);
            json_name(text, "short");
            json_string(text, code_name(code));
        }
    }
    text_add(text, "}");
}

static void observe_suite(const struct endpoint *endpoint, struct text *text)
{
    gnutls_session_t session = endpoint->session;

    json_name(text, "suite");
    if (!endpoint->finished) {
        text_add(text, "null");
        return;
    }
    text_add(text, "{");
    json_name(text, "cipher");
    json_string(text, gnutls_cipher_get_name(gnutls_cipher_get(session)));
    json_name(text, "mac");
    json_string(text, gnutls_mac_get_name(gnutls_mac_get(session)));
    json_name(text, "kx");
    json_string(text, gnutls_kx_get_name(gnutls_kx_get(session)));
    json_name(text, "group");
    json_string(text, gnutls_group_get_name(gnutls_group_get(session)));
    text_add(text, "}");
}

static void observe_names(const struct endpoint *endpoint, struct text *text)
{
    gnutls_session_t session = endpoint->session;
    gnutls_datum_t protocol = { NULL, 0 };
    char name[MAX_HOST];
    char *description = gnutls_session_get_desc(session);
    size_t size = sizeof(name) - 1;
    unsigned int type = 0;

    json_name(text, "desc");
    json_string(text, description);
    gnutls_free(description);

    json_name(text, "alpn");
    if (gnutls_alpn_get_selected_protocol(session, &protocol) == 0 && protocol.size < sizeof(name)) {
        memcpy(name, protocol.data, protocol.size);
        name[protocol.size] = '\0';
        json_string(text, name);
    } else {
        text_add(text, "null");
    }

    json_name(text, "sni");
    if (!endpoint->client && !endpoint->keyless && gnutls_server_name_get(session, name, &size, &type, 0) == 0) {
        name[size] = '\0';
        json_string(text, name);
    } else {
        text_add(text, "null");
    }
}

/*
 * Returns whether the certificate of the peer is that of another session. Before 3.6.4 a server reads a ticket before its
 * age, and keeps the certificate of a ticket that is too old until the client sends its own.
 */
static bool has_foreign_peer(const struct endpoint *endpoint)
{
    gnutls_session_t session = endpoint->session;
    bool received_none = endpoint->config->client_auth == GNUTLS_CERT_IGNORE ||
                         (!endpoint->finished && gnutls_handshake_get_last_in(session) == GNUTLS_HANDSHAKE_CLIENT_HELLO);

    return !endpoint->client && received_none && !gnutls_session_is_resumed(session) && gnutls_check_version("3.6.4") == NULL;
}

static void observe_peer(const struct endpoint *endpoint, struct text *text)
{
    unsigned int count = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(endpoint->session, &count);

    json_name(text, "peer");
    if (chain == NULL || count == 0 || has_foreign_peer(endpoint)) {
        text_add(text, "null");
        return;
    }
    text_add(text, "{");
    json_name(text, "n");
    text_add(text, "%u", count);
    json_name(text, "sha256");
    json_digest(text, chain[0].data, chain[0].size);
    text_add(text, "}");
}

static void observe_datum(struct text *text, const char *name, const gnutls_datum_t *data)
{
    json_name(text, name);
    if (data == NULL || data->data == NULL)
        text_add(text, "null");
    else
        json_digest(text, data->data, data->size);
}

/* Adds the facts about certificates other than the chain of the peer. */
static void observe_certificates(const struct endpoint *endpoint, struct text *text)
{
    gnutls_session_t session = endpoint->session;
    gnutls_datum_t response = { NULL, 0 };
    long long activation = (long long)gnutls_certificate_activation_time_peers(session);
    long long expiration = (long long)gnutls_certificate_expiration_time_peers(session);

    observe_datum(text, "ours", gnutls_certificate_get_ours(session));
    raw_observe(endpoint, text);
    json_name(text, "asked");
    json_boolean(text, endpoint->client && gnutls_certificate_client_get_request_status(session) != 0);
    json_name(text, "valid");
    if (activation < 0 || expiration < 0 || has_foreign_peer(endpoint))
        text_add(text, "null");
    else
        text_add(text, "[%lld,%lld]", activation, expiration);
    observe_datum(text, "ocsp", gnutls_ocsp_status_request_get(session, &response) < 0 ? NULL : &response);
    json_name(text, "ocsp_checked");
    json_boolean(text, gnutls_ocsp_status_request_is_checked(session, 0) != 0);
}

/* Sorted by name. */
static const struct {
    unsigned int flag;
    const char *name;
} status_flags[] = {
    { GNUTLS_CERT_EXPIRED, "GNUTLS_CERT_EXPIRED" },
    { GNUTLS_CERT_INSECURE_ALGORITHM, "GNUTLS_CERT_INSECURE_ALGORITHM" },
    { GNUTLS_CERT_INVALID, "GNUTLS_CERT_INVALID" },
    { GNUTLS_CERT_INVALID_OCSP_STATUS, "GNUTLS_CERT_INVALID_OCSP_STATUS" },
    { GNUTLS_CERT_MISMATCH, "GNUTLS_CERT_MISMATCH" },
    { GNUTLS_CERT_MISSING_OCSP_STATUS, "GNUTLS_CERT_MISSING_OCSP_STATUS" },
    { GNUTLS_CERT_NOT_ACTIVATED, "GNUTLS_CERT_NOT_ACTIVATED" },
    { GNUTLS_CERT_PURPOSE_MISMATCH, "GNUTLS_CERT_PURPOSE_MISMATCH" },
    { GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE, "GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE" },
    { GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED, "GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED" },
    { GNUTLS_CERT_REVOKED, "GNUTLS_CERT_REVOKED" },
    { GNUTLS_CERT_SIGNATURE_FAILURE, "GNUTLS_CERT_SIGNATURE_FAILURE" },
    { GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, "GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE" },
    { GNUTLS_CERT_SIGNER_NOT_CA, "GNUTLS_CERT_SIGNER_NOT_CA" },
    { GNUTLS_CERT_SIGNER_NOT_FOUND, "GNUTLS_CERT_SIGNER_NOT_FOUND" },
    { GNUTLS_CERT_UNEXPECTED_OWNER, "GNUTLS_CERT_UNEXPECTED_OWNER" },
    { 1u << 21, "GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS" }, /* newer than some headers */
};

static void observe_verification(const struct endpoint *endpoint, struct text *text)
{
    unsigned int status = endpoint->status;
    bool first = true;
    size_t i;

    json_name(text, "verified");
    if (endpoint->underway || !endpoint->verified) {
        text_add(text, "null");
        return;
    }
    text_add(text, "[");
    for (i = 0; i < sizeof(status_flags) / sizeof(status_flags[0]); i++) {
        if ((status & status_flags[i].flag) == 0)
            continue;
        text_add(text, first ? "" : ",");
        json_string(text, status_flags[i].name);
        status &= ~status_flags[i].flag;
        first = false;
    }
    if (status != 0)
        text_add(text, "%s\"0x%x\"", first ? "" : ",", status);
    text_add(text, "]");
}

/* The part of a hello that was read before its handshake failed depends on the random order of the extensions. */
static void observe_extension(const struct endpoint *endpoint, struct text *text, const char *name, unsigned int status)
{
    json_name(text, name);
    if (endpoint->keyless)
        text_add(text, "null");
    else
        json_boolean(text, status != 0);
}

/* Before the first message the value is -1. */
static void observe_message(struct text *text, const char *name, gnutls_handshake_description_t message)
{
    json_name(text, name);
    json_string(text, (int)message == -1 ? NULL : gnutls_handshake_description_get_name(message));
}

static void observe_secrets(const struct endpoint *endpoint, struct text *text)
{
    gnutls_session_t session = endpoint->session;
    gnutls_datum_t client = { NULL, 0 }, server = { NULL, 0 }, unique = { NULL, 0 };
    bool tls13 = strcmp(gnutls_protocol_get_name(gnutls_protocol_get_version(session)), "TLS1.3") == 0;
    bool done = endpoint->finished && !endpoint->underway && !endpoint->keyless;

    gnutls_session_get_random(session, &client, &server);
    json_name(text, "client_random");
    if (endpoint->finished)
        json_hex(text, client.data, client.size);
    else
        text_add(text, "null");
    json_name(text, "server_random");
    if (endpoint->finished)
        json_hex(text, server.data, server.size);
    else
        text_add(text, "null");

    json_name(text, "unique");
    if (done && !tls13 && gnutls_session_channel_binding(session, GNUTLS_CB_TLS_UNIQUE, &unique) == 0) {
        json_hex(text, unique.data, unique.size);
        gnutls_free(unique.data);
    } else {
        text_add(text, "null");
    }

    json_name(text, "flags");
    if (done)
        text_add(text, "%u", gnutls_session_get_flags(session));
    else
        text_add(text, "null");

    json_name(text, "credentials");
    if (endpoint->finished)
        text_add(text, "[%d,%d]", (int)gnutls_auth_client_get_type(session), (int)gnutls_auth_server_get_type(session));
    else
        text_add(text, "null");

    observe_message(text, "last_in", gnutls_handshake_get_last_in(session));
    observe_message(text, "last_out", gnutls_handshake_get_last_out(session));
}

void endpoint_observe(struct endpoint *endpoint, struct text *text)
{
    gnutls_session_t session = endpoint->session;
    unsigned char exported[EXPORTER_SIZE];

    text_add(text, "{");
    observe_id(endpoint, text);
    json_name(text, "resumed");
    json_boolean(text, gnutls_session_is_resumed(session) != 0);
    json_name(text, "version");
    json_string(text, gnutls_protocol_get_name(gnutls_protocol_get_version(session)));
    observe_suite(endpoint, text);
    observe_names(endpoint, text);
    observe_peer(endpoint, text);
    observe_certificates(endpoint, text);
    observe_verification(endpoint, text);
    psk_observe(endpoint, text);
    srp_observe(endpoint, text);
    extension_observe(endpoint, text);
    json_name(text, "pending");
    text_add(text, "%zu", gnutls_record_check_pending(session));
    observe_extension(endpoint, text, "etm", gnutls_session_etm_status(session));
    observe_extension(endpoint, text, "ems", gnutls_session_ext_master_secret_status(session));
    observe_extension(endpoint, text, "safe_renegotiation", gnutls_safe_renegotiation_status(session));
    json_name(text, "exporter");
    if (endpoint->finished && !endpoint->underway && !endpoint->keyless &&
        gnutls_prf_rfc5705(session, strlen(EXPORTER_LABEL), EXPORTER_LABEL, 0, NULL, sizeof(exported),
                           (char *)exported) == 0)
        json_hex(text, exported, sizeof(exported));
    else
        text_add(text, "null");
    observe_secrets(endpoint, text);
    text_add(text, "}");
}
