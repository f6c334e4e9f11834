/* The calls and bytes that the current verb lists in its line of output. */
#include "listing.h"

#include <gnutls/gnutls.h>

#include "observe.h"

struct text listed_calls;
struct text listed_wire;

static void list_begin(const struct endpoint *endpoint, const char *call)
{
    text_add(&listed_calls, "%s{", listed_calls.length == 0 ? "" : ",");
    if (endpoint != NULL) {
        json_name(&listed_calls, "e");
        json_string(&listed_calls, endpoint->name);
    }
    json_name(&listed_calls, "call");
    json_string(&listed_calls, call);
}

static void list_end(struct endpoint *endpoint)
{
    if (endpoint != NULL) {
        size_t size = endpoint_id_size(endpoint);

        if (size != endpoint->id_size) {
            json_name(&listed_calls, "size");
            text_add(&listed_calls, "%zu", size);
            endpoint->id_size = size;
        }
    }
    text_add(&listed_calls, "}");
}

void list_code(struct endpoint *endpoint, const char *call, int code)
{
    list_begin(endpoint, call);
    json_name(&listed_calls, "code");
    json_string(&listed_calls, code_name(code));
    if (endpoint != NULL && (code == GNUTLS_E_FATAL_ALERT_RECEIVED || code == GNUTLS_E_WARNING_ALERT_RECEIVED)) {
        json_name(&listed_calls, "alert");
        text_add(&listed_calls, "%d", (int)gnutls_alert_get(endpoint->session));
    }
    list_end(endpoint);
}

void list_count(struct endpoint *endpoint, const char *call, size_t count, const void *data)
{
    list_begin(endpoint, call);
    json_name(&listed_calls, "n");
    text_add(&listed_calls, "%zu", count);
    if (data != NULL) {
        struct text digest = { NULL, 0, 0 };

        json_digest(&digest, data, count);
        json_name(&listed_calls, "data");
        /* The digest is already in quotes; the length is inserted in front of it. */
        text_add(&listed_calls, "\"%zu:", count);
        text_add_bytes(&listed_calls, digest.bytes + 1, digest.length - 1);
        text_free(&digest);
    }
    list_end(endpoint);
}

void list_names(const char *call, size_t count, const char *names)
{
    list_begin(NULL, call);
    json_name(&listed_calls, "n");
    text_add(&listed_calls, "%zu", count);
    json_name(&listed_calls, "data");
    json_string(&listed_calls, names);
    list_end(NULL);
}

void list_guarded(struct endpoint *endpoint, const char *call)
{
    list_begin(endpoint, call);
    json_name(&listed_calls, "code");
    json_string(&listed_calls, "guarded");
    list_end(endpoint);
}

void list_message(const char *endpoint, enum quic_level level, const void *bytes, size_t length)
{
    static const char *const names[] = { "initial", "early", "handshake", "application" };

    text_add(&listed_wire, "%s{", listed_wire.length == 0 ? "" : ",");
    json_name(&listed_wire, "from");
    json_string(&listed_wire, endpoint);
    json_name(&listed_wire, "level");
    json_string(&listed_wire, names[level]);
    json_name(&listed_wire, "bytes");
    json_hex(&listed_wire, bytes, length);
    text_add(&listed_wire, "}");
}

bool guarded(struct endpoint *endpoint, const char *call)
{
    if (endpoint->finished && !endpoint->failed && !endpoint->closed)
        return false;
    list_guarded(endpoint, call);
    return true;
}
