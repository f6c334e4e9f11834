/* Extensions of the hellos: compression of certificates, SRTP, heartbeats, one of the driver's own, supplemental data. */
#include "extension.h"

#include <stdlib.h>
#include <string.h>

#include "endpoint.h"
#include "observe.h"

#define OWN_NUMBER 65300
#define SUPPLEMENTAL_FORMAT 65301
#define HEARTBEAT_NUMBER 15
#define GCM_PROFILE 7
#define MAX_LENGTH 65535

static gnutls_compression_method_t method_of(const struct words *words, const char *name)
{
    if (strcmp(name, "zlib") == 0)
        return GNUTLS_COMP_ZLIB;
    if (strcmp(name, "brotli") == 0)
        return (gnutls_compression_method_t)3;
    if (strcmp(name, "zstd") == 0)
        return (gnutls_compression_method_t)4;
    fail(words, "compress is zlib, brotli or zstd");
}

static gnutls_srtp_profile_t profile_of(const struct words *words, const char *name)
{
    gnutls_srtp_profile_t profile;

    if (gnutls_srtp_get_profile_id(name, &profile) < 0)
        fail(words, "there is no such profile of SRTP");
    return profile;
}

static enum refusal refusal_of(const struct words *words, const char *value)
{
    static const char *const names[] = { "", "send", "receive", "send-data", "receive-data" };
    size_t i;

    for (i = 1; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(value, names[i]) == 0)
            return (enum refusal)i;
    fail(words, "refuse is send, receive, send-data or receive-data");
}

bool extension_option(const struct words *words, struct extensions *extensions, const char *word)
{
    const char *value;
    char *rest = NULL, *list, *name;

    if ((value = value_of(word, "compress")) != NULL) {
        list = copy_string(value);
        for (name = strtok_r(list, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
            if (extensions->method_count == MAX_METHODS)
                fail(words, "compress has too many methods");
            extensions->methods[extensions->method_count++] = method_of(words, name);
        }
        free(list);
    } else if ((value = value_of(word, "srtp")) != NULL) {
        list = copy_string(value);
        for (name = strtok_r(list, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
            if (extensions->profile_count == MAX_PROFILES)
                fail(words, "srtp has too many profiles");
            extensions->profiles[extensions->profile_count++] = profile_of(words, name);
        }
        free(list);
    } else if ((value = value_of(word, "mki")) != NULL) {
        extensions->mki_size = bytes_of(words, value, extensions->mki, MAX_MKI);
        if (extensions->mki_size == 0)
            fail(words, "mki has no bytes");
    } else if ((value = value_of(word, "heartbeat")) != NULL) {
        if (strcmp(value, "answer") != 0 && strcmp(value, "send") != 0)
            fail(words, "heartbeat is answer or send");
        extensions->heartbeat =
            strcmp(value, "answer") == 0 ? GNUTLS_HB_PEER_ALLOWED_TO_SEND : GNUTLS_HB_PEER_NOT_ALLOWED_TO_SEND;
    } else if ((value = value_of(word, "extension")) != NULL) {
        extensions->own = true;
        extensions->own_sends = strcmp(value, "none") != 0;
        if (extensions->own_sends)
            extensions->own_length = (size_t)number_of(words, value, 0, 100000);
    } else if ((value = value_of(word, "when_resumed")) != NULL) {
        extensions->when_resumed = switch_of(words, value);
    } else if ((value = value_of(word, "refuse")) != NULL) {
        extensions->refusal = refusal_of(words, value);
    } else if ((value = value_of(word, "supplemental")) != NULL) {
        extensions->supplemental = true;
        extensions->supplemental_length = (size_t)number_of(words, value, 0, 100000);
    } else {
        return false;
    }
    return true;
}

static const struct extensions *options_of(gnutls_session_t session)
{
    return &((struct endpoint *)gnutls_session_get_ptr(session))->config->extensions;
}

static void receive_bytes(struct received *received, const unsigned char *data, size_t size)
{
    free(received->bytes);
    received->bytes = allocate(size + 1);
    memcpy(received->bytes, data, size);
    received->length = size;
    received->present = true;
}

/* Appends the bytes that the driver sends: byte i is i modulo 251. The program must check the length. */
static int send_bytes(gnutls_buffer_t buffer, size_t length)
{
    unsigned char *data;
    size_t i;
    int code;

    if (length > MAX_LENGTH)
        return GNUTLS_E_INTERNAL_ERROR;
    if (length == 0)
        return GNUTLS_E_INT_RET_0;
    data = allocate(length);
    for (i = 0; i < length; i++)
        data[i] = (unsigned char)(i % 251);
    code = gnutls_buffer_append_data(buffer, data, length);
    free(data);
    return code < 0 ? code : (int)length;
}

#if GNUTLS_VERSION_NUMBER >= 0x030603

/* Returns whether both sides have agreed on the extension. */
static void agree(gnutls_session_t session)
{
    const struct extensions *extensions = options_of(session);

    if (!extensions->supplemental || gnutls_ext_get_current_msg(session) != GNUTLS_EXT_FLAG_TLS12_SERVER_HELLO)
        return;
    gnutls_supplemental_recv(session, 1);
    if (extensions->supplemental_length > 0)
        gnutls_supplemental_send(session, 1);
}

static int receive_own(gnutls_session_t session, const unsigned char *data, size_t size)
{
    struct endpoint *endpoint = gnutls_session_get_ptr(session);

    receive_bytes(&endpoint->own, data, size);
    if (options_of(session)->refusal == REFUSE_RECEIVE)
        return GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER;
    agree(session);
    return 0;
}

static int send_own(gnutls_session_t session, gnutls_buffer_t buffer)
{
    const struct extensions *extensions = options_of(session);

    if (extensions->refusal == REFUSE_SEND)
        return GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER;
    if (!extensions->own_sends)
        return 0;
    agree(session);
    return send_bytes(buffer, extensions->own_length);
}

static int receive_supplemental(gnutls_session_t session, const unsigned char *data, size_t size)
{
    struct endpoint *endpoint = gnutls_session_get_ptr(session);

    receive_bytes(&endpoint->supplemental, data, size);
    return options_of(session)->refusal == REFUSE_RECEIVE_DATA ? GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER : 0;
}

static int send_supplemental(gnutls_session_t session, gnutls_buffer_t buffer)
{
    const struct extensions *extensions = options_of(session);

    if (extensions->refusal == REFUSE_SEND_DATA)
        return GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER;
    return send_bytes(buffer, extensions->supplemental_length);
}

static int apply_own(gnutls_session_t session, const struct extensions *extensions)
{
    int code = gnutls_session_ext_register(session, "extension of the program", OWN_NUMBER,
                                           extensions->when_resumed ? GNUTLS_EXT_MANDATORY : GNUTLS_EXT_APPLICATION,
                                           receive_own, send_own, NULL, NULL, NULL,
                                           GNUTLS_EXT_FLAG_CLIENT_HELLO | GNUTLS_EXT_FLAG_TLS12_SERVER_HELLO |
                                               GNUTLS_EXT_FLAG_EE);

    if (code >= 0 && extensions->supplemental)
        code = gnutls_session_supplemental_register(session, "data of the program",
                                                    (gnutls_supplemental_data_format_type_t)SUPPLEMENTAL_FORMAT,
                                                    receive_supplemental, send_supplemental, 0);
    return code;
}

bool probe_extensions(void)
{
    return true;
}

#else

static int apply_own(gnutls_session_t session, const struct extensions *extensions)
{
    (void)session;
    (void)extensions;
    (void)options_of;
    (void)receive_bytes;
    (void)send_bytes;
    return GNUTLS_E_UNIMPLEMENTED_FEATURE;
}

bool probe_extensions(void)
{
    return false;
}

#endif

static int apply_methods(gnutls_session_t session, const gnutls_compression_method_t *methods, size_t count)
{
#if GNUTLS_VERSION_NUMBER >= 0x030704
    return gnutls_compress_certificate_set_methods(session, methods, count);
#else
    (void)session;
    (void)methods;
    (void)count;
    return GNUTLS_E_UNIMPLEMENTED_FEATURE;
#endif
}

int extension_apply(gnutls_session_t session, const struct extensions *extensions, bool datagram)
{
    int code = 0;
    size_t i;

    if (extensions->method_count > 0)
        code = apply_methods(session, extensions->methods, extensions->method_count);
    for (i = 0; code >= 0 && datagram && i < extensions->profile_count; i++)
        code = gnutls_srtp_set_profile(session, extensions->profiles[i]);
    if (code >= 0 && datagram && extensions->profile_count > 0 && extensions->mki_size > 0) {
        gnutls_datum_t mki = { (unsigned char *)extensions->mki, (unsigned int)extensions->mki_size };

        code = gnutls_srtp_set_mki(session, &mki);
    }
    if (code >= 0 && extensions->heartbeat != 0)
        gnutls_heartbeat_enable(session, extensions->heartbeat);
    if (code >= 0 && extensions->own)
        code = apply_own(session, extensions);
    return code;
}

/* Returns the result of setting some methods on a temporary session. */
static int try_methods(const gnutls_compression_method_t *methods, size_t count)
{
    gnutls_session_t session;
    int code = gnutls_init(&session, GNUTLS_CLIENT);

    if (code < 0)
        return code;
    code = apply_methods(session, methods, count);
    gnutls_deinit(session);
    return code;
}

int extension_check(const struct extensions *extensions)
{
    if (extensions->method_count == 0)
        return 0;
    return try_methods(extensions->methods, extensions->method_count);
}

bool extension_resumable(const struct extensions *extensions, bool datagram)
{
    return !datagram || extensions->profile_count == 0;
}

static void forget(struct received *received)
{
    free(received->bytes);
    memset(received, 0, sizeof(*received));
}

void extension_forget(struct endpoint *endpoint)
{
    forget(&endpoint->own);
    forget(&endpoint->supplemental);
    if (endpoint->session != NULL && endpoint->config->extensions.supplemental) {
        gnutls_supplemental_recv(endpoint->session, 0);
        gnutls_supplemental_send(endpoint->session, 0);
    }
}

static void observe_received(const struct endpoint *endpoint, struct text *text, const char *name,
                             const struct received *received)
{
    json_name(text, name);
    if (received->present && !endpoint->keyless) {
        struct text digest = { NULL, 0, 0 };

        text_add(text, "\"%zu:", received->length);
        json_digest(&digest, received->bytes, received->length);
        text_add_bytes(text, digest.bytes + 1, digest.length - 1);
        text_free(&digest);
    } else {
        text_add(text, "null");
    }
}

static void observe_compression(const struct endpoint *endpoint, struct text *text)
{
    const char *name = NULL;

#if GNUTLS_VERSION_NUMBER >= 0x030704
    if (endpoint->finished && gnutls_protocol_get_version(endpoint->session) == GNUTLS_TLS1_3) {
        switch ((int)gnutls_compress_certificate_get_selected_method(endpoint->session)) {
        case GNUTLS_COMP_ZLIB:
            name = "zlib";
            break;
        case GNUTLS_COMP_BROTLI:
            name = "brotli";
            break;
        case GNUTLS_COMP_ZSTD:
            name = "zstd";
            break;
        default:
            break;
        }
    }
#else
    (void)endpoint;
#endif
    json_name(text, "compression");
    json_string(text, name);
}

/* Adds bytes that the comparer replaces by the place where they were first seen. */
static void observe_key(struct text *text, const char *name, const gnutls_datum_t *key)
{
    json_name(text, name);
    text_add(text, "{");
    json_name(text, "bytes");
    json_hex(text, key->data, key->size);
    text_add(text, "}");
}

static void observe_srtp(const struct endpoint *endpoint, struct text *text)
{
    gnutls_session_t session = endpoint->session;
    gnutls_datum_t client_key, client_salt, server_key, server_salt, mki = { NULL, 0 };
    gnutls_srtp_profile_t profile;
    unsigned char keys[128];
    bool agreed = endpoint->finished && gnutls_srtp_get_selected_profile(session, &profile) == 0;
    bool done = agreed && !endpoint->underway && !endpoint->keyless;

    json_name(text, "srtp");
    json_string(text, agreed ? gnutls_srtp_get_profile_name(profile) : NULL);
    json_name(text, "srtp_mki");
    if (endpoint->finished && gnutls_srtp_get_mki(session, &mki) == 0)
        json_hex(text, mki.data, mki.size);
    else
        text_add(text, "null");
    json_name(text, "srtp_keys");
    if (done && gnutls_srtp_get_keys(session, keys, sizeof(keys), &client_key, &client_salt, &server_key,
                                     &server_salt) > 0) {
        text_add(text, "{");
        observe_key(text, "client", &client_key);
        observe_key(text, "client_salt", &client_salt);
        observe_key(text, "server", &server_key);
        observe_key(text, "server_salt", &server_salt);
        json_name(text, "lengths");
        text_add(text, "[%u,%u]", client_key.size, client_salt.size);
        text_add(text, "}");
    } else {
        text_add(text, "null");
    }
}

void extension_observe(const struct endpoint *endpoint, struct text *text)
{
    bool done = endpoint->finished && !endpoint->underway && !endpoint->keyless;

    observe_compression(endpoint, text);
    observe_srtp(endpoint, text);
    json_name(text, "can_ping");
    json_boolean(text, done && gnutls_heartbeat_allowed(endpoint->session, GNUTLS_HB_LOCAL_ALLOWED_TO_SEND) != 0);
    json_name(text, "ponged");
    json_boolean(text, endpoint->ponged);
    observe_received(endpoint, text, "extension", &endpoint->own);
    observe_received(endpoint, text, "supplemental", &endpoint->supplemental);
}

static bool has_method(int number)
{
    gnutls_compression_method_t method = (gnutls_compression_method_t)number;

    return try_methods(&method, 1) >= 0;
}

bool probe_zlib(void)
{
    return has_method(2);
}

bool probe_brotli(void)
{
    return has_method(3);
}

bool probe_zstd(void)
{
    return has_method(4);
}

bool probe_srtp_gcm(void)
{
    return gnutls_srtp_get_profile_name((gnutls_srtp_profile_t)GCM_PROFILE) != NULL;
}

bool probe_heartbeat(void)
{
    return gnutls_ext_get_name(HEARTBEAT_NUMBER) != NULL;
}
