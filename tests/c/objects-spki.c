/* The verbs about objects for the parameters of RSA keys: RSA-PSS (RFC 4055) and RSA-OAEP. */
#include <gnutls/abstract.h>
#include <string.h>

#include "objects-x509.h"

static gnutls_x509_spki_t new_spki(void)
{
    gnutls_x509_spki_t spki;

    if (gnutls_x509_spki_init(&spki) < 0)
        fail_setup("gnutls_x509_spki_init", "failed");
    return spki;
}

/* Lists the parameters of a key, if it has any. */
static void list_parameters(gnutls_x509_spki_t spki, int algorithm)
{
    gnutls_digest_algorithm_t digest = GNUTLS_DIG_UNKNOWN;
    unsigned int salt = 0;
#if GNUTLS_VERSION_NUMBER >= 0x030804
    gnutls_datum_t *label = output();

    if (algorithm == GNUTLS_PK_RSA_OAEP) {
        if (!fact_failed("digest", gnutls_x509_spki_get_rsa_oaep_params(spki, &digest, label)) && digest != GNUTLS_DIG_UNKNOWN) {
            fact_string("digest", gnutls_digest_get_name(digest));
            fact_datum("label", label);
        }
        return;
    }
#endif
    if (algorithm != GNUTLS_PK_RSA_PSS || fact_failed("digest", gnutls_x509_spki_get_rsa_pss_params(spki, &digest, &salt)) ||
        digest == GNUTLS_DIG_UNKNOWN)
        return;
    fact_string("digest", gnutls_digest_get_name(digest));
    fact_number("salt", salt);
}

static bool has_parameters(int algorithm)
{
#if GNUTLS_VERSION_NUMBER >= 0x030804
    if (algorithm == GNUTLS_PK_RSA_OAEP)
        return true;
#endif
    return algorithm == GNUTLS_PK_RSA_PSS;
}

static void list_algorithm(int algorithm)
{
    fact_string("algorithm", algorithm <= 0 ? NULL : gnutls_pk_get_name((gnutls_pk_algorithm_t)algorithm));
}

static void list_private(gnutls_privkey_t key)
{
    gnutls_x509_spki_t spki = new_spki();
    int algorithm = gnutls_privkey_get_pk_algorithm(key, NULL);

    list_algorithm(algorithm);
    if (has_parameters(algorithm) && !fact_failed("digest", gnutls_privkey_get_spki(key, spki, 0)))
        list_parameters(spki, algorithm);
    gnutls_x509_spki_deinit(spki);
}

static void list_public(gnutls_pubkey_t key)
{
    gnutls_x509_spki_t spki = new_spki();
    int algorithm = gnutls_pubkey_get_pk_algorithm(key, NULL);

    list_algorithm(algorithm);
    if (has_parameters(algorithm) && !fact_failed("digest", gnutls_pubkey_get_spki(key, spki, 0)))
        list_parameters(spki, algorithm);
    gnutls_x509_spki_deinit(spki);
}

static void list_certificate(gnutls_x509_crt_t certificate)
{
    gnutls_x509_spki_t spki = new_spki();
    int algorithm = gnutls_x509_crt_get_pk_algorithm(certificate, NULL);

    list_algorithm(algorithm);
    if (algorithm == GNUTLS_PK_RSA_PSS && !fact_error("digest", gnutls_x509_crt_get_spki(certificate, spki, 0)))
        list_parameters(spki, algorithm);
    gnutls_x509_spki_deinit(spki);
}

enum status object_spki(void)
{
    const char *format = option("format");
    gnutls_x509_crt_t certificate;
    gnutls_privkey_t private;
    gnutls_pubkey_t public;
    int code;

    group("spki");
    if (format == NULL) {
        private = key_option("from", &code);
        if (result(code)) {
            list_private(private);
            gnutls_privkey_deinit(private);
        }
    } else if (strcmp(format, "public") == 0) {
        public = public_option("from", &code);
        if (needs != NULL)
            return UNSUPPORTED;
        if (result(code)) {
            list_public(public);
            gnutls_pubkey_deinit(public);
        }
    } else {
        certificate = certificate_option("from", &code);
        if (result(code)) {
            list_certificate(certificate);
            gnutls_x509_crt_deinit(certificate);
        }
    }
    return DONE;
}

/* Restricts a private key. The algorithm of an abstract key remains the one of its import. */
static int restrict_private(gnutls_x509_spki_t spki, gnutls_datum_t *pem)
{
    gnutls_datum_t from = bytes_option("from");
    gnutls_x509_privkey_t key;
    int code;

    if (gnutls_x509_privkey_init(&key) < 0)
        fail_setup("gnutls_x509_privkey_init", "failed");
    code = gnutls_x509_privkey_import2(key, &from, GNUTLS_X509_FMT_PEM, NULL, 0);
    TRY(gnutls_x509_privkey_set_spki(key, spki, 0));
    TRY(gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, pem));
    gnutls_x509_privkey_deinit(key);
    return code;
}

static int restrict_public(gnutls_x509_spki_t spki, gnutls_datum_t *pem)
{
    int code;
    gnutls_pubkey_t key = public_option("from", &code);

    TRY(gnutls_pubkey_set_spki(key, spki, 0));
    TRY(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_PEM, pem));
    if (key != NULL)
        gnutls_pubkey_deinit(key);
    return code;
}

enum status object_restrict(void)
{
    gnutls_digest_algorithm_t digest;
    gnutls_datum_t *pem = output();
    gnutls_x509_spki_t spki;
    int code = 0;

    ALGORITHM(digest, "digest", gnutls_digest_get_id);
#if GNUTLS_VERSION_NUMBER < 0x030804
    if (option("label") != NULL) {
        needs = "3.8.4";
        return UNSUPPORTED;
    }
#endif
    group("restrict");
    spki = new_spki();
    if (option("label") == NULL)
        gnutls_x509_spki_set_rsa_pss_params(spki, digest, (unsigned int)number_option("salt", 0));
#if GNUTLS_VERSION_NUMBER >= 0x030804
    else {
        gnutls_datum_t label = bytes_option("label");

        code = gnutls_x509_spki_set_rsa_oaep_params(spki, digest, &label);
    }
#endif
    TRY(switch_option("public") ? restrict_public(spki, pem) : restrict_private(spki, pem));
    gnutls_x509_spki_deinit(spki);
    if (needs != NULL)
        return UNSUPPORTED;
    if (result(code)) {
        fact_datum("pem", pem);
        name_bytes(pem->data, pem->size);
    }
    return DONE;
}
