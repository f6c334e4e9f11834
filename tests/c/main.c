/*
 * The native driver of the conformance suite: interprets scenarios by calling GnuTLS, as a careful C program would, and
 * prints the facts. See FORMAT.md.
 */
#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "features.h"
#include "json.h"
#include "scenario.h"
#include "token.h"
#include "words.h"

static int usage(void)
{
    fputs("usage: native-driver [--fixtures DIRECTORY] [--token MODULE] < SCENARIOS\n"
          "       native-driver --probe | --versions\n",
          stderr);
    return 2;
}

static ssize_t push_nothing(gnutls_transport_ptr_t context, const void *bytes, size_t length)
{
    (void)context;
    (void)bytes;
    (void)length;
    errno = EPIPE;
    return -1;
}

/* The library must read the virtual clock, or no run can be repeated. Every handshake reads the time. */
static void check_clock(void)
{
    unsigned long asked;
    gnutls_session_t session;

    if (gnutls_init(&session, GNUTLS_CLIENT) < 0)
        fail_setup("gnutls_init", "failed");
    gnutls_set_default_priority(session);
    gnutls_transport_set_push_function(session, push_nothing);
    asked = conformance_clock_asked();
    gnutls_handshake(session);
    gnutls_deinit(session);
    if (conformance_clock_asked() == asked)
        fail_setup("the virtual clock", "the library does not read it; link the driver with -rdynamic");
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
        } else if (strcmp(argv[i], "--token") == 0 && i + 1 < argc) {
            token_set_module(argv[++i]);
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
