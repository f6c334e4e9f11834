/* The features of the library, found by probing. */
#include "features.h"

#include <dlfcn.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

#include "credentials.h"
#include "early.h"
#include "extension.h"
#include "language.h"
#include "psk.h"
#include "quic.h"
#include "raw.h"
#include "token.h"

const char *version_built(void)
{
    static char version[32];

    snprintf(version, sizeof(version), "%d.%d.%d", GNUTLS_VERSION_MAJOR, GNUTLS_VERSION_MINOR, GNUTLS_VERSION_PATCH);
    return version;
}

static bool accepts(const char *priority)
{
    gnutls_priority_t result;

    if (gnutls_priority_init(&result, priority, NULL) < 0)
        return false;
    gnutls_priority_deinit(result);
    return true;
}

/* 3.6.3 implements a draft of TLS 1.3, which no other release supports. */
static bool probe_tls13(void)
{
    return accepts("NORMAL:-VERS-ALL:+VERS-TLS1.3") && strcmp(gnutls_check_version(NULL), "3.6.3") != 0;
}

static bool probe_compat_off(void)
{
    return accepts("NORMAL:%DISABLE_TLS13_COMPAT_MODE");
}

/* The library can be built without SRP. */
static bool probe_srp(void)
{
    return accepts("NORMAL:+SRP");
}

/* Post-handshake authentication, and tickets that the program sends. */
static bool probe_post_auth(void)
{
    return GNUTLS_VERSION_NUMBER >= 0x030603 && probe_tls13();
}

static bool probe_quiet_tickets(void)
{
    return GNUTLS_VERSION_NUMBER >= 0x03060e;
}

static bool probe_early_export(void)
{
    return GNUTLS_VERSION_NUMBER >= 0x030608;
}

static bool probe_early_names(void)
{
    return GNUTLS_VERSION_NUMBER >= 0x030702;
}

static bool probe_token(void)
{
    return token_is_available();
}

static const struct {
    const char *name;
    bool (*probe)(void);
} features[] = {
#define FEATURE(name, probe) { name, probe_##probe },
    FEATURES(FEATURE)
};

#define FEATURE_COUNT (sizeof(features) / sizeof(features[0]))

int feature(const char *name)
{
    size_t i;

    for (i = 0; i < FEATURE_COUNT; i++)
        if (strcmp(features[i].name, name) == 0)
            return features[i].probe();
    return -1;
}

void features_describe(struct text *text)
{
    Dl_info library;
    void *symbol = dlsym(RTLD_DEFAULT, "gnutls_global_init");
    size_t i;

    text_add(text, "{");
    json_name(text, "built");
    json_string(text, version_built());
    json_name(text, "running");
    json_string(text, gnutls_check_version(NULL));
    json_name(text, "library");
    json_string(text, symbol != NULL && dladdr(symbol, &library) != 0 ? library.dli_fname : NULL);
    json_name(text, "features");
    text_add(text, "{");
    for (i = 0; i < FEATURE_COUNT; i++) {
        json_name(text, features[i].name);
        json_boolean(text, features[i].probe());
    }
    text_add(text, "}}");
}
