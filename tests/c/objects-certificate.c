/* The verbs about objects that list the contents of certificates and names. */
#include <gnutls/abstract.h>
#include <gnutls/pkcs11.h>
#include <gnutls/x509-ext.h>
#include <string.h>

#include "objects-x509.h"
#include "token.h"

bool is_importable(const gnutls_datum_t *from, const char *format)
{
    bool der = from->size >= 2 && from->data[0] == 0x30 && from->data[1] >= 0x80;

    if (format != NULL || (!der && memchr(from->data, 0, from->size) == NULL))
        return true;
    fact_guarded("result");
    return false;
}

void fact_field(const char *name, int code, const void *field, const size_t *size)
{
    if (!fact_failed(name, code))
        fact_bytes(name, field, *size);
}

void fact_field_text(const char *name, int code, const char *field, const size_t *size)
{
    if (fact_failed(name, code))
        return;
    fact_text(name, field, strnlen(field, *size));
}

void fact_output(const char *name, int code, const gnutls_datum_t *text)
{
    if (!fact_failed(name, code))
        fact_text(name, text->data, text->size);
}

void fact_output_bytes(const char *name, int code, const gnutls_datum_t *data)
{
    if (!fact_failed(name, code))
        fact_datum(name, data);
}

void fact_general_name(const char *name, unsigned int type, const gnutls_datum_t *value, const gnutls_datum_t *oid)
{
    static const char *const types[] = { NULL, "dns", "email", "uri", "ip", "other", "dn", "registered" };
    const char *typed;

    if (type >= sizeof(types) / sizeof(types[0]) || types[type] == NULL) {
        fact_guarded(name);
        return;
    }
    typed = dotted(name, types[type]);
    if (type == GNUTLS_SAN_IPADDRESS) {
        fact_datum(typed, value);
    } else if (type == GNUTLS_SAN_OTHERNAME) {
        fact_text(dotted(typed, "oid"), oid->data, oid->size);
        fact_datum(dotted(typed, "value"), value);
    } else {
        fact_text(typed, value->data, value->size);
    }
}

/* Lists the names in an extension, and the text of names that have a meaning for GnuTLS. */
static void list_names(gnutls_x509_crt_t certificate, const char *fact, const char *oid)
{
    gnutls_subject_alt_names_t names;
    gnutls_datum_t *data = output(), value, type_oid;
    unsigned int i, type, critical;
    int code = gnutls_x509_crt_get_extension_by_oid2(certificate, oid, 0, data, &critical);

    if (fact_failed(numbered(fact, 0, NULL), code) || gnutls_subject_alt_names_init(&names) < 0)
        return;
    code = gnutls_x509_ext_import_subject_alt_names(data, names, 0);
    for (i = 0; !fact_failed(numbered(fact, i, NULL), code); i++) {
        gnutls_datum_t *text = output();

        type_oid.size = 0;
        code = gnutls_subject_alt_names_get(names, i, &type, &value, &type_oid);
        if (fact_failed(numbered(fact, i, NULL), code))
            break;
        fact_general_name(numbered(fact, i, NULL), type, &value, &type_oid);
        if (type == GNUTLS_SAN_OTHERNAME) {
            char *type_text = scratch((size_t)type_oid.size + 1);

            memcpy(type_text, type_oid.data, type_oid.size);
            if (gnutls_x509_othername_to_virtual(type_text, &value, NULL, text) >= 0)
                fact_text(numbered(fact, i, "text"), text->data, text->size);
        }
    }
    gnutls_subject_alt_names_deinit(names);
}

/* The functions for unique identifiers have a code of their own for one that is not there. */
static int available(int code)
{
    return code == GNUTLS_E_ASN1_ELEMENT_NOT_FOUND ? GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE : code;
}

static void list_fields(gnutls_x509_crt_t certificate)
{
    unsigned char *field = scratch(FIELD);
    gnutls_datum_t *text;
    size_t size;
    int code;

    fact_number("version", gnutls_x509_crt_get_version(certificate));
    size = FIELD;
    fact_field("serial", gnutls_x509_crt_get_serial(certificate, field, &size), field, &size);
    text = output();
    fact_output("subject", gnutls_x509_crt_get_dn3(certificate, text, 0), text);
    text = output();
    fact_output("issuer", gnutls_x509_crt_get_issuer_dn3(certificate, text, 0), text);
    text = output();
    fact_output("subject_compatible", gnutls_x509_crt_get_dn2(certificate, text), text);
    text = output();
    fact_output("issuer_compatible", gnutls_x509_crt_get_issuer_dn2(certificate, text), text);
    size = FIELD;
    code = gnutls_x509_crt_get_subject_unique_id(certificate, (char *)field, &size);
    fact_field("subject_unique", available(code), field, &size);
    size = FIELD;
    code = gnutls_x509_crt_get_issuer_unique_id(certificate, (char *)field, &size);
    fact_field("issuer_unique", available(code), field, &size);
    fact_time("not_before", gnutls_x509_crt_get_activation_time(certificate));
    fact_time("not_after", gnutls_x509_crt_get_expiration_time(certificate));
}

static void list_key(gnutls_x509_crt_t certificate)
{
    unsigned char *field = scratch(FIELD);
    unsigned int bits = 0;
    gnutls_datum_t *text;
    size_t size;
    int algorithm;

    group("signature");
    algorithm = gnutls_x509_crt_get_signature_algorithm(certificate);
    fact_string("algorithm", algorithm <= 0 ? NULL : gnutls_sign_get_name((gnutls_sign_algorithm_t)algorithm));
    size = FIELD;
    fact_field_text("oid", gnutls_x509_crt_get_signature_oid(certificate, (char *)field, &size), (char *)field, &size);
    size = FIELD;
    fact_field("value", gnutls_x509_crt_get_signature(certificate, (char *)field, &size), field, &size);
    group("key");
    algorithm = gnutls_x509_crt_get_pk_algorithm(certificate, &bits);
    fact_string("algorithm", algorithm <= 0 ? NULL : gnutls_pk_get_name((gnutls_pk_algorithm_t)algorithm));
    if (algorithm > 0)
        fact_number("bits", bits);
    size = FIELD;
    fact_field_text("oid", gnutls_x509_crt_get_pk_oid(certificate, (char *)field, &size), (char *)field, &size);
    size = FIELD;
    fact_field("sha1", gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA1, field, &size), field, &size);
    size = FIELD;
    if (!fact_failed("sha256", gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, field, &size))) {
        gnutls_datum_t id;

        id.data = field;
        id.size = (unsigned int)size;
        fact_datum("sha256", &id);
        text = output();
        fact_output("pin", gnutls_base64_encode2(&id, text), text);
    }
}

static void list_digests(gnutls_x509_crt_t certificate)
{
    static const gnutls_digest_algorithm_t algorithms[] = { GNUTLS_DIG_MD5, GNUTLS_DIG_SHA1, GNUTLS_DIG_SHA256,
                                                            GNUTLS_DIG_SHA384, GNUTLS_DIG_SHA512 };
    unsigned char *field = scratch(FIELD);
    gnutls_datum_t *text;
    size_t size, i;

    group("digests");
    for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
        const char *name = gnutls_digest_get_name(algorithms[i]);

        size = FIELD;
        fact_field(name, gnutls_x509_crt_get_fingerprint(certificate, algorithms[i], field, &size), field, &size);
    }
    text = output();
    fact_output_bytes("der", gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, text), text);
    text = output();
    fact_output_bytes("pem", gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, text), text);
}

static void list_authority(gnutls_x509_crt_t certificate)
{
    unsigned char *field = scratch(FIELD), *serial = scratch(FIELD);
    unsigned int i, critical, type;
    size_t size = FIELD, serial_size;
    int code;

    fact_field("subject_key_id", gnutls_x509_crt_get_subject_key_id(certificate, field, &size, &critical), field, &size);
    size = FIELD;
    code = gnutls_x509_crt_get_authority_key_id(certificate, field, &size, &critical);
    fact_field("authority_key_id", code, field, &size);
    if (code < 0 && code != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE && code != GNUTLS_E_X509_UNSUPPORTED_EXTENSION)
        return;
    for (i = 0;; i++) {
        gnutls_datum_t value, none = { NULL, 0 };

        size = FIELD;
        serial_size = FIELD;
        code = gnutls_x509_crt_get_authority_key_gn_serial(certificate, i, field, &size, &type, serial, &serial_size,
                                                           &critical);
        if (fact_failed(numbered("authority_issuer", i, NULL), code))
            return;
        value.data = field;
        value.size = (unsigned int)size;
        fact_general_name(numbered("authority_issuer", i, NULL), type, &value, &none);
        if (i == 0)
            fact_bytes("authority_serial", serial, serial_size);
    }
}

static void list_purposes(gnutls_x509_crt_t certificate)
{
    char *oid = scratch(FIELD);
    unsigned int i, critical;

    for (i = 0;; i++) {
        size_t size = FIELD;
        int code = gnutls_x509_crt_get_key_purpose_oid(certificate, i, oid, &size, &critical);

        if (fact_failed(numbered("purpose", i, NULL), code))
            return;
        fact_string(numbered("purpose", i, NULL), oid);
    }
}

static void list_points(gnutls_x509_crt_t certificate)
{
    unsigned char *field = scratch(FIELD);
    unsigned int i, critical;

    for (i = 0;; i++) {
        size_t size = FIELD;
        unsigned int reasons = 0;
        gnutls_datum_t value, none = { NULL, 0 };
        int code = gnutls_x509_crt_get_crl_dist_points(certificate, i, field, &size, &reasons, &critical);

        if (code < 0) {
            fact_failed(numbered("crl", i, NULL), code);
            return;
        }
        value.data = field;
        value.size = (unsigned int)size;
        fact_general_name(numbered("crl", i, NULL), (unsigned int)code, &value, &none);
        fact_number(numbered("crl", i, "reasons"), reasons & 0xff);
    }
}

static void list_access(gnutls_x509_crt_t certificate)
{
    unsigned int i;

    for (i = 0;; i++) {
        unsigned int critical, type = 0;
        gnutls_datum_t *value = output(), *oid = output(), none = { NULL, 0 };
        gnutls_x509_aia_t access;
        int code;

        /* The function of certificates returns one item at a time, and no types. */
        code = gnutls_x509_crt_get_authority_info_access(certificate, i, GNUTLS_IA_ACCESSMETHOD_OID, oid, &critical);
        if (fact_failed(numbered("access", i, "method"), code))
            return;
        fact_text(numbered("access", i, "method"), oid->data, strnlen((char *)oid->data, oid->size));
        if (gnutls_x509_crt_get_extension_by_oid2(certificate, "1.3.6.1.5.5.7.1.1", 0, value, &critical) < 0 ||
            gnutls_x509_aia_init(&access) < 0)
            return;
        if (gnutls_x509_ext_import_aia(value, access, 0) >= 0) {
            gnutls_datum_t method, location;

            if (gnutls_x509_aia_get(access, i, &method, &type, &location) >= 0)
                fact_general_name(numbered("access", i, NULL), type, &location, &none);
        }
        gnutls_x509_aia_deinit(access);
    }
}

static void list_constraints(gnutls_x509_crt_t certificate)
{
    gnutls_x509_name_constraints_t constraints;
    gnutls_datum_t name, none = { NULL, 0 };
    unsigned int i, critical, type;
    int code;

    if (gnutls_x509_name_constraints_init(&constraints) < 0)
        return;
    code = gnutls_x509_crt_get_name_constraints(certificate, constraints, 0, &critical);
    if (!fact_failed("constraints", code)) {
        for (i = 0; gnutls_x509_name_constraints_get_permitted(constraints, i, &type, &name) >= 0; i++)
            fact_general_name(numbered("permitted", i, NULL), type, &name, &none);
        for (i = 0; gnutls_x509_name_constraints_get_excluded(constraints, i, &type, &name) >= 0; i++)
            fact_general_name(numbered("excluded", i, NULL), type, &name, &none);
    }
    gnutls_x509_name_constraints_deinit(constraints);
}

static void list_policies(gnutls_x509_crt_t certificate)
{
    unsigned int i, j, critical;

    for (i = 0;; i++) {
        struct gnutls_x509_policy_st policy;
        int code = gnutls_x509_crt_get_policy(certificate, i, &policy, &critical);

        if (fact_failed(numbered("policy", i, NULL), code))
            return;
        fact_string(numbered("policy", i, NULL), policy.oid);
        for (j = 0; j < policy.qualifiers; j++) {
            fact_number(numbered(numbered("policy", i, NULL), j, "type"), policy.qualifier[j].type);
            fact_text(numbered(numbered("policy", i, NULL), j, "data"), policy.qualifier[j].data,
                      policy.qualifier[j].size);
        }
        gnutls_x509_policy_release(&policy);
    }
}

static void list_features(gnutls_x509_crt_t certificate)
{
    gnutls_x509_tlsfeatures_t features;
    unsigned int i, critical, feature;
    int code;

    if (gnutls_x509_tlsfeatures_init(&features) < 0)
        return;
    code = gnutls_x509_crt_get_tlsfeatures(certificate, features, 0, &critical);
    if (!fact_failed("tls_feature.1", code))
        for (i = 0; gnutls_x509_tlsfeatures_get(features, i, &feature) >= 0; i++)
            fact_number(numbered("tls_feature", i, NULL), feature);
    gnutls_x509_tlsfeatures_deinit(features);
}

static void list_meanings(gnutls_x509_crt_t certificate)
{
    unsigned int ca = 0, usage = 0, critical, skip = 0;
    int length = -1, code;
    time_t begin, end;
    char *language = NULL, *policy = NULL;
    size_t policy_size = 0;
    gnutls_datum_t *data;

    group("meanings");
    list_names(certificate, "subject_name", GNUTLS_X509EXT_OID_SAN);
    list_names(certificate, "issuer_name", GNUTLS_X509EXT_OID_IAN);
    code = gnutls_x509_crt_get_basic_constraints(certificate, &critical, &ca, &length);
    if (!fact_failed("ca", code)) {
        fact_flag("ca", ca != 0);
        fact_number("path_length", length);
    }
    code = gnutls_x509_crt_get_key_usage(certificate, &usage, &critical);
    if (!fact_failed("usage", code))
        fact_number("usage", usage);
    list_purposes(certificate);
    list_authority(certificate);
    list_points(certificate);
    list_access(certificate);
    list_constraints(certificate);
    list_policies(certificate);
    code = gnutls_x509_crt_get_private_key_usage_period(certificate, &begin, &end, &critical);
    if (!fact_failed("key_usage_begin", code)) {
        if (begin != (time_t)-1)
            fact_time("key_usage_begin", begin);
        if (end != (time_t)-1)
            fact_time("key_usage_end", end);
    }
    list_features(certificate);
    /* gnutls_x509_crt_get_inhibit_anypolicy parses the content of the integer as an integer, and the identifier in the header
       is that of another extension. */
    data = output();
    code = gnutls_x509_crt_get_extension_by_oid2(certificate, "2.5.29.54", 0, data, &critical);
    if (code >= 0)
        code = gnutls_x509_ext_import_inhibit_anypolicy(data, &skip);
    if (!fact_failed("inhibit_any_policy", code))
        fact_number("inhibit_any_policy", skip);
    code = gnutls_x509_crt_get_proxy(certificate, &critical, &length, &language, &policy, &policy_size);
    if (!fact_failed("proxy", code)) {
        fact_number("proxy_length", length);
        fact_string("proxy", language);
        if (policy != NULL)
            fact_bytes("proxy_policy", policy, policy_size);
        gnutls_free(language);
        gnutls_free(policy);
    }
}

const struct print_format print_formats[] = { { "full", GNUTLS_CRT_PRINT_FULL },
                                              { "one_line", GNUTLS_CRT_PRINT_ONELINE },
                                              { "unsigned", GNUTLS_CRT_PRINT_UNSIGNED_FULL },
                                              { "compact", GNUTLS_CRT_PRINT_COMPACT },
                                              { "numbers", GNUTLS_CRT_PRINT_FULL_NUMBERS },
                                              { NULL, GNUTLS_CRT_PRINT_FULL } };

void list_descriptions(const void *object, print_function print)
{
    const struct print_format *format;

    group("descriptions");
    for (format = print_formats; format->name != NULL; format++) {
        gnutls_datum_t *text = output();

        fact_output_bytes(format->name, print(object, format->format, text), text);
    }
}

static void list_no_descriptions(void)
{
    const struct print_format *format;

    group("descriptions");
    for (format = print_formats; format->name != NULL; format++)
        fact_guarded(format->name);
}

static int print_certificate(const void *object, gnutls_certificate_print_formats_t format, gnutls_datum_t *text)
{
    return gnutls_x509_crt_print(*(const gnutls_x509_crt_t *)object, format, text);
}

static void list_certificate(gnutls_x509_crt_t certificate)
{
    list_fields(certificate);
    list_key(certificate);
    list_digests(certificate);
    LIST_EXTENSIONS(crt, certificate);
    list_meanings(certificate);
    if (is_printable(certificate))
        list_descriptions(&certificate, print_certificate);
    else
        list_no_descriptions();
}

/* Imports the certificate of a URL, after login if it is not visible before. */
static int import_from_url(gnutls_x509_crt_t certificate, const char *url)
{
    int code = gnutls_x509_crt_import_url(certificate, url, 0);

    if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        code = gnutls_x509_crt_import_url(certificate, url, GNUTLS_PKCS11_OBJ_FLAG_LOGIN);
    return code;
}

enum status object_certificate(void)
{
    const char *format = option("format");
    bool on_token = is_token_url(option("from"));
    gnutls_datum_t none = { NULL, 0 }, from = on_token ? none : bytes_option("from");
    gnutls_x509_crt_t certificate;
    int code;

    if (gnutls_x509_crt_init(&certificate) < 0)
        return SKIPPED;
    if (format != NULL && strcmp(format, "unchecked") == 0)
        gnutls_x509_crt_set_flags(certificate, GNUTLS_X509_CRT_FLAG_IGNORE_SANITY);
    group("certificate");
    if (on_token) {
        if (result(import_from_url(certificate, option("from"))))
            list_certificate(certificate);
    } else if (is_importable(&from, format)) {
        code = gnutls_x509_crt_import(certificate, &from, format == NULL ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER);
        if (result(code))
            list_certificate(certificate);
    }
    gnutls_x509_crt_deinit(certificate);
    return DONE;
}

enum status object_certificates(void)
{
    bool on_token = is_token_url(option("from"));
    gnutls_datum_t none = { NULL, 0 }, from = on_token ? none : bytes_option("from");
    gnutls_x509_crt_t *list = NULL;
    unsigned int i, count = 0;
    int code;

    group("certificates");
    if (on_token) {
#if GNUTLS_VERSION_NUMBER >= 0x030603
        code = gnutls_x509_crt_list_import_url(&list, &count, option("from"), NULL, NULL, 0);
        if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            code = gnutls_x509_crt_list_import_url(&list, &count, option("from"), NULL, NULL,
                                                   GNUTLS_PKCS11_OBJ_FLAG_LOGIN);
#else
        needs = "3.6.3";
        return UNSUPPORTED;
#endif
    } else if (is_importable(&from, NULL)) {
        code = gnutls_x509_crt_list_import2(&list, &count, &from, GNUTLS_X509_FMT_PEM, 0);
    } else {
        return DONE;
    }
    if (!result(code))
        return DONE;
    fact_number("count", count);
    for (i = 0; i < count; i++) {
        gnutls_datum_t *text = output();

        fact_output(numbered("subject", i, NULL), gnutls_x509_crt_get_dn3(list[i], text, 0), text);
        gnutls_x509_crt_deinit(list[i]);
    }
    gnutls_free(list);
    return DONE;
}

enum status object_name(void)
{
    const char *text = text_option("text");
    gnutls_datum_t *der = output(), *written;
    gnutls_x509_ava_st attribute;
    gnutls_x509_dn_t name;
    char oid[128];
    unsigned int i, j;
    size_t size = sizeof(oid);
    int code;

    if (gnutls_x509_dn_init(&name) < 0)
        return SKIPPED;
    group("name");
    code = gnutls_x509_dn_set_str(name, text, NULL);
    if (code >= 0)
        code = gnutls_x509_dn_export2(name, GNUTLS_X509_FMT_DER, der);
    written = output();
    if (code >= 0)
        code = gnutls_x509_rdn_get2(der, written, 0);
    if (result(code)) {
        fact_datum("der", der);
        fact_text("text", written->data, written->size);
        written = output();
        fact_output("compatible", gnutls_x509_rdn_get2(der, written, GNUTLS_X509_DN_FLAG_COMPAT), written);
        for (i = 0; gnutls_x509_rdn_get_oid(der, i, oid, &size) >= 0; i++) {
            fact_string(numbered("oid", i, NULL), oid);
            size = sizeof(oid);
        }
        for (i = 0; gnutls_x509_dn_get_rdn_ava(name, (int)i, 0, &attribute) >= 0; i++)
            for (j = 0; gnutls_x509_dn_get_rdn_ava(name, (int)i, (int)j, &attribute) >= 0; j++) {
                const char *part = numbered("attribute", i, NULL);

                fact_text(numbered(part, j, "oid"), attribute.oid.data,
                          strnlen((char *)attribute.oid.data, attribute.oid.size));
                fact_datum(numbered(part, j, "value"), &attribute.value);
                fact_number(numbered(part, j, "tag"), (long long)attribute.value_tag);
            }
    }
    gnutls_x509_dn_deinit(name);
    return DONE;
}
