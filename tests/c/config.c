/* What a scenario names: ticket keys, caches, configurations of clients and servers, saved sessions. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "early.h"
#include "psk.h"
#include "saved.h"

struct named_object {
    struct named_object *next;
    char *name;
    void *object;
};

/* Newest first. */
static struct named_object *objects[KINDS];

static const char *fixtures = "fixtures";

void config_set_fixtures(const char *directory)
{
    fixtures = directory;
}

void *named(enum kind kind, const char *name)
{
    const struct named_object *object;

    for (object = objects[kind]; object != NULL; object = object->next)
        if (strcmp(object->name, name) == 0)
            return object->object;
    return NULL;
}

void name_object(enum kind kind, const char *name, void *object)
{
    struct named_object *entry = allocate(sizeof(*entry));

    entry->name = copy_string(name);
    entry->object = object;
    entry->next = objects[kind];
    objects[kind] = entry;
}

static void config_free(struct config *config)
{
    if (config->priority != NULL)
        gnutls_priority_deinit(config->priority);
    psk_free(config->psk);
    window_free(config->window);
    free(config->alpn_text);
    free(config);
}

static void object_free(enum kind kind, void *object)
{
    struct saved *saved;

    switch (kind) {
    case CACHE:
        cache_free(object);
        break;
    case REPLAY:
        replay_free(object);
        break;
    case CLIENT:
    case SERVER:
        config_free(object);
        break;
    case SAVED:
        saved = object;
        gnutls_free(saved->data.data);
        free(saved->host);
        free(saved);
        break;
    default:
        free(object);
    }
}

void config_forget(void)
{
    int kind;

    for (kind = 0; kind < KINDS; kind++) {
        while (objects[kind] != NULL) {
            struct named_object *entry = objects[kind];

            objects[kind] = entry->next;
            object_free((enum kind)kind, entry->object);
            free(entry->name);
            free(entry);
        }
    }
}

/* Certificates and a key, kept for the life of the program: loading a key costs more than a handshake. */
struct loaded {
    struct loaded *next;
    const char *identity; /* NULL: none */
    const char *trust;
    gnutls_certificate_credentials_t credentials;
};

static struct loaded *loaded_credentials;

void config_unload(void)
{
    while (loaded_credentials != NULL) {
        struct loaded *entry = loaded_credentials;

        loaded_credentials = entry->next;
        gnutls_certificate_free_credentials(entry->credentials);
        free(entry);
    }
}

struct ticket_key *ticket_key_make(unsigned char seed)
{
    struct ticket_key *key = allocate(sizeof(*key));
    size_t i;

    for (i = 0; i < sizeof(key->bytes); i++)
        key->bytes[i] = (unsigned char)(seed + 7 * i);
    return key;
}

static void fixture(char *path, size_t size, const char *name, const char *suffix)
{
    int length = snprintf(path, size, "%s/%s%s.pem", fixtures, name, suffix);

    if (length < 0 || (size_t)length >= size)
        fail_setup(fixtures, "too long a path");
}

static void use_identity(gnutls_certificate_credentials_t credentials, const char *name)
{
    char certificate[4096];
    char key[4096];
    int code;

    fixture(certificate, sizeof(certificate), name, "");
    fixture(key, sizeof(key), name, "-key");
    code = gnutls_certificate_set_x509_key_file(credentials, certificate, key, GNUTLS_X509_FMT_PEM);
    if (code < 0)
        fail_setup(certificate, gnutls_strerror(code));
}

static void use_trust(gnutls_certificate_credentials_t credentials, const char *name)
{
    char path[4096];
    int code;

    if (strcmp(name, "none") == 0)
        return;
    fixture(path, sizeof(path), strcmp(name, "ca") == 0 ? "ca" : "other-ca", "");
    code = gnutls_certificate_set_x509_trust_file(credentials, path, GNUTLS_X509_FMT_PEM);
    if (code <= 0)
        fail_setup(path, code < 0 ? gnutls_strerror(code) : "no certificate");
}

/* Both names have to be constants. */
static gnutls_certificate_credentials_t load(const char *identity, const char *trust)
{
    struct loaded *entry;

    for (entry = loaded_credentials; entry != NULL; entry = entry->next)
        if (entry->identity == identity && entry->trust == trust)
            return entry->credentials;
    entry = allocate(sizeof(*entry));
    entry->identity = identity;
    entry->trust = trust;
    if (gnutls_certificate_allocate_credentials(&entry->credentials) < 0)
        fail_setup("credentials", "no memory is left");
    if (identity != NULL)
        use_identity(entry->credentials, identity);
    use_trust(entry->credentials, trust);
    entry->next = loaded_credentials;
    loaded_credentials = entry;
    return entry->credentials;
}

static void use_alpn(const struct words *words, struct config *config, const char *list)
{
    char *rest = NULL;
    char *protocol;

    config->alpn_text = copy_string(list);
    for (protocol = strtok_r(config->alpn_text, ",", &rest); protocol != NULL; protocol = strtok_r(NULL, ",", &rest)) {
        if (config->alpn_count == MAX_ALPN)
            fail(words, "too many protocols");
        config->alpn[config->alpn_count].data = (unsigned char *)protocol;
        config->alpn[config->alpn_count].size = (unsigned int)strlen(protocol);
        config->alpn_count++;
    }
}

/* The constant of that name. */
static const char *one_of(const struct words *words, const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return *names;
    fail(words, "a value that the key does not know");
}

static gnutls_certificate_request_t client_auth_of(const struct words *words, const char *value)
{
    if (strcmp(value, "none") == 0)
        return GNUTLS_CERT_IGNORE;
    if (strcmp(value, "request") == 0)
        return GNUTLS_CERT_REQUEST;
    if (strcmp(value, "require") == 0)
        return GNUTLS_CERT_REQUIRE;
    fail(words, "client_auth is none, request or require");
}

struct config *config_build(const struct words *words, enum kind kind, bool *missing, int *code, const char **call)
{
    static const char *const client_identities[] = { "client", "other", NULL };
    static const char *const server_identities[] = {
        "server", "server-ed25519", "wrong-host", "expired", "other", NULL,
    };
    static const char *const trusts[] = { "ca", "other", "none", NULL };
    struct config *config = allocate(sizeof(*config));
    bool client = kind == CLIENT;
    const char *priority = "NORMAL";
    const char *identity = client ? NULL : "server";
    const char *trust = "ca";
    const char *value;
    struct replay *replay = NULL;
    char *with_psk = NULL;
    bool trusts_given = false;
    size_t i;

    *missing = false;
    *code = 0;
    *call = client ? "client" : "server";
    config->verify = true;
    config->tickets = true;
    config->client_auth = GNUTLS_CERT_IGNORE;
    for (i = 2; i < words->count; i++) {
        const char *word = words->word[i];

        if ((value = value_of(word, "priority")) != NULL)
            priority = value;
        else if ((value = value_of(word, "trust")) != NULL)
            trust = value, trusts_given = true;
        else if ((value = value_of(word, "identity")) != NULL)
            identity = value;
        else if ((value = value_of(word, "alpn")) != NULL)
            use_alpn(words, config, value);
        else if ((value = value_of(word, "renegotiation")) != NULL)
            config->renegotiation = switch_of(words, value);
        else if ((value = value_of(word, "defaults")) != NULL)
            config->defaults = switch_of(words, value);
        else if (client && (value = value_of(word, "verify")) != NULL)
            config->verify = switch_of(words, value);
        else if (client && (value = value_of(word, "false_start")) != NULL)
            config->false_start = switch_of(words, value);
        else if (client && (value = value_of(word, "tickets")) != NULL)
            config->tickets = switch_of(words, value);
        else if (!client && (value = value_of(word, "client_auth")) != NULL)
            config->client_auth = client_auth_of(words, value);
        else if (!client && (value = value_of(word, "tickets")) != NULL) {
            config->ticket_key = named(TICKET_KEY, value);
            *missing |= config->ticket_key == NULL;
        } else if (!client && (value = value_of(word, "cache")) != NULL) {
            config->cache = named(CACHE, value);
            *missing |= config->cache == NULL;
        } else if (!client && (value = value_of(word, "early")) != NULL)
            config->early = (size_t)number_of(words, value, 1, 1000000);
        else if (!client && (value = value_of(word, "replay")) != NULL) {
            replay = named(REPLAY, value);
            *missing |= replay == NULL;
        } else if (!psk_option(words, &config->psk, client, word))
            fail(words, "a key that the verb does not know");
    }
    if (!client && strcmp(identity, "none") == 0)
        identity = NULL;
    if (config->psk != NULL)
        config->key_only = client ? config->verify && !trusts_given : identity == NULL;
    if (config->psk != NULL && !config->defaults)
        priority = with_psk = psk_priority(priority);
    if (identity != NULL)
        identity = one_of(words, identity, client ? client_identities : server_identities);
    trust = one_of(words, client || config->client_auth != GNUTLS_CERT_IGNORE ? trust : "none", trusts);

    if (!*missing && !config->defaults) {
        *code = gnutls_priority_init(&config->priority, priority, NULL);
        if (*code < 0) {
            /* Before 3.8.0 nothing is left to free after a failure. */
            config->priority = NULL;
            *call = "priority";
        }
    }
    free(with_psk);
    if (!*missing && *code >= 0 && config->psk != NULL)
        *code = psk_build(config->psk, client);
    if (config->early != 0 && replay != NULL && config->ticket_key != NULL)
        config->window = window_make(replay);
    else
        config->early = 0;
    if (*missing || *code < 0) {
        config_free(config);
        return NULL;
    }
    config->credentials = load(identity, trust);
    return config;
}
