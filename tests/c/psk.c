/* Pre-shared keys of a configuration. */
#include "psk.h"

#include <stdlib.h>
#include <string.h>

#include "endpoint.h"

#define MAX_KEYS 8
#define KEY_SIZE 32

struct psk {
    struct {
        char *identity;
        size_t size; /* of the identity, which may have any bytes if it is imported */
        unsigned char key[KEY_SIZE];
    } keys[MAX_KEYS];
    size_t count;
    bool callback;
    char *import; /* the context for importing the keys, NULL: they are not imported */
    char *hint;
    gnutls_psk_client_credentials_t client;
    gnutls_psk_server_credentials_t server;
};

/* Adds IDENTITY:BYTE,...; each key is 32 times its byte. */
static void add_keys(const struct words *words, struct psk *psk, const char *list)
{
    char *text = copy_string(list);
    char *rest = NULL;
    char *entry;

    for (entry = strtok_r(text, ",", &rest); entry != NULL; entry = strtok_r(NULL, ",", &rest)) {
        char *colon = strchr(entry, ':');

        if (colon == NULL || psk->count == MAX_KEYS)
            fail(words, "keys are IDENTITY:BYTE,... and at most 8");
        *colon = '\0';
        psk->keys[psk->count].identity = copy_string(entry);
        psk->keys[psk->count].size = strlen(entry);
        memset(psk->keys[psk->count].key, (int)number_of(words, colon + 1, 0, 255), KEY_SIZE);
        psk->count++;
    }
    free(text);
}

bool psk_option(const struct words *words, struct psk **psk, const char *word)
{
    const char *keys = value_of(word, "psk");
    const char *hint = value_of(word, "hint");
    const char *callback = value_of(word, "psk_callback");
    const char *import = value_of(word, "import");

    if (keys == NULL && hint == NULL && callback == NULL && import == NULL)
        return false;
    if (*psk == NULL)
        *psk = allocate(sizeof(**psk));
    if (keys != NULL)
        add_keys(words, *psk, keys);
    if (hint != NULL)
        (*psk)->hint = copy_string(hint);
    if (import != NULL)
        (*psk)->import = copy_string(import);
    if (callback != NULL)
        (*psk)->callback = switch_of(words, callback);
    return true;
}

void psk_free(struct psk *psk)
{
    size_t i;

    if (psk == NULL)
        return;
    if (psk->client != NULL)
        gnutls_psk_free_client_credentials(psk->client);
    if (psk->server != NULL)
        gnutls_psk_free_server_credentials(psk->server);
    for (i = 0; i < psk->count; i++)
        free(psk->keys[i].identity);
    free(psk->hint);
    free(psk->import);
    free(psk);
}

char *psk_priority(const char *priority)
{
    return extend_priority(priority, "PSK", ":+ECDHE-PSK:+DHE-PSK");
}

int psk_apply(gnutls_session_t session, const struct psk *psk, bool client)
{
    return gnutls_credentials_set(session, GNUTLS_CRD_PSK, client ? (void *)psk->client : (void *)psk->server);
}

bool psk_proven(gnutls_session_t session)
{
    return gnutls_auth_get_type(session) == GNUTLS_CRD_PSK;
}

#if GNUTLS_VERSION_NUMBER >= 0x03060d

bool probe_psk(void)
{
    return true;
}

/* GnuTLS frees the result with its own function. */
static int hand_over(gnutls_datum_t *datum, const void *bytes, size_t size)
{
    datum->data = gnutls_malloc(size);
    if (datum->data == NULL)
        return GNUTLS_E_MEMORY_ERROR;
    memcpy(datum->data, bytes, size);
    datum->size = (unsigned int)size;
    return 0;
}

static const struct psk *psk_of(gnutls_session_t session)
{
    const struct endpoint *endpoint = gnutls_session_get_ptr(session);

    return endpoint->config->psk;
}

/* 1 means an unknown identity: GnuTLS continues with a random key. */
static int find_key(gnutls_session_t session, const gnutls_datum_t *identity, gnutls_datum_t *key)
{
    const struct psk *psk = psk_of(session);
    size_t i;

    for (i = 0; i < psk->count; i++)
        if (psk->keys[i].size == identity->size &&
            memcmp(psk->keys[i].identity, identity->data, identity->size) == 0)
            return hand_over(key, psk->keys[i].key, KEY_SIZE);
    return 1;
}

/* Returns the key whose identity is the hint, or the first one. */
static int choose_key(gnutls_session_t session, gnutls_datum_t *identity, gnutls_datum_t *key)
{
    const struct psk *psk = psk_of(session);
    const char *hint = gnutls_psk_client_get_hint(session);
    size_t chosen = 0;
    size_t i;

    for (i = 0; hint != NULL && i < psk->count; i++)
        if (strcmp(psk->keys[i].identity, hint) == 0)
            chosen = i;
    if (psk->count == 0)
        return GNUTLS_E_INSUFFICIENT_CREDENTIALS;
    if (hand_over(identity, psk->keys[chosen].identity, psk->keys[chosen].size) < 0)
        return GNUTLS_E_MEMORY_ERROR;
    return hand_over(key, psk->keys[chosen].key, KEY_SIZE);
}

#if GNUTLS_VERSION_NUMBER >= 0x030801
bool probe_psk_import(void)
{
    return true;
}

/* Sets the flag of a key that is imported. Up to TLS 1.2 the library does not read it. */
static int with_flags(gnutls_session_t session, int code, gnutls_psk_key_flags *flags)
{
    if (flags != NULL)
        *flags = code == 0 && psk_of(session)->import != NULL ? GNUTLS_PSK_KEY_EXT : 0;
    return code;
}

static int find_imported_key(gnutls_session_t session, const gnutls_datum_t *identity, gnutls_datum_t *key,
                             gnutls_psk_key_flags *flags)
{
    return with_flags(session, find_key(session, identity, key), flags);
}

static int choose_imported_key(gnutls_session_t session, gnutls_datum_t *identity, gnutls_datum_t *key,
                               gnutls_psk_key_flags *flags)
{
    return with_flags(session, choose_key(session, identity, key), flags);
}

/* Binds the identities to TLS 1.3, the hash function and the context. */
static int import(struct psk *psk)
{
    gnutls_datum_t context = { (unsigned char *)psk->import, (unsigned int)strlen(psk->import) };
    size_t i;

    for (i = 0; i < psk->count; i++) {
        gnutls_datum_t identity = { (unsigned char *)psk->keys[i].identity, (unsigned int)psk->keys[i].size };
        gnutls_datum_t imported = { NULL, 0 };
        int code = gnutls_psk_format_imported_identity(&identity, &context, GNUTLS_TLS1_3, GNUTLS_DIG_SHA256, &imported);

        if (code < 0)
            return code;
        free(psk->keys[i].identity);
        psk->keys[i].identity = memcpy(allocate(imported.size), imported.data, imported.size);
        psk->keys[i].size = imported.size;
        gnutls_free(imported.data);
    }
    return 0;
}
#else
bool probe_psk_import(void)
{
    return false;
}

static int import(struct psk *psk)
{
    (void)psk;
    return GNUTLS_E_UNIMPLEMENTED_FEATURE;
}
#endif

int psk_build(struct psk *psk, bool client)
{
    int code = psk->import == NULL ? 0 : import(psk);

    if (code < 0)
        return code;
    if (client) {
        code = gnutls_psk_allocate_client_credentials(&psk->client);
        if (code < 0)
            return code;
#if GNUTLS_VERSION_NUMBER >= 0x030801
        /* gnutls_psk_set_client_credentials2 mistakes the flag for that of hexadecimal digits. */
        if (psk->import != NULL) {
            gnutls_psk_set_client_credentials_function3(psk->client, choose_imported_key);
            return code;
        }
#endif
        if (psk->callback || psk->count == 0) {
            gnutls_psk_set_client_credentials_function2(psk->client, choose_key);
        } else {
            gnutls_datum_t identity = { (unsigned char *)psk->keys[0].identity,
                                        (unsigned int)psk->keys[0].size };
            gnutls_datum_t key = { psk->keys[0].key, KEY_SIZE };

            code = gnutls_psk_set_client_credentials2(psk->client, &identity, &key, GNUTLS_PSK_KEY_RAW);
        }
        return code;
    }
    code = gnutls_psk_allocate_server_credentials(&psk->server);
    if (code < 0)
        return code;
#if GNUTLS_VERSION_NUMBER >= 0x030801
    gnutls_psk_set_server_credentials_function3(psk->server, find_imported_key);
#else
    gnutls_psk_set_server_credentials_function2(psk->server, find_key);
#endif
    return psk->hint == NULL ? 0 : gnutls_psk_set_server_credentials_hint(psk->server, psk->hint);
}

#else

bool probe_psk(void)
{
    return false;
}

bool probe_psk_import(void)
{
    return false;
}

int psk_build(struct psk *psk, bool client)
{
    (void)psk;
    (void)client;
    return GNUTLS_E_UNIMPLEMENTED_FEATURE;
}

#endif

/* Reading the identity crashes a client, and a server during a handshake. */
void psk_observe(const struct endpoint *endpoint, struct text *text)
{
    gnutls_session_t session = endpoint->session;
    bool proven = endpoint->finished && !endpoint->underway && !endpoint->keyless && psk_proven(session);
    const char *hint;

    json_name(text, "psk");
    if (proven && endpoint->client) {
        hint = gnutls_psk_client_get_hint(session);
        json_string(text, hint == NULL || *hint == '\0' ? NULL : hint);
        return;
    }
#if GNUTLS_VERSION_NUMBER >= 0x03060d
    if (proven) {
        gnutls_datum_t identity = { NULL, 0 };

        if (gnutls_psk_server_get_username2(session, &identity) == 0) {
            json_hex(text, identity.data, identity.size);
            return;
        }
    }
#endif
    text_add(text, "null");
}
