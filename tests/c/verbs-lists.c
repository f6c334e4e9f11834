/* The verbs that list the algorithms of the library, and those that a priority string enables. */
#include "verbs.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

#include "listing.h"

#define LAST_CODE (-1000)

/* A growing list of names with commas between them. */
struct names {
    struct text text;
    size_t count;
};

static void add_name(struct names *names, const char *name, unsigned int number)
{
    if (names->count > 0)
        text_add(&names->text, ",");
    if (name != NULL && strcmp(name, "Unknown") != 0)
        text_add(&names->text, "%s", name);
    else
        text_add(&names->text, "unknown (%u)", number);
    names->count++;
}

static void list_and_free(struct names *names, const char *call)
{
    text_add_bytes(&names->text, "", 1);
    list_names(call, names->count, names->text.bytes);
    text_free(&names->text);
}

#define ENABLED(call, function, name_of)                                          \
    do {                                                                          \
        const unsigned int *list = NULL;                                          \
        int length = function, i;                                                 \
        struct names names = { { NULL, 0, 0 }, 0 };                               \
                                                                                  \
        for (i = 0; i < length; i++)                                              \
            add_name(&names, name_of(list[i]), list[i]);                          \
        list_and_free(&names, call);                                              \
    } while (0)

#if GNUTLS_VERSION_NUMBER >= 0x030604
#define CERTIFICATE_TYPES(whose) gnutls_priority_certificate_type_list2(priority, &list, whose)
#else
#define CERTIFICATE_TYPES(whose) gnutls_priority_certificate_type_list(priority, &list)
#endif

static void list_enabled(gnutls_priority_t priority)
{
    struct names suites = { { NULL, 0, 0 }, 0 };
    unsigned int i, index;

    ENABLED("protocols", gnutls_priority_protocol_list(priority, &list), gnutls_protocol_get_name);
    ENABLED("ciphers", gnutls_priority_cipher_list(priority, &list), gnutls_cipher_get_name);
    ENABLED("macs", gnutls_priority_mac_list(priority, &list), gnutls_mac_get_name);
    ENABLED("key_exchanges", gnutls_priority_kx_list(priority, &list), gnutls_kx_get_name);
    ENABLED("groups", gnutls_priority_group_list(priority, &list), gnutls_group_get_name);
    ENABLED("signatures", gnutls_priority_sign_list(priority, &list), gnutls_sign_get_name);
    ENABLED("client_types", CERTIFICATE_TYPES(GNUTLS_CTYPE_CLIENT), gnutls_certificate_type_get_name);
    ENABLED("server_types", CERTIFICATE_TYPES(GNUTLS_CTYPE_SERVER), gnutls_certificate_type_get_name);
    for (i = 0;; i++) {
        int code = gnutls_priority_get_cipher_suite_index(priority, i, &index);

        if (code == GNUTLS_E_UNKNOWN_CIPHER_SUITE)
            continue;
        if (code < 0)
            break;
        add_name(&suites, gnutls_cipher_suite_info(index, NULL, NULL, NULL, NULL, NULL), index);
    }
    list_and_free(&suites, "suites");
}

enum status verb_priority(const struct words *words)
{
    gnutls_priority_t priority;
    const char *string, *position = NULL;
    const unsigned int *protocols;
    int code;

    string = words->word[1];
    if (strncmp(string, "SYSTEM:", 7) == 0) {
        string += 7;
#if GNUTLS_VERSION_NUMBER >= 0x030603
        code = gnutls_priority_init2(&priority, string, &position, GNUTLS_PRIORITY_INIT_DEF_APPEND);
#else
        needs = "3.6.3";
        return UNSUPPORTED;
#endif
    } else {
        code = gnutls_priority_init(&priority, strcmp(string, "SYSTEM") == 0 ? NULL : string, &position);
    }
    /* Before 3.6.3 GnuTLS accepts priorities without a protocol, whose sessions fail. */
    if (code >= 0 && gnutls_priority_protocol_list(priority, &protocols) == 0) {
        gnutls_priority_deinit(priority);
        list_guarded(NULL, "priority");
        return DONE;
    }
    list_code(NULL, "priority", code);
    if (code == GNUTLS_E_INVALID_REQUEST && position != NULL && position >= string &&
        position < string + strlen(string) && *position != ':')
        list_count(NULL, "position", (size_t)(position - string), NULL);
    if (code < 0)
        return DONE;
    list_enabled(priority);
    gnutls_priority_deinit(priority);
    return DONE;
}

#define LISTED(call, type, function, name_of)                                     \
    do {                                                                          \
        const type *next = function();                                            \
        struct names names = { { NULL, 0, 0 }, 0 };                               \
                                                                                  \
        for (; *next != 0; next++)                                                \
            if ((int)*next != -1)                                                 \
                add_name(&names, name_of(*next), (unsigned int)*next);            \
        list_and_free(&names, call);                                              \
    } while (0)

static void list_suites(void)
{
    struct names names = { { NULL, 0, 0 }, 0 };
    unsigned char id[2];
    const char *name;
    size_t i;

    for (i = 0; (name = gnutls_cipher_suite_info(i, id, NULL, NULL, NULL, NULL)) != NULL; i++) {
        char text[200];

        snprintf(text, sizeof(text), "%s=%02x%02x", name, id[0], id[1]);
        add_name(&names, text, 0);
    }
    list_and_free(&names, "suites");
}

static void list_sizes(void)
{
    const gnutls_cipher_algorithm_t *cipher = gnutls_cipher_list();
    const gnutls_digest_algorithm_t *digest = gnutls_digest_list();
    struct names names = { { NULL, 0, 0 }, 0 };
    char text[64];

    for (; *cipher != 0; cipher++) {
        snprintf(text, sizeof(text), "%zu/%u/%u/%u", gnutls_cipher_get_key_size(*cipher),
                 gnutls_cipher_get_block_size(*cipher), gnutls_cipher_get_iv_size(*cipher),
                 gnutls_cipher_get_tag_size(*cipher));
        add_name(&names, text, 0);
    }
    for (; *digest != 0; digest++) {
        snprintf(text, sizeof(text), "%u", gnutls_hash_get_len(*digest));
        add_name(&names, text, 0);
    }
    list_and_free(&names, "lengths");
}

/* Lists each code with the alert that is sent for it, if there is one. */
static void list_codes(void)
{
    struct names names = { { NULL, 0, 0 }, 0 };
    int code, level;

    for (code = 0; code >= LAST_CODE; code--) {
        const char *name = gnutls_strerror_name(code);
        char text[200];

        if (name == NULL)
            continue;
        if (code == GNUTLS_E_REHANDSHAKE || (gnutls_error_is_fatal(code) && code != GNUTLS_E_FATAL_ALERT_RECEIVED))
            snprintf(text, sizeof(text), "%s=%d", name, gnutls_error_to_alert(code, &level));
        else
            snprintf(text, sizeof(text), "%s", name);
        add_name(&names, text, 0);
    }
    list_and_free(&names, "codes");
}

enum status verb_algorithms(const struct words *words)
{
    (void)words;
    LISTED("protocols", gnutls_protocol_t, gnutls_protocol_list, gnutls_protocol_get_name);
    LISTED("ciphers", gnutls_cipher_algorithm_t, gnutls_cipher_list, gnutls_cipher_get_name);
    LISTED("macs", gnutls_mac_algorithm_t, gnutls_mac_list, gnutls_mac_get_name);
    LISTED("key_exchanges", gnutls_kx_algorithm_t, gnutls_kx_list, gnutls_kx_get_name);
    LISTED("groups", gnutls_group_t, gnutls_group_list, gnutls_group_get_name);
    LISTED("signatures", gnutls_sign_algorithm_t, gnutls_sign_list, gnutls_sign_get_name);
    LISTED("keys", gnutls_pk_algorithm_t, gnutls_pk_list, gnutls_pk_get_name);
    LISTED("digests", gnutls_digest_algorithm_t, gnutls_digest_list, gnutls_digest_get_name);
    LISTED("curves", gnutls_ecc_curve_t, gnutls_ecc_curve_list, gnutls_ecc_curve_get_name);
    list_suites();
    list_sizes();
    list_codes();
    return DONE;
}
