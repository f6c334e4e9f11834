/* The named objects of a scenario: ticket keys, caches, configurations of clients and servers, saved sessions,
   bytes. */
#include "config.h"

#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anonymous.h"
#include "credentials.h"
#include "early.h"
#include "hello.h"
#include "language.h"
#include "objects.h"
#include "psk.h"
#include "raw.h"
#include "saved.h"
#include "srp.h"
#include "store.h"
#include "verbs.h"

struct named_object {
    struct named_object *next;
    char *name;
    void *object;
};

/* Newest first. */
static struct named_object *objects[KINDS];

void config_set_fixtures(const char *directory)
{
    credentials_set_fixtures(directory);
    objects_set_fixtures(directory);
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
    srp_free(config->srp);
    anonymous_free(config->anonymous);
    hello_free(config->hello);
    store_free(config->store);
    raw_free(config->raw);
    window_free(config->window);
    free(config->priority_text);
    free(config->alpn_text);
    free(config->purpose_text);
    free(config);
}

static void object_free(enum kind kind, void *object)
{
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
        store_drop(object);
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

void config_unload(void)
{
    credentials_unload();
}

struct ticket_key *ticket_key_make(unsigned char seed)
{
    struct ticket_key *key = allocate(sizeof(*key));
    size_t i;

    for (i = 0; i < sizeof(key->bytes); i++)
        key->bytes[i] = (unsigned char)(seed + 7 * i);
    return key;
}

static void use_alpn(const struct words *words, struct config *config, const char *list)
{
    char *rest = NULL;
    char *protocol;

    config->alpn_text = copy_string(list);
    for (protocol = strtok_r(config->alpn_text, ",", &rest); protocol != NULL; protocol = strtok_r(NULL, ",", &rest)) {
        if (config->alpn_count == MAX_ALPN)
            fail(words, "alpn has more than 8 protocols");
        config->alpn[config->alpn_count].data = (unsigned char *)protocol;
        config->alpn[config->alpn_count].size = (unsigned int)strlen(protocol);
        config->alpn_count++;
    }
}

/* Returns the element of the list that equals the name. */
static const char *one_of(const struct words *words, const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return *names;
    fail(words, "the key has no such value");
}

static gnutls_certificate_request_t client_auth_of(const struct words *words, const char *value)
{
    if (strcmp(value, "none") == 0)
        return GNUTLS_CERT_IGNORE;
    if (strcmp(value, "request") == 0)
        return GNUTLS_CERT_REQUEST;
    if (strcmp(value, "require") == 0)
        return GNUTLS_CERT_REQUIRE;
    fail(words, "client_auth is none, request, require or later");
}

static unsigned int profile_of(const struct words *words, const char *value)
{
    if (strcmp(value, "medium") == 0)
        return GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM);
    if (strcmp(value, "high") == 0)
        return GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_HIGH);
    if (strcmp(value, "ultra") == 0)
        return GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_ULTRA);
    fail(words, "profile is medium, high or ultra");
}

static enum judge judge_of(const struct words *words, const char *value)
{
    if (strcmp(value, "refuse") == 0)
        return JUDGE_REFUSES;
    if (strcmp(value, "accept") == 0)
        return JUDGE_ACCEPTS;
    fail(words, "judge is refuse or accept");
}

/* Returns whether a version of TLS is enabled. */
static bool enables(gnutls_priority_t priority, const char *version)
{
    const unsigned int *protocols;
    int count = gnutls_priority_protocol_list(priority, &protocols);
    int i;

    for (i = 0; i < count; i++)
        if (strcmp(gnutls_protocol_get_name((gnutls_protocol_t)protocols[i]), version) == 0)
            return true;
    return false;
}

/* Before 3.8.0 nothing is left to free after a failure. */
static int parse_priority(struct config *config, const char *priority)
{
    int code = gnutls_priority_init(&config->priority, priority, NULL);

    if (code < 0)
        config->priority = NULL;
    free(config->priority_text);
    config->priority_text = copy_string(priority);
    return code;
}

/* Adds the key exchanges for the credentials of the configuration to the priorities. */
static int add_key_exchanges(struct config *config, const char *given, bool anonymous, bool certificates)
{
    char *priority = copy_string(given);
    char *before;
    int code = 0;

    if (config->psk != NULL) {
        priority = psk_priority(before = priority);
        free(before);
    }
    if (config->srp != NULL) {
        priority = srp_priority(before = priority, certificates);
        free(before);
    }
    if (anonymous) {
        priority = anonymous_priority(before = priority);
        free(before);
    }
    if (strcmp(priority, given) != 0) {
        gnutls_priority_deinit(config->priority);
        code = parse_priority(config, priority);
    }
    /* Without this a server would choose TLS 1.3 without credentials for it, and a client would send a useless hello. */
    if (code >= 0 && !certificates && config->psk == NULL && enables(config->priority, "TLS1.3")) {
        gnutls_priority_deinit(config->priority);
        priority = extend_priority(before = priority, ":-VERS-TLS1.3", ":-VERS-TLS1.3");
        free(before);
        code = parse_priority(config, priority);
    }
    free(priority);
    return code;
}

bool config_resumes(const struct config *config, bool client, bool tls13)
{
    bool verifies = client ? config->verify || config->key_only : config->client_auth != GNUTLS_CERT_IGNORE || config->later;

    return !verifies || !tls13 || gnutls_check_version("3.6.5") != NULL;
}

bool config_enables_tls13(const struct config *config)
{
    bool enables = false;
#if GNUTLS_VERSION_NUMBER >= 0x030603
    gnutls_priority_t priority = config->priority;
    const unsigned int *list;
    int i, count;

    if (config->defaults && gnutls_priority_init(&priority, NULL, NULL) < 0)
        return false;
    count = gnutls_priority_protocol_list(priority, &list);
    for (i = 0; i < count; i++)
        enables |= list[i] == GNUTLS_TLS1_3;
    if (config->defaults)
        gnutls_priority_deinit(priority);
#else
    (void)config;
#endif
    return enables;
}

struct config *config_build(const struct words *words, enum kind kind, bool *missing, int *code, const char **call)
{
    static const char *const client_keys[] = { CLIENT_KEYS NULL };
    static const char *const server_keys[] = { SERVER_KEYS NULL };
    static const char *const responses[] = { "good", "revoked", "expired", NULL };
    static const char *const trusts[] = { "ca", "other", "none", NULL };
    struct config *config = allocate(sizeof(*config));
    bool client = kind == CLIENT;
    const char *priority = "NORMAL";
    struct credential_options credentials = { client ? NULL : "server", "ca", NULL, false, false, 0 };
    const char *value;
    struct replay *replay = NULL;
    char *with_raw = NULL;
    const struct raw *raw;
    bool trusts_given = false;
    bool anonymous = false;
    bool proves, certificates;
    size_t i;

    need_keys(words, 2, client ? client_keys : server_keys);
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
            credentials.trust = value, trusts_given = true;
        else if ((value = value_of(word, "identity")) != NULL)
            credentials.identity = value;
        else if ((value = value_of(word, "alpn")) != NULL)
            use_alpn(words, config, value);
        else if ((value = value_of(word, "renegotiation")) != NULL)
            config->renegotiation = switch_of(words, value);
        else if ((value = value_of(word, "defaults")) != NULL)
            config->defaults = switch_of(words, value);
        else if ((value = value_of(word, "choose")) != NULL)
            credentials.choose = switch_of(words, value);
        else if ((value = value_of(word, "crl")) != NULL)
            credentials.crl = switch_of(words, value);
        else if ((value = value_of(word, "limit")) != NULL)
            credentials.limit = (unsigned int)number_of(words, value, 1, 1000);
        else if ((value = value_of(word, "profile")) != NULL)
            config->profile = profile_of(words, value);
        else if ((value = value_of(word, "purpose")) != NULL)
            config->purpose = config->purpose_text = copy_string(value);
        else if ((value = value_of(word, "anonymous")) != NULL)
            anonymous = switch_of(words, value);
        else if ((value = value_of(word, "judge")) != NULL)
            config->judge = judge_of(words, value);
        else if ((value = value_of(word, "ocsp")) != NULL)
            credentials.ocsp = one_of(words, value, responses);
        else if ((value = value_of(word, "authorities")) != NULL)
            config->hide_authorities = !switch_of(words, value);
        else if ((value = value_of(word, "verify")) != NULL)
            config->verify = strcmp(value, "chain") == 0 || switch_of(words, value);
        else if ((value = value_of(word, "false_start")) != NULL)
            config->false_start = switch_of(words, value);
        else if (client && (value = value_of(word, "tickets")) != NULL)
            config->tickets = switch_of(words, value);
        else if ((value = value_of(word, "post_auth")) != NULL)
            config->post_auth = switch_of(words, value);
        else if ((value = value_of(word, "store")) != NULL) {
            if (switch_of(words, value) && config->store == NULL)
                config->store = store_make();
        } else if ((value = value_of(word, "client_auth")) != NULL) {
            config->later = strcmp(value, "later") == 0;
            config->client_auth = config->later ? GNUTLS_CERT_IGNORE : client_auth_of(words, value);
        } else if ((value = value_of(word, "lifetime")) != NULL)
            config->lifetime = (int)number_of(words, value, 1, 604800);
        else if ((value = value_of(word, "auto_tickets")) != NULL)
            config->no_tickets = !switch_of(words, value);
        else if ((value = value_of(word, "hello")) != NULL) {
            config->hello = hello_make(words, value);
            *missing |= config->hello == NULL;
        }
        else if (!client && (value = value_of(word, "tickets")) != NULL) {
            config->ticket_key = named(TICKET_KEY, value);
            *missing |= config->ticket_key == NULL;
        } else if ((value = value_of(word, "cache")) != NULL) {
            config->cache = named(CACHE, value);
            *missing |= config->cache == NULL;
        } else if ((value = value_of(word, "early")) != NULL)
            config->early = (size_t)number_of(words, value, 1, 1000000);
        else if ((value = value_of(word, "replay")) != NULL) {
            replay = named(REPLAY, value);
            *missing |= replay == NULL;
        } else if (!raw_option(words, &config->raw, word) && !psk_option(words, &config->psk, word) &&
                   !srp_option(words, &config->srp, word) &&
                   !extension_option(words, &config->extensions, word))
            fail(words, "a key that this driver does not implement");
    }
    if (!client && strcmp(credentials.identity, "none") == 0)
        credentials.identity = NULL;
    proves = config->psk != NULL || config->srp != NULL;
    if (client && anonymous && (proves || trusts_given))
        fail(words, "anonymous=1 cannot be combined with trust, psk or srp; remove one of them");
    if (client)
        config->key_only = config->verify && !trusts_given && (proves || anonymous);
    else
        config->key_only = proves && !anonymous && credentials.identity == NULL;
    if (!client && credentials.identity == NULL)
        config->client_auth = GNUTLS_CERT_IGNORE, config->later = false;
    certificates = client ? !config->key_only : credentials.identity != NULL;
    /* Only if the peer's certificate is verified. */
    raw = NULL;
    if (certificates && (client ? trusts_given || !(proves || anonymous)
                                : config->client_auth != GNUTLS_CERT_IGNORE || config->later))
        raw = config->raw;
    if (config->defaults && config->raw != NULL)
        fail(words, "raw public keys require a priority string; remove defaults=1");
    if (!config->defaults)
        priority = with_raw = raw_priority(priority, client, credentials.identity, raw, strcmp(credentials.trust, "none") == 0);
    if (!client && config->client_auth == GNUTLS_CERT_IGNORE && !config->later) {
        credentials.trust = "none";
        credentials.crl = false;
        credentials.limit = 0;
    }
    credentials.trust = one_of(words, credentials.trust, trusts);

    if (!*missing && !config->defaults) {
        *code = parse_priority(config, priority);
        if (*code < 0)
            *call = "priority";
        else
            *code = add_key_exchanges(config, priority, anonymous, certificates);
    }
    free(with_raw);
    config->raw_flags = raw_flags(config->priority);
    if (!*missing && *code >= 0)
        *code = extension_check(&config->extensions);
    if (!*missing && *code >= 0 && config->psk != NULL)
        *code = psk_build(config->psk, client);
    if (!*missing && *code >= 0 && config->srp != NULL)
        *code = srp_build(config->srp, client);
    if (!*missing && *code >= 0 && anonymous && (config->anonymous = anonymous_make(client)) == NULL)
        *code = GNUTLS_E_MEMORY_ERROR;
    if (!*missing && *code >= 0 && config->ticket_key != NULL && !config_resumes(config, client, config_enables_tls13(config))) {
        needs = "3.6.5";
        *code = GNUTLS_E_UNIMPLEMENTED_FEATURE;
    }
    if (config->early != 0 && replay != NULL && config->ticket_key != NULL)
        config->window = window_make(replay);
    else
        config->early = 0;
    if (*missing || *code < 0) {
        config_free(config);
        return NULL;
    }
    config->credentials = credentials_load(&credentials);
    if (config->credentials == NULL)
        fail(words, "there is no identity of this name in the fixtures");
    return config;
}
