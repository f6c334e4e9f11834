/* Early data of TLS 1.3: the store of a server against replays, and the condition for a client to send some. */
#include "early.h"

#include <stdlib.h>
#include <string.h>

#include "endpoint.h"

#define MAX_MESSAGES 64
#define MAX_MESSAGE 128
#define START 12 /* of a key: the start of the window, which differs between processes that share a store */

struct replay {
    struct {
        unsigned char bytes[MAX_MESSAGE];
        size_t size;
    } messages[MAX_MESSAGES];
    size_t count;
};

struct replay *replay_make(void)
{
    return allocate(sizeof(struct replay));
}

void replay_free(struct replay *replay)
{
    free(replay);
}

#if GNUTLS_VERSION_NUMBER >= 0x030605

struct window {
    gnutls_anti_replay_t anti_replay;
};

/* Older servers accept early data of any client, and fail or crash if its ticket is unknown. */
bool probe_early_data(void)
{
    return gnutls_check_version("3.7.2") != NULL;
}

static int add(void *context, time_t expires, const gnutls_datum_t *key, const gnutls_datum_t *data)
{
    struct replay *replay = context;
    size_t i;

    (void)expires;
    (void)data;
    if (key->size <= START || key->size - START > MAX_MESSAGE || replay->count == MAX_MESSAGES)
        return GNUTLS_E_DB_ERROR;
    for (i = 0; i < replay->count; i++)
        if (replay->messages[i].size == key->size - START &&
            memcmp(replay->messages[i].bytes, key->data + START, key->size - START) == 0)
            return GNUTLS_E_DB_ENTRY_EXISTS;
    replay->messages[i].size = key->size - START;
    memcpy(replay->messages[i].bytes, key->data + START, key->size - START);
    replay->count++;
    return 0;
}

struct window *window_make(struct replay *replay)
{
    struct window *window = allocate(sizeof(*window));

    if (gnutls_anti_replay_init(&window->anti_replay) < 0)
        fail_setup("gnutls_anti_replay_init", "failed");
    gnutls_anti_replay_set_ptr(window->anti_replay, replay);
    gnutls_anti_replay_set_add_function(window->anti_replay, add);
    return window;
}

void window_free(struct window *window)
{
    if (window == NULL)
        return;
    gnutls_anti_replay_deinit(window->anti_replay);
    free(window);
}

int early_accept(gnutls_session_t session, size_t size, struct window *window)
{
    int code = gnutls_record_set_max_early_data_size(session, size);

    gnutls_anti_replay_enable(session, window->anti_replay);
    return code;
}

/* A ticket without early data leaves a number that means no limit, and 0 since 3.8.9. */
bool early_allowed(const struct endpoint *endpoint)
{
    size_t size = gnutls_record_get_max_early_data_size(endpoint->session);

    return endpoint->client && endpoint->early && !endpoint->begun && !endpoint->finished && !endpoint->failed &&
           size > 0 && size < 0xffffffff;
}

#else

struct window {
    int unused;
};

bool probe_early_data(void)
{
    return false;
}

struct window *window_make(struct replay *replay)
{
    (void)replay;
    return allocate(sizeof(struct window));
}

void window_free(struct window *window)
{
    free(window);
}

int early_accept(gnutls_session_t session, size_t size, struct window *window)
{
    (void)session;
    (void)size;
    (void)window;
    return GNUTLS_E_UNIMPLEMENTED_FEATURE;
}

bool early_allowed(const struct endpoint *endpoint)
{
    (void)endpoint;
    return false;
}

#endif
