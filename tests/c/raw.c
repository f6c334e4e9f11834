/* Raw public keys (RFC 7250): identities without a certificate, and keys that are trusted as they are. */
#include "raw.h"

#include <gnutls/abstract.h>
#include <stdlib.h>
#include <string.h>

#include "credentials.h"
#include "endpoint.h"

#define MAX_TRUSTED 4
#define PREFIX "raw-"

struct raw {
    gnutls_datum_t trusted[MAX_TRUSTED];
    size_t count;
};

const char *raw_identity(const char *name)
{
    return strncmp(name, PREFIX, strlen(PREFIX)) == 0 ? name + strlen(PREFIX) : NULL;
}

/* Loads the key pair of a fixture. */
static void load(const char *path, gnutls_x509_crt_fmt_t format, gnutls_datum_t *private_key, gnutls_datum_t *public_key)
{
    gnutls_privkey_t key;
    gnutls_pubkey_t public;

    if (gnutls_load_file(path, private_key) < 0 || gnutls_privkey_init(&key) < 0 || gnutls_pubkey_init(&public) < 0)
        fail_setup(path, "cannot be read");
    if (gnutls_privkey_import_x509_raw(key, private_key, GNUTLS_X509_FMT_PEM, NULL, 0) < 0 ||
        gnutls_pubkey_import_privkey(public, key, 0, 0) < 0 || gnutls_pubkey_export2(public, format, public_key) < 0)
        fail_setup(path, "is not a private key");
    gnutls_privkey_deinit(key);
    gnutls_pubkey_deinit(public);
}

bool raw_option(const struct words *words, struct raw **raw, const char *word)
{
    const char *list = value_of(word, "raw");
    char *text, *name, *rest = NULL;

    if (list == NULL)
        return false;
    if (*raw == NULL)
        *raw = allocate(sizeof(**raw));
    text = copy_string(strcmp(list, "any") == 0 ? "" : list);
    for (name = strtok_r(text, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
        gnutls_datum_t private_key;
        char path[4096];

        if ((*raw)->count == MAX_TRUSTED || !credentials_key(name, path, sizeof(path)))
            fail(words, "there is no such identity, or there are too many");
        load(path, GNUTLS_X509_FMT_DER, &private_key, &(*raw)->trusted[(*raw)->count++]);
        gnutls_free(private_key.data);
    }
    free(text);
    return true;
}

void raw_free(struct raw *raw)
{
    size_t i;

    if (raw == NULL)
        return;
    for (i = 0; i < raw->count; i++)
        gnutls_free(raw->trusted[i].data);
    free(raw);
}

char *raw_priority(const char *priority, bool client, const char *identities, const struct raw *raw, bool only)
{
    const char *own = client ? ":+CTYPE-CLI-RAWPK" : ":+CTYPE-SRV-RAWPK";
    const char *also = client ? ":+CTYPE-SRV-RAWPK" : ":+CTYPE-CLI-RAWPK";
    const char *without = client ? ":-CTYPE-SRV-X509" : ":-CTYPE-CLI-X509";
    char *result = allocate(strlen(priority) + 64);

    strcpy(result, priority);
    if (identities != NULL && strstr(identities, PREFIX) != NULL)
        strcat(result, own);
    if (raw != NULL && only)
        strcat(result, without);
    if (raw != NULL)
        strcat(result, also);
    return result;
}

#if GNUTLS_VERSION_NUMBER >= 0x030606

bool probe_raw_public_keys(void)
{
    return true;
}

void raw_use_identity(gnutls_certificate_credentials_t credentials, const char *path)
{
    gnutls_datum_t private_key, public_key;

    load(path, GNUTLS_X509_FMT_PEM, &private_key, &public_key);
    if (gnutls_certificate_set_rawpk_key_mem(credentials, &public_key, &private_key, GNUTLS_X509_FMT_PEM, NULL, 0, NULL, 0,
                                             0) < 0)
        fail_setup(path, "cannot be used as a raw public key");
    gnutls_free(private_key.data);
    gnutls_free(public_key.data);
}

unsigned int raw_flags(gnutls_priority_t priority)
{
    static const gnutls_ctype_target_t sides[] = { GNUTLS_CTYPE_CLIENT, GNUTLS_CTYPE_SERVER };
    size_t side;

    for (side = 0; priority != NULL && side < 2; side++) {
        const unsigned int *list;
        int i, count = gnutls_priority_certificate_type_list2(priority, &list, sides[side]);

        for (i = 0; i < count; i++)
            if (list[i] == GNUTLS_CRT_RAWPK)
                return GNUTLS_ENABLE_RAWPK;
    }
    return 0;
}

bool raw_verify(gnutls_session_t session, const struct raw *raw, unsigned int *status)
{
    unsigned int count = 0;
    const gnutls_datum_t *shown = gnutls_certificate_get_peers(session, &count);
    size_t i;

    if (gnutls_certificate_type_get2(session, GNUTLS_CTYPE_PEERS) != GNUTLS_CRT_RAWPK || shown == NULL || count != 1)
        return false;
    *status = GNUTLS_CERT_INVALID | GNUTLS_CERT_SIGNER_NOT_FOUND;
    for (i = 0; raw != NULL && i < raw->count; i++)
        if (raw->trusted[i].size == shown->size && memcmp(raw->trusted[i].data, shown->data, shown->size) == 0)
            *status = 0;
    return true;
}

#else

bool probe_raw_public_keys(void)
{
    return false;
}

void raw_use_identity(gnutls_certificate_credentials_t credentials, const char *path)
{
    (void)credentials;
    fail_setup(path, "this GnuTLS has no raw public keys");
}

unsigned int raw_flags(gnutls_priority_t priority)
{
    (void)priority;
    return 0;
}

bool raw_verify(gnutls_session_t session, const struct raw *raw, unsigned int *status)
{
    (void)session;
    (void)raw;
    (void)status;
    return false;
}

#endif

static gnutls_certificate_type_t type_of(gnutls_session_t session, bool client)
{
#if GNUTLS_VERSION_NUMBER >= 0x030604
    return gnutls_certificate_type_get2(session, client ? GNUTLS_CTYPE_CLIENT : GNUTLS_CTYPE_SERVER);
#else
    (void)client;
    return gnutls_certificate_type_get(session);
#endif
}

void raw_observe(const struct endpoint *endpoint, struct text *text)
{
    gnutls_certificate_type_t client = type_of(endpoint->session, true);
    gnutls_certificate_type_t server = type_of(endpoint->session, false);

    json_name(text, "types");
    if (!endpoint->finished || endpoint->underway || (client == GNUTLS_CRT_X509 && server == GNUTLS_CRT_X509))
        text_add(text, "null");
    else
        text_add(text, "[%d,%d]", (int)client, (int)server);
}
