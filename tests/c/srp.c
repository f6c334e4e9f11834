/* Users and passwords (SRP) of a configuration. */
#include "srp.h"

#include <stdlib.h>
#include <string.h>

#include "endpoint.h"

#define MAX_USERS 8
#define SALT_SIZE 16

struct srp {
    struct {
        char *name;
        char *password;
    } users[MAX_USERS];
    size_t count;
    bool callback;
    char *seed;
    unsigned int bits;
    gnutls_srp_client_credentials_t client;
    gnutls_srp_server_credentials_t server;
};

/* Adds USER:PASSWORD,... */
static void add_users(const struct words *words, struct srp *srp, const char *list)
{
    char *text = copy_string(list);
    char *rest = NULL;
    char *entry;

    for (entry = strtok_r(text, ",", &rest); entry != NULL; entry = strtok_r(NULL, ",", &rest)) {
        char *colon = strchr(entry, ':');

        if (colon == NULL || srp->count == MAX_USERS)
            fail(words, "users are NAME:PASSWORD,... and at most 8");
        *colon = '\0';
        srp->users[srp->count].name = copy_string(entry);
        srp->users[srp->count].password = copy_string(colon + 1);
        srp->count++;
    }
    free(text);
}

bool srp_option(const struct words *words, struct srp **srp, const char *word)
{
    const char *users = value_of(word, "srp");
    const char *callback = value_of(word, "srp_callback");
    const char *bits = value_of(word, "srp_bits");
    const char *seed = value_of(word, "srp_seed");

    if (users == NULL && callback == NULL && bits == NULL && seed == NULL)
        return false;
    if (*srp == NULL) {
        *srp = allocate(sizeof(**srp));
        (*srp)->bits = 2048;
    }
    if (users != NULL)
        add_users(words, *srp, users);
    if (callback != NULL)
        (*srp)->callback = switch_of(words, callback);
    if (bits != NULL)
        (*srp)->bits = (unsigned int)number_of(words, bits, 2048, 4096);
    if (seed != NULL)
        (*srp)->seed = copy_string(seed);
    return true;
}

void srp_free(struct srp *srp)
{
    size_t i;

    if (srp == NULL)
        return;
    if (srp->client != NULL)
        gnutls_srp_free_client_credentials(srp->client);
    if (srp->server != NULL)
        gnutls_srp_free_server_credentials(srp->server);
    for (i = 0; i < srp->count; i++) {
        free(srp->users[i].name);
        free(srp->users[i].password);
    }
    free(srp->seed);
    free(srp);
}

char *srp_priority(const char *priority, bool certificates)
{
    return extend_priority(priority, "SRP", certificates ? ":+SRP:+SRP-RSA" : ":+SRP");
}

int srp_apply(gnutls_session_t session, const struct srp *srp, bool client)
{
    return gnutls_credentials_set(session, GNUTLS_CRD_SRP, client ? (void *)srp->client : (void *)srp->server);
}

bool srp_proven(gnutls_session_t session)
{
    return gnutls_auth_get_type(session) == GNUTLS_CRD_SRP;
}

static const struct srp *srp_of(gnutls_session_t session)
{
    const struct endpoint *endpoint = gnutls_session_get_ptr(session);

    return endpoint->config->srp;
}

/* GnuTLS frees the result with its own function. */
static bool hand_over(gnutls_datum_t *datum, const gnutls_datum_t *source)
{
    datum->data = gnutls_malloc(source->size);
    if (datum->data == NULL)
        return false;
    memcpy(datum->data, source->data, source->size);
    datum->size = source->size;
    return true;
}

/* 1 means an unknown user: GnuTLS continues with a salt of its own. */
static int find_user(gnutls_session_t session, const char *name, gnutls_datum_t *salt, gnutls_datum_t *verifier,
                     gnutls_datum_t *generator, gnutls_datum_t *prime)
{
    static unsigned char salt_bytes[SALT_SIZE] = "a salt of 16 B.";
    const gnutls_datum_t used_salt = { salt_bytes, SALT_SIZE };
    const struct srp *srp = srp_of(session);
    const gnutls_datum_t *used_prime = &gnutls_srp_2048_group_prime;
    const gnutls_datum_t *used_generator = &gnutls_srp_2048_group_generator;
    size_t i;

    if (srp->bits == 3072) {
        used_prime = &gnutls_srp_3072_group_prime;
        used_generator = &gnutls_srp_3072_group_generator;
    } else if (srp->bits == 4096) {
        used_prime = &gnutls_srp_4096_group_prime;
        used_generator = &gnutls_srp_4096_group_generator;
    }
    if (!hand_over(generator, used_generator) || !hand_over(prime, used_prime))
        return GNUTLS_E_MEMORY_ERROR;
    for (i = 0; i < srp->count; i++)
        if (strcmp(srp->users[i].name, name) == 0) {
            if (!hand_over(salt, &used_salt))
                return GNUTLS_E_MEMORY_ERROR;
            return gnutls_srp_verifier(name, srp->users[i].password, &used_salt, used_generator, used_prime, verifier);
        }
    return 1;
}

/* Called for every hello. */
static int tell_user(gnutls_session_t session, char **name, char **password)
{
    const struct srp *srp = srp_of(session);

    if (srp->count == 0)
        return GNUTLS_E_INSUFFICIENT_CREDENTIALS;
    *name = gnutls_strdup(srp->users[0].name);
    *password = gnutls_strdup(srp->users[0].password);
    return *name == NULL || *password == NULL ? GNUTLS_E_MEMORY_ERROR : 0;
}

int srp_build(struct srp *srp, bool client)
{
    int code;

    if (client) {
        code = gnutls_srp_allocate_client_credentials(&srp->client);
        if (code < 0)
            return code;
        if (!srp->callback && srp->count > 0)
            return gnutls_srp_set_client_credentials(srp->client, srp->users[0].name, srp->users[0].password);
        gnutls_srp_set_client_credentials_function(srp->client, tell_user);
        return 0;
    }
    code = gnutls_srp_allocate_server_credentials(&srp->server);
    if (code < 0)
        return code;
    gnutls_srp_set_server_credentials_function(srp->server, find_user);
    if (srp->seed != NULL) {
        gnutls_datum_t seed = { (unsigned char *)srp->seed, (unsigned int)strlen(srp->seed) };

        gnutls_srp_set_server_fake_salt_seed(srp->server, &seed, SALT_SIZE);
    }
    return 0;
}

/*
 * During a handshake the name is available although it is unproven, and after resumption it is empty: a careful program does
 * not read it then.
 */
void srp_observe(const struct endpoint *endpoint, struct text *text)
{
    gnutls_session_t session = endpoint->session;
    bool proven = endpoint->finished && !endpoint->underway && !endpoint->keyless && srp_proven(session);

    json_name(text, "srp");
    json_string(text, proven && !endpoint->client && !gnutls_session_is_resumed(session)
                          ? gnutls_srp_server_get_username(session)
                          : NULL);
}
