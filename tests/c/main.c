/*
 * The native driver of the conformance suite: interprets scenarios by calling GnuTLS, as a careful C program would, and
 * prints what it sees. See FORMAT.md.
 */
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "config.h"
#include "features.h"
#include "json.h"
#include "scenario.h"
#include "words.h"

static int usage(void)
{
    fputs("usage: native-driver [--fixtures DIRECTORY] < SCENARIOS\n"
          "       native-driver --probe | --versions\n",
          stderr);
    return 2;
}

/* The library must see the virtual clock, or nothing of what follows can be repeated. */
static void check_clock(void)
{
    unsigned long asked = conformance_clock_asked();
    gnutls_session_t session;
    gnutls_datum_t key = { NULL, 0 };
    bool bound;

    if (gnutls_init(&session, GNUTLS_SERVER) < 0)
        fail_setup("gnutls_init", "failed");
    if (gnutls_session_ticket_key_generate(&key) < 0)
        fail_setup("gnutls_session_ticket_key_generate", "failed");
    gnutls_session_ticket_enable_server(session, &key);
    gnutls_deinit(session);
    gnutls_free(key.data);
    bound = conformance_clock_asked() != asked;
    if (!bound)
        fail_setup("the virtual clock", "the library does not ask it");
}

int main(int argc, char **argv)
{
    struct text text = { NULL, 0, 0 };
    int i;

    if (gnutls_global_init() < 0)
        fail_setup("gnutls_global_init", "failed");
    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--fixtures") == 0 && i + 1 < argc) {
            config_set_fixtures(argv[++i]);
        } else if (strcmp(argv[i], "--versions") == 0) {
            printf("built %s, running %s\n", version_built(), gnutls_check_version(NULL));
            return 0;
        } else if (strcmp(argv[i], "--probe") == 0) {
            features_describe(&text);
            printf("%.*s\n", (int)text.length, text.bytes);
            text_free(&text);
            return 0;
        } else {
            return usage();
        }
    }
    check_clock();
    scenarios_run(stdin);
    config_unload();
    return 0;
}
