/* Certificate credentials: identities, trust, revocation, and the callbacks that select them. */
#include "credentials.h"

#include <gnutls/abstract.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "endpoint.h"
#include "raw.h"
#include "words.h"

#define MAX_IDENTITIES 4
#define MAX_CHAIN 4

/* A chain and its key, for the callback that selects one. */
struct identity {
    gnutls_pcert_st chain[MAX_CHAIN];
    unsigned int length;
    gnutls_privkey_t key;
};

struct loaded {
    struct loaded *next;
    struct credential_options options;
    gnutls_certificate_credentials_t credentials;
    struct identity identities[MAX_IDENTITIES];
    unsigned int count;
    gnutls_datum_t response;
};

static struct loaded *loaded_credentials;

static const char *fixtures = "fixtures";

void credentials_set_fixtures(const char *directory)
{
    fixtures = directory;
}

static bool same_string(const char *one, const char *other)
{
    return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

static bool same(const struct credential_options *one, const struct credential_options *other)
{
    return same_string(one->identity, other->identity) && same_string(one->trust, other->trust) &&
           same_string(one->ocsp, other->ocsp) && one->choose == other->choose && one->crl == other->crl &&
           one->limit == other->limit;
}

static void unload(struct loaded *entry)
{
    unsigned int i, j;

    gnutls_certificate_free_credentials(entry->credentials);
    for (i = 0; i < entry->count; i++) {
        for (j = 0; j < entry->identities[i].length; j++)
            gnutls_pcert_deinit(&entry->identities[i].chain[j]);
        gnutls_privkey_deinit(entry->identities[i].key);
    }
    gnutls_free(entry->response.data);
    free((char *)entry->options.identity);
    free((char *)entry->options.trust);
    free((char *)entry->options.ocsp);
    free(entry);
}

void credentials_unload(void)
{
    while (loaded_credentials != NULL) {
        struct loaded *entry = loaded_credentials;

        loaded_credentials = entry->next;
        unload(entry);
    }
}

static void fixture(char *path, size_t size, const char *name, const char *suffix)
{
    int length = snprintf(path, size, "%s/%s%s", fixtures, name, suffix);

    if (length < 0 || (size_t)length >= size)
        fail_setup(fixtures, "the path is too long");
}

static void must(const char *what, int code)
{
    if (code < 0)
        fail_setup(what, gnutls_strerror(code));
}

/* Returns the options from which the credentials of a session were loaded. */
static struct loaded *of_session(gnutls_session_t session)
{
    void *credentials = NULL;
    struct loaded *entry;

    gnutls_credentials_get(session, GNUTLS_CRD_CERTIFICATE, &credentials);
    for (entry = loaded_credentials; entry != NULL; entry = entry->next)
        if (entry->credentials == credentials)
            return entry;
    return NULL;
}

static int respond(gnutls_session_t session, void *pointer, gnutls_datum_t *response)
{
    const struct loaded *entry = of_session(session);

    (void)pointer;
    response->data = NULL;
    response->size = 0;
    if (entry == NULL || entry->response.size == 0)
        return GNUTLS_E_NO_CERTIFICATE_STATUS;
    response->data = gnutls_malloc(entry->response.size);
    if (response->data == NULL)
        return GNUTLS_E_NO_CERTIFICATE_STATUS;
    memcpy(response->data, entry->response.data, entry->response.size);
    response->size = entry->response.size;
    return 0;
}

#if GNUTLS_VERSION_NUMBER >= 0x030603
bool probe_choose(void)
{
    return true;
}

/*
 * Selects the second identity on a server whose client requests a name, else the first; on a client the first if the server
 * names its authorities, else none.
 */
static int choose(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **chain,
                  unsigned int *length, gnutls_ocsp_data_st **responses, unsigned int *responses_length,
                  gnutls_privkey_t *key, unsigned int *flags)
{
    struct loaded *entry = of_session(session);
    struct identity *chosen = NULL;
    char name[256];
    size_t size = sizeof(name);
    unsigned int type;

    *chain = NULL;
    *length = 0;
    *responses = NULL;
    *responses_length = 0;
    *key = NULL;
    *flags = 0;
    if (entry == NULL)
        return -1;
    if (entry->count > 0) {
        /* Only a server has two. */
        if (entry->count > 1)
            chosen = &entry->identities[gnutls_server_name_get(session, name, &size, &type, 0) == 0 ? 1 : 0];
        else if (info->nreqs > 0)
            chosen = &entry->identities[0];
    }
    if (chosen == NULL) {
        const struct endpoint *endpoint = gnutls_session_get_ptr(session);

        /* 3.6.3 and 3.6.4 follow a null pointer if a server has no certificate. */
        return endpoint->client || gnutls_check_version("3.6.5") != NULL ? 0 : GNUTLS_E_INSUFFICIENT_CREDENTIALS;
    }
    *chain = chosen->chain;
    *length = chosen->length;
    *key = chosen->key;
    return 0;
}

static void use_choice(gnutls_certificate_credentials_t credentials)
{
    gnutls_certificate_set_retrieve_function3(credentials, choose);
}
#else
bool probe_choose(void)
{
    return false;
}

static void use_choice(gnutls_certificate_credentials_t credentials)
{
    (void)credentials;
}
#endif

static void load_data(const char *path, gnutls_datum_t *data)
{
    must(path, gnutls_load_file(path, data));
}

static void use_identity(struct loaded *entry, const char *name)
{
    struct identity *identity;
    char certificate[4096];
    char key[4096];
    gnutls_datum_t data;

    if (raw_identity(name) != NULL) {
        if (entry->options.choose)
            fail_setup(name, "choose=1 has no raw public keys; remove the identity");
        fixture(key, sizeof(key), raw_identity(name), "-key.pem");
        raw_use_identity(entry->credentials, key);
        return;
    }
    fixture(certificate, sizeof(certificate), name, ".pem");
    fixture(key, sizeof(key), name, "-key.pem");
    if (!entry->options.choose) {
        must(certificate,
             gnutls_certificate_set_x509_key_file(entry->credentials, certificate, key, GNUTLS_X509_FMT_PEM));
        return;
    }
    if (entry->count == MAX_IDENTITIES)
        fail_setup(name, "the list has too many identities");
    identity = &entry->identities[entry->count];
    identity->length = MAX_CHAIN;
    load_data(certificate, &data);
    must(certificate, gnutls_pcert_list_import_x509_raw(identity->chain, &identity->length, &data,
                                                        GNUTLS_X509_FMT_PEM, 0));
    gnutls_free(data.data);
    load_data(key, &data);
    must(key, gnutls_privkey_init(&identity->key));
    must(key, gnutls_privkey_import_x509_raw(identity->key, &data, GNUTLS_X509_FMT_PEM, NULL, 0));
    gnutls_free(data.data);
    entry->count++;
}

static void use_trust(struct loaded *entry)
{
    const char *trust = entry->options.trust;
    char path[4096];
    int code;

    if (strcmp(trust, "none") != 0) {
        fixture(path, sizeof(path), strcmp(trust, "ca") == 0 ? "ca" : "other-ca", ".pem");
        code = gnutls_certificate_set_x509_trust_file(entry->credentials, path, GNUTLS_X509_FMT_PEM);
        if (code <= 0)
            fail_setup(path, code < 0 ? gnutls_strerror(code) : "no certificate");
    }
    if (entry->options.crl) {
        fixture(path, sizeof(path), "crl", ".pem");
        must(path, gnutls_certificate_set_x509_crl_file(entry->credentials, path, GNUTLS_X509_FMT_PEM));
    }
    if (entry->options.limit != 0)
        gnutls_certificate_set_verify_limits(entry->credentials, 0, entry->options.limit);
}

static const char *const identities[] = {
    "server", "server-ed25519", "wrong-host", "expired", "other", "client",
    "chain",  "revoked",        "must-staple", "names",  "purpose", NULL,
};

static bool is_identity(const char *name)
{
    size_t i;

    for (i = 0; identities[i] != NULL; i++)
        if (strcmp(name, identities[i]) == 0)
            return true;
    return false;
}

bool credentials_key(const char *name, char *path, size_t size)
{
    if (!is_identity(name))
        return false;
    fixture(path, size, name, "-key.pem");
    return true;
}

gnutls_certificate_credentials_t credentials_load(const struct credential_options *options)
{
    char path[4096];
    char *list, *name, *rest = NULL;
    struct loaded *entry;
    bool known = true;

    for (entry = loaded_credentials; entry != NULL; entry = entry->next)
        if (same(&entry->options, options))
            return entry->credentials;
    entry = allocate(sizeof(*entry));
    entry->options = *options;
    entry->options.identity = options->identity == NULL ? NULL : copy_string(options->identity);
    entry->options.trust = copy_string(options->trust);
    entry->options.ocsp = options->ocsp == NULL ? NULL : copy_string(options->ocsp);
    if (gnutls_certificate_allocate_credentials(&entry->credentials) < 0)
        fail_setup("credentials", "no memory is left");
    list = copy_string(options->identity == NULL ? "" : options->identity);
    for (name = strtok_r(list, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
        known = known && is_identity(raw_identity(name) != NULL ? raw_identity(name) : name);
        if (known)
            use_identity(entry, name);
    }
    free(list);
    if (!known) {
        unload(entry);
        return NULL;
    }
    use_trust(entry);
    if (options->choose)
        use_choice(entry->credentials);
    if (options->ocsp != NULL) {
        fixture(path, sizeof(path), "ocsp-", options->ocsp);
        if (strlen(path) + 5 > sizeof(path))
            fail_setup(path, "the path is too long");
        strcat(path, ".der");
        load_data(path, &entry->response);
        gnutls_certificate_set_ocsp_status_request_function(entry->credentials, respond, NULL);
        if (!options->choose)
            gnutls_certificate_set_ocsp_status_request_function2(entry->credentials, 0, respond, NULL);
    }
    entry->next = loaded_credentials;
    loaded_credentials = entry;
    return entry->credentials;
}
