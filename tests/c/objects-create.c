/* The verbs about objects that create certificates, requests and revocation lists. */
#include <arpa/inet.h>
#include <gnutls/x509-ext.h>
#include <stdlib.h>
#include <string.h>

#include "objects-x509.h"

/* Reads a name such as dns:objects.example. */
static gnutls_datum_t general_name(const char *word, gnutls_x509_subject_alt_name_t *type)
{
    static const struct {
        const char *prefix;
        gnutls_x509_subject_alt_name_t type;
    } types[] = { { "dns:", GNUTLS_SAN_DNSNAME },
                  { "email:", GNUTLS_SAN_RFC822NAME },
                  { "uri:", GNUTLS_SAN_URI },
                  { "ip:", GNUTLS_SAN_IPADDRESS } };
    gnutls_datum_t value;
    size_t i;

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        size_t length = strlen(types[i].prefix);

        if (strncmp(word, types[i].prefix, length) != 0)
            continue;
        *type = types[i].type;
        value.data = (unsigned char *)decoded(word + length, NULL);
        value.size = (unsigned int)strlen((char *)value.data);
        if (*type == GNUTLS_SAN_IPADDRESS) {
            unsigned char *address = scratch(16);

            value.size = strchr((char *)value.data, ':') != NULL ? 16 : 4;
            if (inet_pton(value.size == 4 ? AF_INET : AF_INET6, (char *)value.data, address) != 1)
                fail_setup(word, "is no address");
            value.data = address;
        }
        return value;
    }
    fail_setup(word, "is no name");
}

/* Encodes a key usage. Releases before 3.7.2 write two bytes of bits, although DER omits those that are 0 at the end. */
static int usage_extension(gnutls_datum_t *usage)
{
    int code = gnutls_x509_ext_export_key_usage((unsigned int)number_option("usage", 0), usage);
    unsigned char *der = usage->data;

    if (code < 0 || usage->size != 5 || der[4] != 0)
        return code;
    der[1] = 2;
    der[2] = 0;
    while (der[3] != 0 && (der[3] >> der[2] & 1) == 0)
        der[2]++;
    if (der[3] == 0)
        der[1] = 1;
    usage->size = 2u + der[1];
    return code;
}

/* Omits the qualifiers of policies that have none, which releases before 3.7.2 write as an empty sequence. The lengths have
 * one byte. */
static int omit_empty_qualifiers(gnutls_x509_crt_t certificate)
{
    unsigned char from[128], to[128] = { 0x30 };
    size_t size = sizeof(from), read = 2, written = 2;
    unsigned int critical;
    int code = gnutls_x509_crt_get_extension_by_oid(certificate, GNUTLS_X509EXT_OID_CRT_POLICY, 0, from, &size, &critical);

    while (code >= 0 && read < size) {
        size_t length = from[read + 1], end = read + 2 + length;

        if (from[end - 2] == 0x30 && from[end - 1] == 0)
            length -= 2;
        to[written] = 0x30;
        to[written + 1] = (unsigned char)length;
        memcpy(to + written + 2, from + read + 2, length);
        written += 2 + length;
        read = end;
    }
    to[1] = (unsigned char)(written - 2);
    TRY(gnutls_x509_crt_set_extension_by_oid(certificate, GNUTLS_X509EXT_OID_CRT_POLICY, to, written, critical));
    return code;
}

/* The extensions that certificates and requests have in common. */
#define COMMON_EXTENSIONS(kind, object)                                                                                \
    do {                                                                                                               \
        char **list;                                                                                                   \
        size_t count, i;                                                                                               \
        gnutls_x509_tlsfeatures_t features;                                                                            \
                                                                                                                       \
        list = list_option("names", &count);                                                                           \
        for (i = 0; i < count; i++) {                                                                                  \
            gnutls_x509_subject_alt_name_t type = GNUTLS_SAN_DNSNAME;                                                  \
            gnutls_datum_t name = general_name(list[i], &type);                                                        \
                                                                                                                       \
            TRY(gnutls_x509_##kind##_set_subject_alt_name(object, type, name.data, name.size,                          \
                                                          i == 0 ? GNUTLS_FSAN_SET : GNUTLS_FSAN_APPEND));             \
        }                                                                                                              \
        if (option("ca") != NULL)                                                                                      \
            TRY(gnutls_x509_##kind##_set_basic_constraints(object, strcmp(option("ca"), "no") != 0,                    \
                                                           strcmp(option("ca"), "no") == 0                             \
                                                               ? -1                                                    \
                                                               : (int)number_option("ca", -1)));                       \
        if (option("usage") != NULL) {                                                                                 \
            gnutls_datum_t *usage = output();                                                                          \
                                                                                                                       \
            TRY(usage_extension(usage));                                                                               \
            TRY(gnutls_x509_##kind##_set_extension_by_oid(object, GNUTLS_X509EXT_OID_KEY_USAGE, usage->data,           \
                                                          usage->size, 1));                                            \
        }                                                                                                              \
        list = list_option("purposes", &count);                                                                        \
        for (i = 0; i < count; i++)                                                                                    \
            TRY(gnutls_x509_##kind##_set_key_purpose_oid(object, list[i], 0));                                         \
        list = list_option("features", &count);                                                                        \
        if (count > 0 && gnutls_x509_tlsfeatures_init(&features) >= 0) {                                               \
            for (i = 0; i < count; i++)                                                                                \
                TRY(gnutls_x509_tlsfeatures_add(features, (unsigned int)strtoul(list[i], NULL, 10)));                  \
            TRY(gnutls_x509_##kind##_set_tlsfeatures(object, features));                                               \
            gnutls_x509_tlsfeatures_deinit(features);                                                                  \
        }                                                                                                              \
    } while (0)

static int set_constraints(gnutls_x509_crt_t certificate, int code)
{
    static const char *const keys[] = { "permitted", "excluded" };
    gnutls_x509_name_constraints_t constraints;
    size_t count, i, key;

    if (code < 0 || (option("permitted") == NULL && option("excluded") == NULL))
        return code;
    TRY(gnutls_x509_name_constraints_init(&constraints));
    if (code < 0)
        return code;
    for (key = 0; key < 2; key++) {
        char **list = list_option(keys[key], &count);

        for (i = 0; i < count; i++) {
            gnutls_x509_subject_alt_name_t type = GNUTLS_SAN_DNSNAME;
            gnutls_datum_t name = general_name(list[i], &type);

            if (key == 0)
                TRY(gnutls_x509_name_constraints_add_permitted(constraints, type, &name));
            else
                TRY(gnutls_x509_name_constraints_add_excluded(constraints, type, &name));
        }
    }
    TRY(gnutls_x509_crt_set_name_constraints(certificate, constraints, 1));
    gnutls_x509_name_constraints_deinit(constraints);
    return code;
}

static int set_extensions(gnutls_x509_crt_t certificate)
{
    char **list;
    size_t count, i;
    int code = 0;

    COMMON_EXTENSIONS(crt, certificate);
    list = list_option("points", &count);
    for (i = 0; i < count; i++) {
        char *uri = decoded(list[i], NULL);

        TRY(gnutls_x509_crt_set_crl_dist_points2(certificate, GNUTLS_SAN_URI, uri, (unsigned int)strlen(uri), 0));
    }
    list = list_option("ocsp", &count);
    for (i = 0; i < count; i++) {
        gnutls_datum_t uri;

        uri.data = (unsigned char *)decoded(list[i], NULL);
        uri.size = (unsigned int)strlen((char *)uri.data);
        TRY(gnutls_x509_crt_set_authority_info_access(certificate, GNUTLS_IA_OCSP_URI, &uri));
    }
    code = set_constraints(certificate, code);
    list = list_option("policies", &count);
    for (i = 0; i < count; i++) {
        struct gnutls_x509_policy_st policy;

        memset(&policy, 0, sizeof(policy));
        policy.oid = list[i];
        TRY(gnutls_x509_crt_set_policy(certificate, &policy, 0));
    }
    if (count > 0)
        TRY(omit_empty_qualifiers(certificate));
    if (option("inhibit") != NULL)
        TRY(gnutls_x509_crt_set_inhibit_anypolicy(certificate, (unsigned int)number_option("inhibit", 0)));
    list = list_option("extension", &count);
    if (count == 2) {
        gnutls_datum_t value = bytes_of_word(list[1]);

        TRY(gnutls_x509_crt_set_extension_by_oid(certificate, list[0], value.data, value.size, 0));
    }
    return code;
}

static int set_key_ids(gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer, gnutls_pubkey_t public)
{
    unsigned char id[64];
    size_t size = sizeof(id);
    unsigned int critical;
    int code = 0;

    if (!switch_option("key_ids"))
        return 0;
    TRY(gnutls_pubkey_get_key_id(public, GNUTLS_KEYID_USE_SHA1, id, &size));
    TRY(gnutls_x509_crt_set_subject_key_id(certificate, id, size));
    size = sizeof(id);
    if (code >= 0 && issuer != NULL && gnutls_x509_crt_get_subject_key_id(issuer, id, &size, &critical) >= 0)
        code = gnutls_x509_crt_set_authority_key_id(certificate, id, size);
    return code;
}

/* Returns the digest of an option, or the one that a key prefers. */
static int digest_option(gnutls_pubkey_t key, gnutls_digest_algorithm_t *digest)
{
    if (option("digest") == NULL)
        return gnutls_pubkey_get_preferred_hash_algorithm(key, digest, NULL);
    *digest = gnutls_digest_get_id(option("digest"));
    return 0;
}

static unsigned int signing_flags(void)
{
    unsigned int flags = 0;

#if GNUTLS_VERSION_NUMBER >= 0x030603
    if (switch_option("pss"))
        flags |= GNUTLS_PRIVKEY_SIGN_FLAG_RSA_PSS;
#endif
#if GNUTLS_VERSION_NUMBER >= 0x03060a
    if (switch_option("reproducible"))
        flags |= GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE;
#endif
    return flags;
}

/* Older releases ignore the flag. */
static bool lacks_reproducible(void)
{
    if (!switch_option("reproducible") || GNUTLS_VERSION_NUMBER >= 0x03060a)
        return false;
    needs = "3.6.10";
    return true;
}

/* Returns whether a private key is that of a certificate: C does not check it. */
static bool is_key_of(gnutls_x509_crt_t certificate, gnutls_pubkey_t key)
{
    unsigned char first[64], second[64];
    size_t first_size = sizeof(first), second_size = sizeof(second);

    return gnutls_x509_crt_get_key_id(certificate, 0, first, &first_size) >= 0 &&
           gnutls_pubkey_get_key_id(key, 0, second, &second_size) >= 0 && first_size == second_size &&
           memcmp(first, second, first_size) == 0;
}

/* Fills and signs a certificate for a key or for a request. */
static int issue(gnutls_x509_crt_t certificate, gnutls_pubkey_t public, gnutls_x509_crt_t issuer,
                 gnutls_privkey_t issuer_key, gnutls_pubkey_t issuer_public)
{
    gnutls_datum_t serial = bytes_option("serial");
    gnutls_digest_algorithm_t digest = GNUTLS_DIG_UNKNOWN;
    int code = 0;

    TRY(gnutls_x509_crt_set_version(certificate, 3));
    TRY(gnutls_x509_crt_set_serial(certificate, serial.data, serial.size));
    TRY(gnutls_x509_crt_set_activation_time(certificate, (time_t)number_option("from", 0)));
    TRY(gnutls_x509_crt_set_expiration_time(certificate, (time_t)number_option("until", 0)));
    TRY(gnutls_x509_crt_set_dn(certificate, text_option("subject"), NULL));
    TRY(gnutls_x509_crt_set_pubkey(certificate, public));
    TRY(set_extensions(certificate));
    TRY(set_key_ids(certificate, issuer, public));
    TRY(digest_option(issuer_public, &digest));
    TRY(gnutls_x509_crt_privkey_sign(certificate, issuer == NULL ? certificate : issuer, issuer_key, digest,
                                     signing_flags()));
    return code;
}

enum status object_issue(void)
{
    gnutls_x509_crt_t certificate, issuer = NULL;
    gnutls_privkey_t key, issuer_key = NULL;
    gnutls_pubkey_t public, issuer_public = NULL;
    gnutls_datum_t *der = output();
    int code;

    if (lacks_reproducible())
        return UNSUPPORTED;
    if (gnutls_x509_crt_init(&certificate) < 0)
        fail_setup("gnutls_x509_crt_init", "failed");
    group("issue");
    key = key_option("key", &code);
    if (key == NULL) {
        result(code);
        gnutls_x509_crt_deinit(certificate);
        return DONE;
    }
    public = public_of(key);
    if (option("issuer") != NULL) {
        issuer = certificate_option("issuer", &code);
        if (issuer != NULL)
            issuer_key = key_option("issuer_key", &code);
        if (issuer_key != NULL)
            issuer_public = public_of(issuer_key);
    }
    if (code < 0)
        result(code);
    else if (issuer != NULL && !is_key_of(issuer, issuer_public)) {
        fact_guarded("result");
    } else {
        code = issue(certificate, public, issuer, issuer == NULL ? key : issuer_key,
                     issuer == NULL ? public : issuer_public);
        if (code >= 0)
            code = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, der);
        created(code, der);
    }
    if (issuer != NULL) {
        gnutls_x509_crt_deinit(issuer);
        gnutls_privkey_deinit(issuer_key);
        gnutls_pubkey_deinit(issuer_public);
    }
    gnutls_pubkey_deinit(public);
    gnutls_privkey_deinit(key);
    gnutls_x509_crt_deinit(certificate);
    return DONE;
}

static int fill_request(gnutls_x509_crq_t request, gnutls_pubkey_t public)
{
    const char *password = text_option("password");
    int code = 0;

    TRY(gnutls_x509_crq_set_version(request, 1));
    TRY(gnutls_x509_crq_set_pubkey(request, public));
    TRY(gnutls_x509_crq_set_dn(request, text_option("subject"), NULL));
    if (password != NULL)
        TRY(gnutls_x509_crq_set_challenge_password(request, password));
    COMMON_EXTENSIONS(crq, request);
    return code;
}

enum status object_apply(void)
{
    gnutls_digest_algorithm_t digest = GNUTLS_DIG_UNKNOWN;
    gnutls_datum_t *der = output();
    gnutls_x509_crq_t request;
    gnutls_privkey_t key;
    gnutls_pubkey_t public;
    int code;

    if (lacks_reproducible())
        return UNSUPPORTED;
    group("apply");
    key = key_option("key", &code);
    if (key == NULL) {
        result(code);
        return DONE;
    }
    if (gnutls_x509_crq_init(&request) < 0)
        fail_setup("gnutls_x509_crq_init", "failed");
    public = public_of(key);
    code = fill_request(request, public);
    TRY(digest_option(public, &digest));
    TRY(gnutls_x509_crq_privkey_sign(request, key, digest, signing_flags()));
    TRY(gnutls_x509_crq_export2(request, GNUTLS_X509_FMT_DER, der));
    created(code, der);
    gnutls_pubkey_deinit(public);
    gnutls_privkey_deinit(key);
    gnutls_x509_crq_deinit(request);
    return DONE;
}

static int fill_list(gnutls_x509_crl_t list, gnutls_x509_crt_t issuer)
{
    gnutls_datum_t number = bytes_option("number");
    unsigned char id[64];
    size_t size = sizeof(id), count, i;
    char **serials = list_option("serials", &count);
    unsigned int critical;
    int code = 0;

    TRY(gnutls_x509_crl_set_version(list, 2));
    TRY(gnutls_x509_crl_set_this_update(list, (time_t)number_option("at", 0)));
    if (option("next") != NULL)
        TRY(gnutls_x509_crl_set_next_update(list, (time_t)number_option("next", 0)));
    for (i = 0; i < count; i++) {
        gnutls_datum_t serial = bytes_of_word(serials[i]);

        TRY(gnutls_x509_crl_set_crt_serial(list, serial.data, serial.size, (time_t)number_option("at", 0)));
    }
    if (switch_option("key_ids") && gnutls_x509_crt_get_subject_key_id(issuer, id, &size, &critical) >= 0)
        TRY(gnutls_x509_crl_set_authority_key_id(list, id, size));
    if (number.size > 0)
        TRY(gnutls_x509_crl_set_number(list, number.data, number.size));
    return code;
}

enum status object_revoke(void)
{
    gnutls_digest_algorithm_t digest = GNUTLS_DIG_UNKNOWN;
    gnutls_datum_t *der = output();
    gnutls_x509_crl_t list;
    gnutls_x509_crt_t issuer;
    gnutls_privkey_t key;
    gnutls_pubkey_t public;
    int code;

    group("revoke");
    issuer = certificate_option("issuer", &code);
    key = key_option("key", &code);
    if (issuer == NULL || key == NULL || gnutls_x509_crl_init(&list) < 0)
        fail_setup(option("issuer"), "is no issuer with a key");
    public = public_of(key);
    if (is_key_of(issuer, public)) {
        code = fill_list(list, issuer);
        TRY(digest_option(public, &digest));
        TRY(gnutls_x509_crl_privkey_sign(list, issuer, key, digest, 0));
        TRY(gnutls_x509_crl_export2(list, GNUTLS_X509_FMT_DER, der));
        created(code, der);
    } else {
        fact_guarded("result");
    }
    gnutls_pubkey_deinit(public);
    gnutls_privkey_deinit(key);
    gnutls_x509_crt_deinit(issuer);
    gnutls_x509_crl_deinit(list);
    return DONE;
}
