/* Anonymous key exchange of a configuration. */
#include "anonymous.h"

#include <stdlib.h>
#include <string.h>

#include "words.h"

struct anonymous {
    gnutls_anon_client_credentials_t client;
    gnutls_anon_server_credentials_t server;
};

struct anonymous *anonymous_make(bool client)
{
    struct anonymous *anonymous = allocate(sizeof(*anonymous));
    int code = client ? gnutls_anon_allocate_client_credentials(&anonymous->client)
                      : gnutls_anon_allocate_server_credentials(&anonymous->server);

    if (code >= 0)
        return anonymous;
    free(anonymous);
    return NULL;
}

void anonymous_free(struct anonymous *anonymous)
{
    if (anonymous == NULL)
        return;
    if (anonymous->client != NULL)
        gnutls_anon_free_client_credentials(anonymous->client);
    if (anonymous->server != NULL)
        gnutls_anon_free_server_credentials(anonymous->server);
    free(anonymous);
}

char *anonymous_priority(const char *priority)
{
    return extend_priority(priority, "ANON", ":+ANON-ECDH:+ANON-DH");
}

int anonymous_apply(gnutls_session_t session, const struct anonymous *anonymous)
{
    return gnutls_credentials_set(session, GNUTLS_CRD_ANON,
                                  anonymous->client != NULL ? (void *)anonymous->client : (void *)anonymous->server);
}

bool anonymous_was(gnutls_session_t session)
{
    return gnutls_auth_get_type(session) == GNUTLS_CRD_ANON;
}
