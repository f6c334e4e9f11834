/* The verb about objects for signed certificate timestamps (RFC 6962). */
#include <gnutls/x509-ext.h>
#include <string.h>

#include "objects-x509.h"

#define LIST_OID "1.3.6.1.4.1.11129.2.4.2"

static gnutls_datum_t *list_of(gnutls_x509_crt_t certificate, int *code)
{
    gnutls_datum_t *list = output();
    unsigned int critical;

    *code = gnutls_x509_crt_get_extension_by_oid2(certificate, LIST_OID, 0, list, &critical);
    return list;
}

static size_t two_bytes(const unsigned char *bytes)
{
    return (size_t)bytes[0] << 8 | bytes[1];
}

enum contents { VALID, UNKNOWN_VERSION, DAMAGED };

/* Returns what the crate finds in a list: C reads past the end of a damaged one before 3.8.13, and prints an undefined number
   in place of an unknown version. Version 1 has the number 0. */
static enum contents contents_of(const gnutls_datum_t *list)
{
    size_t header = list->size > 1 && list->data[1] >= 0x80 ? 2u + (list->data[1] & 0x7fu) : 2, at = header + 2;
    enum contents contents = VALID;

    if (list->size < at || at + two_bytes(list->data + header) != list->size)
        return DAMAGED;
    while (at + 2 <= list->size) {
        size_t length = two_bytes(list->data + at);

        at += 2;
        if (length > list->size - at)
            return DAMAGED;
        if (length > 0 && list->data[at] != 0)
            contents = UNKNOWN_VERSION;
        at += length;
    }
    return at == list->size ? contents : DAMAGED;
}

bool is_printable(gnutls_x509_crt_t certificate)
{
    int code;
    gnutls_datum_t *list = list_of(certificate, &code);

    if (code < 0)
        return true;
    switch (contents_of(list)) {
    case UNKNOWN_VERSION:
        return gnutls_check_version("3.7.3") == NULL;
    case DAMAGED:
        return gnutls_check_version("3.8.13") != NULL;
    default:
        return true;
    }
}

#if GNUTLS_VERSION_NUMBER >= 0x030703
static void list_timestamps(gnutls_x509_ct_scts_t list)
{
    unsigned int i, version;
    size_t number = 0;

    for (i = 0;; i++) {
        gnutls_datum_t *log = output(), *signature = output();
        gnutls_sign_algorithm_t algorithm;
        time_t time;
        int code = gnutls_x509_ct_sct_get_version(list, i, &version);

        /* The version is unknown. */
        if (code == GNUTLS_E_INVALID_REQUEST)
            continue;
        if (code >= 0)
            code = gnutls_x509_ct_sct_get(list, i, &time, log, &algorithm, signature);
        if (fact_failed(numbered("n", number, "log"), code) || code < 0)
            return;
        fact_datum(numbered("n", number, "log"), log);
        fact_time(numbered("n", number, "time"), time);
        fact_string(numbered("n", number, "algorithm"), gnutls_sign_get_name(algorithm));
        fact_datum(numbered("n", number, "signature"), signature);
        number++;
    }
}
#endif

enum status object_timestamps(void)
{
#if GNUTLS_VERSION_NUMBER >= 0x030703
    gnutls_x509_crt_t certificate;
    gnutls_x509_ct_scts_t timestamps;
    gnutls_datum_t from = bytes_option("from"), *list;
    int code;

    group("timestamps");
    if (gnutls_x509_crt_init(&certificate) < 0 || gnutls_x509_ext_ct_scts_init(&timestamps) < 0)
        fail_setup("gnutls_x509_ext_ct_scts_init", "failed");
    if (!result(gnutls_x509_crt_import(certificate, &from, GNUTLS_X509_FMT_DER))) {
        gnutls_x509_ext_ct_scts_deinit(timestamps);
        gnutls_x509_crt_deinit(certificate);
        return DONE;
    }
    list = list_of(certificate, &code);
    if (code >= 0 && contents_of(list) == DAMAGED)
        fact_guarded("n.1.log");
    else if (code >= 0 && !fact_error("n.1.log", gnutls_x509_ext_ct_import_scts(list, timestamps, 0)))
        list_timestamps(timestamps);
    gnutls_x509_ext_ct_scts_deinit(timestamps);
    gnutls_x509_crt_deinit(certificate);
    return DONE;
#else
    needs = "3.7.3";
    return UNSUPPORTED;
#endif
}
