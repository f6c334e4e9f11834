/* The verbs about objects that verify certificates. */
#include <arpa/inet.h>
#include <string.h>

#include "clock.h"
#include "objects-x509.h"
#include "token.h"

/* Since 3.6.4. */
#ifndef GNUTLS_E_CRL_VERIFICATION_ERROR
#define GNUTLS_E_CRL_VERIFICATION_ERROR -426
#define GNUTLS_TL_FAIL_ON_INVALID_CRL (1 << 5)
#endif

struct bit {
    const char *name;
    unsigned int bits;
};

static const struct bit statuses[] = {
    { "GNUTLS_CERT_INVALID", GNUTLS_CERT_INVALID },
    { "GNUTLS_CERT_REVOKED", GNUTLS_CERT_REVOKED },
    { "GNUTLS_CERT_SIGNER_NOT_FOUND", GNUTLS_CERT_SIGNER_NOT_FOUND },
    { "GNUTLS_CERT_SIGNER_NOT_CA", GNUTLS_CERT_SIGNER_NOT_CA },
    { "GNUTLS_CERT_INSECURE_ALGORITHM", GNUTLS_CERT_INSECURE_ALGORITHM },
    { "GNUTLS_CERT_NOT_ACTIVATED", GNUTLS_CERT_NOT_ACTIVATED },
    { "GNUTLS_CERT_EXPIRED", GNUTLS_CERT_EXPIRED },
    { "GNUTLS_CERT_SIGNATURE_FAILURE", GNUTLS_CERT_SIGNATURE_FAILURE },
    { "GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED", GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED },
    { "GNUTLS_CERT_UNEXPECTED_OWNER", GNUTLS_CERT_UNEXPECTED_OWNER },
    { "GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE", GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE },
    { "GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE", GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE },
    { "GNUTLS_CERT_MISMATCH", GNUTLS_CERT_MISMATCH },
    { "GNUTLS_CERT_PURPOSE_MISMATCH", GNUTLS_CERT_PURPOSE_MISMATCH },
    { "GNUTLS_CERT_MISSING_OCSP_STATUS", GNUTLS_CERT_MISSING_OCSP_STATUS },
    { "GNUTLS_CERT_INVALID_OCSP_STATUS", GNUTLS_CERT_INVALID_OCSP_STATUS },
    { "GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS", GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS },
};

static const struct bit flags[] = {
    { "DISABLE_CA_SIGN", GNUTLS_VERIFY_DISABLE_CA_SIGN },
    { "DO_NOT_ALLOW_SAME", GNUTLS_VERIFY_DO_NOT_ALLOW_SAME },
    { "ALLOW_ANY_X509_V1_CA_CRT", GNUTLS_VERIFY_ALLOW_ANY_X509_V1_CA_CRT },
    { "ALLOW_SIGN_RSA_MD5", GNUTLS_VERIFY_ALLOW_SIGN_RSA_MD5 },
    { "ALLOW_SIGN_WITH_SHA1", GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1 },
    { "ALLOW_BROKEN", GNUTLS_VERIFY_ALLOW_BROKEN },
    { "DISABLE_TIME_CHECKS", GNUTLS_VERIFY_DISABLE_TIME_CHECKS },
    { "DISABLE_TRUSTED_TIME_CHECKS", GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS },
    { "DO_NOT_ALLOW_X509_V1_CA_CRT", GNUTLS_VERIFY_DO_NOT_ALLOW_X509_V1_CA_CRT },
    { "DISABLE_CRL_CHECKS", GNUTLS_VERIFY_DISABLE_CRL_CHECKS },
    { "DO_NOT_ALLOW_UNSORTED_CHAIN", GNUTLS_VERIFY_DO_NOT_ALLOW_UNSORTED_CHAIN },
    { "DO_NOT_ALLOW_WILDCARDS", GNUTLS_VERIFY_DO_NOT_ALLOW_WILDCARDS },
    { "DO_NOT_ALLOW_IP_MATCHES", GNUTLS_VERIFY_DO_NOT_ALLOW_IP_MATCHES },
    { "IGNORE_UNKNOWN_CRIT_EXTENSIONS", GNUTLS_VERIFY_IGNORE_UNKNOWN_CRIT_EXTENSIONS },
};

static const struct bit profiles[] = {
    { "VERY_WEAK", GNUTLS_PROFILE_VERY_WEAK }, { "LOW", GNUTLS_PROFILE_LOW },       { "LEGACY", GNUTLS_PROFILE_LEGACY },
    { "MEDIUM", GNUTLS_PROFILE_MEDIUM },       { "HIGH", GNUTLS_PROFILE_HIGH },     { "ULTRA", GNUTLS_PROFILE_ULTRA },
    { "FUTURE", 8 }, /* GNUTLS_PROFILE_FUTURE, since 3.6.8 */
    { "SUITEB128", GNUTLS_PROFILE_SUITEB128 },
    { "SUITEB192", GNUTLS_PROFILE_SUITEB192 },
};

static unsigned int bits_of(const char *name, const struct bit *table, size_t count)
{
    for (; count > 0; count--, table++)
        if (strcmp(table->name, name) == 0)
            return table->bits;
    fail_setup(name, "there is no such flag or profile");
}

#define LENGTH(table) (sizeof(table) / sizeof((table)[0]))

unsigned int flags_option(void)
{
    unsigned int bits = 0;
    size_t count, i;
    char **names = list_option("flags", &count);
    const char *profile = option("profile");

    for (i = 0; i < count; i++)
        bits |= bits_of(names[i], flags, LENGTH(flags));
    return profile == NULL ? bits : bits | GNUTLS_PROFILE_TO_VFLAGS(bits_of(profile, profiles, LENGTH(profiles)));
}

void fact_status(unsigned int status)
{
    size_t i;

    for (i = 0; i < LENGTH(statuses); i++) {
        if ((status & statuses[i].bits) != 0)
            fact_flag(dotted("status", statuses[i].name), true);
        status &= ~statuses[i].bits;
    }
    if (status != 0)
        fact_number("status.other", status);
}

/* Returns the bytes of an address, or none if the option is missing. */
static gnutls_datum_t address_option(void)
{
    const char *text = option("address");
    gnutls_datum_t address = { NULL, 0 };

    if (text == NULL)
        return address;
    address.data = scratch(16);
    address.size = strchr(text, ':') != NULL ? 16 : 4;
    if (inet_pton(address.size == 4 ? AF_INET : AF_INET6, text, address.data) != 1)
        fail_setup(text, "is no address");
    return address;
}

gnutls_x509_crt_t certificate_option(const char *key, int *code)
{
    gnutls_datum_t from = bytes_option(key);
    gnutls_x509_crt_t certificate;

    if (gnutls_x509_crt_init(&certificate) < 0)
        fail_setup("gnutls_x509_crt_init", "failed");
    *code = gnutls_x509_crt_import(certificate, &from, GNUTLS_X509_FMT_PEM);
    if (*code >= 0)
        return certificate;
    gnutls_x509_crt_deinit(certificate);
    return NULL;
}

enum status object_matches(void)
{
    const char *name = text_option("name"), *email = text_option("email"), *purpose = option("purpose");
    gnutls_datum_t address = address_option();
    gnutls_x509_crt_t certificate, issuer;
    unsigned int status;
    int code;

    group("matches");
    certificate = certificate_option("certificate", &code);
    if (!result(code))
        return DONE;
    if (name != NULL)
        fact_flag("name", gnutls_x509_crt_check_hostname2(certificate, name, flags_option()));
    if (address.size > 0)
        fact_flag("address", gnutls_x509_crt_check_ip(certificate, address.data, address.size, 0));
    if (email != NULL)
        fact_flag("email", gnutls_x509_crt_check_email(certificate, email, 0));
    if (purpose != NULL)
        fact_flag("purpose", gnutls_x509_crt_check_key_purpose(certificate, purpose, 0));
    if (option("issuer") != NULL) {
        issuer = certificate_option("issuer", &code);
        if (!fact_error("issuer", code)) {
            fact_flag("issuer", gnutls_x509_crt_check_issuer(certificate, issuer));
            code = gnutls_x509_crt_verify(certificate, &issuer, 1, flags_option(), &status);
            if (!fact_failed("verified", code))
                fact_status(status);
            gnutls_x509_crt_deinit(issuer);
        }
    }
    gnutls_x509_crt_deinit(certificate);
    return DONE;
}

#define MAX_STEPS 32

/* The certificates and issuers of successful steps of a verification. */
static struct {
    gnutls_datum_t certificate, issuer;
} steps[MAX_STEPS];
static size_t step_count;

static int record_step(gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer, gnutls_x509_crl_t list,
                       unsigned int status)
{
    gnutls_datum_t *first = output(), *second = output();

    (void)list;
    if (certificate == NULL || issuer == NULL || status != 0 || step_count == MAX_STEPS)
        return 0;
    if (gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, first) >= 0 &&
        gnutls_x509_crt_export2(issuer, GNUTLS_X509_FMT_DER, second) >= 0) {
        steps[step_count].certificate = *first;
        steps[step_count].issuer = *second;
        step_count++;
    }
    return 0;
}

static bool is_same(const gnutls_datum_t *first, const gnutls_datum_t *second)
{
    return first->size == second->size && memcmp(first->data, second->data, first->size) == 0;
}

/* Lists the digests of a trusted chain, from its end entity to the authority. */
static void fact_path(gnutls_x509_crt_t first)
{
    gnutls_datum_t *der = output(), current;
    size_t length = 0, i;

    if (gnutls_x509_crt_export2(first, GNUTLS_X509_FMT_DER, der) < 0)
        return;
    current = *der;
    fact_datum(numbered("path", length++, NULL), &current);
    for (i = step_count; i > 0 && length < MAX_STEPS; i--) {
        if (is_same(&steps[i - 1].certificate, &current) && !is_same(&steps[i - 1].issuer, &current)) {
            current = steps[i - 1].issuer;
            fact_datum(numbered("path", length++, NULL), &current);
            i = step_count + 1;
        }
    }
}

/* Fills a trust list. Returns whether each part was accepted. */
static bool fill_list(gnutls_x509_trust_list_t list)
{
    bool on_token = is_token_url(option("trust"));
    gnutls_datum_t none = { NULL, 0 }, trust = on_token ? none : bytes_option("trust"), crls = bytes_option("crls"), distrust = bytes_option("distrust"),
                   *der;
    unsigned int crl_flags = GNUTLS_TL_NO_DUPLICATES, count = 0, i;
    const char *name = text_option("pinned_name");
    gnutls_x509_crt_t *certificates = NULL, pinned;
    int code;

    if (on_token) {
        code = gnutls_x509_trust_list_add_trust_file(list, option("trust"), NULL, GNUTLS_X509_FMT_PEM, 0, 0);
        if (fact_error("trust", code))
            return false;
        fact_number("trust", code);
    } else if (trust.size > 0) {
        code = gnutls_x509_crt_list_import2(&certificates, &count, &trust, GNUTLS_X509_FMT_PEM, 0);
        if (code >= 0)
            code = gnutls_x509_trust_list_add_cas(list, certificates, count, GNUTLS_TL_NO_DUPLICATES);
        gnutls_free(certificates);
        if (fact_error("trust", code))
            return false;
        fact_number("trust", code);
    }
    if (crls.size > 0) {
        if (!switch_option("unverified"))
            crl_flags |= GNUTLS_TL_VERIFY_CRL | GNUTLS_TL_FAIL_ON_INVALID_CRL;
        code = gnutls_x509_trust_list_add_trust_mem(list, NULL, &crls, GNUTLS_X509_FMT_PEM, crl_flags, 0);
        /* Older releases skip lists that are not valid. */
        if (code == 0)
            code = GNUTLS_E_CRL_VERIFICATION_ERROR;
        if (fact_error("crls", code))
            return false;
        fact_number("crls", code);
    }
    if (name != NULL) {
        pinned = certificate_option("pinned", &code);
        if (fact_error("pinned", code))
            return false;
        code = gnutls_x509_trust_list_add_named_crt(list, pinned, name, strlen(name), 0);
        if (fact_error("pinned", code)) {
            gnutls_x509_crt_deinit(pinned);
            return false;
        }
    }
    if (distrust.size > 0) {
        int removed = 0;

        code = gnutls_x509_crt_list_import2(&certificates, &count, &distrust, GNUTLS_X509_FMT_PEM, 0);
        if (fact_error("distrust", code))
            return false;
        for (i = 0; i < count; i++) {
            der = output();
            code = gnutls_x509_crt_export2(certificates[i], GNUTLS_X509_FMT_DER, der);
            if (code >= 0)
                code = gnutls_x509_trust_list_remove_trust_mem(list, der, GNUTLS_X509_FMT_DER);
            removed = code < 0 ? code : removed + code;
            gnutls_x509_crt_deinit(certificates[i]);
        }
        gnutls_free(certificates);
        if (fact_error("distrust", removed))
            return false;
        fact_number("distrust", removed);
    }
    return true;
}

static void verify_chain(gnutls_x509_trust_list_t list, gnutls_x509_crt_t *chain, unsigned int count)
{
    gnutls_typed_vdata_st data[2];
    char *name = text_option("name"), *email = text_option("email");
    const char *purpose = option("purpose");
    gnutls_datum_t address = address_option();
    long long at = number_option("at", -1), moved = at < 0 ? 0 : at - time(NULL);
    unsigned int elements = 0, status = 0;
    int code;

    memset(data, 0, sizeof(data));
    if (name != NULL) {
        data[elements].type = GNUTLS_DT_DNS_HOSTNAME;
        data[elements++].data = (unsigned char *)name;
    } else if (email != NULL) {
        data[elements].type = GNUTLS_DT_RFC822NAME;
        data[elements++].data = (unsigned char *)email;
    } else if (address.size > 0) {
        data[elements].type = GNUTLS_DT_IP_ADDRESS;
        data[elements].size = address.size;
        data[elements++].data = address.data;
    }
    if (purpose != NULL) {
        data[elements].type = GNUTLS_DT_KEY_PURPOSE_OID;
        data[elements++].data = (unsigned char *)purpose;
    }
    step_count = 0;
    conformance_clock_advance(moved);
    code = gnutls_x509_trust_list_verify_crt2(list, chain, count, data, elements, flags_option(), &status,
                                              record_step);
    conformance_clock_advance(-moved);
    if (!result(code))
        return;
    fact_status(status);
    if (status == 0)
        fact_path(chain[0]);
}

enum status object_verify(void)
{
    gnutls_datum_t from = bytes_option("chain");
    gnutls_x509_trust_list_t list;
    gnutls_x509_crt_t *chain = NULL;
    unsigned int i, count = 0;
    int code;

    group("verification");
    code = gnutls_x509_crt_list_import2(&chain, &count, &from, GNUTLS_X509_FMT_PEM, 0);
    if (fact_error("chain", code))
        return DONE;
    if (gnutls_x509_trust_list_init(&list, 0) < 0)
        fail_setup("gnutls_x509_trust_list_init", "failed");
    if (fill_list(list)) {
        /* More do not fit into the array of the library. */
        if (count > 16)
            fact_guarded("result");
        else
            verify_chain(list, chain, count);
    }
    gnutls_x509_trust_list_deinit(list, 1);
    for (i = 0; i < count; i++)
        gnutls_x509_crt_deinit(chain[i]);
    gnutls_free(chain);
    return DONE;
}
