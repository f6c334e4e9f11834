/* The verbs about objects for PKCS #7 and PKCS #12. */
#include <gnutls/pkcs12.h>
#include <gnutls/pkcs7.h>
#include <stdio.h>
#include <string.h>

#include "objects-x509.h"

static void list_attributes(const char *kind, gnutls_pkcs7_attrs_t list)
{
    unsigned int i, count = 0, at;
    char name[MAX_FACT], *oid;

    snprintf(name, sizeof(name), "%s", kind);
    for (;; count++) {
        gnutls_datum_t *value = output();

        if (gnutls_pkcs7_get_attr(list, count, &oid, value, 0) < 0)
            break;
    }
    /* The library prepends each attribute that it reads. */
    for (i = 0; i < count; i++) {
        gnutls_datum_t *value = output();

        at = count - 1 - i;
        if (gnutls_pkcs7_get_attr(list, at, &oid, value, 0) >= 0) {
            fact_string(numbered(name, i, "oid"), oid);
            fact_datum(numbered(name, i, "value"), value);
        }
    }
}

static void list_signature(gnutls_pkcs7_t object, unsigned int at)
{
    gnutls_pkcs7_signature_info_st info;
    gnutls_datum_t *issuer;
    int code = gnutls_pkcs7_get_signature_info(object, at, &info);

    if (fact_error(numbered("n", at, "algorithm"), code))
        return;
    fact_string(numbered("n", at, "algorithm"), gnutls_sign_get_name(info.algo));
    fact_datum(numbered("n", at, "value"), &info.sig);
    if (info.issuer_dn.size > 0) {
        issuer = output();
        fact_output(numbered("n", at, "issuer"), gnutls_x509_rdn_get2(&info.issuer_dn, issuer, 0), issuer);
    }
    if (info.signer_serial.size > 0)
        fact_datum(numbered("n", at, "serial"), &info.signer_serial);
    if (info.issuer_keyid.size > 0)
        fact_datum(numbered("n", at, "key_id"), &info.issuer_keyid);
    if (info.signing_time != (time_t)-1)
        fact_flag(numbered("n", at, "has_time"), true);
    list_attributes(numbered("n", at, "signed"), info.signed_attrs);
    list_attributes(numbered("n", at, "unsigned"), info.unsigned_attrs);
    gnutls_pkcs7_signature_info_deinit(&info);
}

/* Verifies each signature with the signer of the options. */
static void verify_signatures(gnutls_pkcs7_t object, int count)
{
    gnutls_datum_t data = bytes_option("data");
    gnutls_x509_crt_t signer;
    int code, i;

    if (option("signer") == NULL)
        return;
    signer = certificate_option("signer", &code);
    if (fact_error("signer", code))
        return;
    for (i = 0; i < count; i++) {
        code = gnutls_pkcs7_verify_direct(object, signer, (unsigned int)i, option("data") == NULL ? NULL : &data,
                                          flags_option());
        fact_code(numbered("verified", (size_t)i, NULL), code);
    }
    gnutls_x509_crt_deinit(signer);
}

static void list_pkcs7(gnutls_pkcs7_t object)
{
    const struct print_format *format;
    gnutls_datum_t *text = output();
    int count, i, code;

    code = gnutls_pkcs7_get_embedded_data(object, 0, text);
    fact_output_bytes("data", code, text);
    fact_string("data_oid", gnutls_pkcs7_get_embedded_data_oid(object));
    count = gnutls_pkcs7_get_crt_count(object);
    for (i = 0; i < count; i++) {
        text = output();
        fact_output_bytes(numbered("certificate", (size_t)i, NULL),
                          gnutls_pkcs7_get_crt_raw2(object, (unsigned int)i, text), text);
    }
    count = gnutls_pkcs7_get_crl_count(object);
    for (i = 0; i < count; i++) {
        text = output();
        fact_output_bytes(numbered("crl", (size_t)i, NULL), gnutls_pkcs7_get_crl_raw2(object, (unsigned int)i, text),
                          text);
    }
    count = gnutls_pkcs7_get_signature_count(object);
    if (count < 0)
        count = 0;
    fact_number("signatures", count);
    verify_signatures(object, count);
    group("signatures");
    for (i = 0; i < count; i++)
        list_signature(object, (unsigned int)i);
    group("descriptions");
    for (format = print_formats; format->name != NULL; format++) {
        text = output();
        fact_output_bytes(format->name, gnutls_pkcs7_print(object, format->format, text), text);
    }
}

enum status object_pkcs7(void)
{
    gnutls_datum_t from = bytes_option("from"), *der = output();
    gnutls_pkcs7_t object;
    int code = 0;

    group("pkcs7");
    if (!is_importable(&from, option("format")))
        return DONE;
    if (gnutls_pkcs7_init(&object) < 0)
        fail_setup("gnutls_pkcs7_init", "failed");
    if (option("format") == NULL) {
        code = gnutls_pem_base64_decode2("PKCS7", &from, der);
        from = *der;
    }
    if (code >= 0)
        code = gnutls_pkcs7_import(object, &from, GNUTLS_X509_FMT_DER);
    if (result(code))
        list_pkcs7(object);
    gnutls_pkcs7_deinit(object);
    return DONE;
}

enum status object_signdata(void)
{
    gnutls_datum_t data = bytes_option("data"), *der = output();
    unsigned int flags = GNUTLS_PKCS7_INCLUDE_CERT;
    gnutls_digest_algorithm_t digest = GNUTLS_DIG_UNKNOWN;
    gnutls_x509_crt_t signer;
    gnutls_privkey_t key;
    gnutls_pkcs7_t object;
    int code;

    group("signdata");
    signer = certificate_option("signer", &code);
    key = key_option("key", &code);
    if (signer == NULL || key == NULL || gnutls_pkcs7_init(&object) < 0)
        fail_setup(option("signer"), "is no signer with a key");
    if (!switch_option("detached"))
        flags |= GNUTLS_PKCS7_EMBED_DATA;
    if (switch_option("omit"))
        flags &= ~(unsigned int)GNUTLS_PKCS7_INCLUDE_CERT;
    digest = gnutls_digest_get_id(option("digest"));
    code = gnutls_pkcs7_sign(object, signer, key, &data, NULL, NULL, digest, flags);
    if (code >= 0)
        code = gnutls_pkcs7_export2(object, GNUTLS_X509_FMT_DER, der);
    if (result(code)) {
        if (!switch_option("random"))
            fact_datum("der", der);
        name_bytes(der->data, der->size);
    }
    gnutls_pkcs7_deinit(object);
    gnutls_privkey_deinit(key);
    gnutls_x509_crt_deinit(signer);
    return DONE;
}

static bool is_key(int type)
{
    return type == GNUTLS_BAG_PKCS8_KEY || type == GNUTLS_BAG_PKCS8_ENCRYPTED_KEY;
}

/* Reads a private key; returns its encoding without encryption. */
static int read_key(int type, const gnutls_datum_t *data, const char *password, gnutls_datum_t *der)
{
    gnutls_x509_privkey_t key;
    int code;

    if (gnutls_x509_privkey_init(&key) < 0)
        fail_setup("gnutls_x509_privkey_init", "failed");
    code = gnutls_x509_privkey_import2(key, data, GNUTLS_X509_FMT_DER, type == GNUTLS_BAG_PKCS8_KEY ? NULL : password, 0);
    if (code >= 0)
        code = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN, der);
    gnutls_x509_privkey_deinit(key);
    return code;
}

/* Returns the code of the first private key that cannot be read. */
static int check_keys(gnutls_pkcs12_bag_t bag, const char *password)
{
    int i, count = gnutls_pkcs12_bag_get_count(bag);

    for (i = 0; i < count; i++) {
        int type = gnutls_pkcs12_bag_get_type(bag, (unsigned int)i), code;
        gnutls_datum_t data;

        code = gnutls_pkcs12_bag_get_data(bag, (unsigned int)i, &data);
        if (code >= 0 && is_key(type))
            code = read_key(type, &data, password, output());
        if (code < 0)
            return code;
    }
    return 0;
}

static void list_bag(gnutls_pkcs12_bag_t bag, size_t number, const char *password, unsigned int *element)
{
    unsigned int scheme = 0, iterations = 0, salt_size = 256;
    unsigned char *salt = scratch(256);
    char *oid = NULL;
    bool encrypted = gnutls_pkcs12_bag_get_count(bag) > 0 && gnutls_pkcs12_bag_get_type(bag, 0) == GNUTLS_BAG_ENCRYPTED;
    int code, i, count;

    fact_flag(numbered("bag", number, "encrypted"), encrypted);
    if (encrypted) {
        code = gnutls_pkcs12_bag_enc_info(bag, &scheme, NULL, salt, &salt_size, &iterations, &oid);
        if (code >= 0 || code == GNUTLS_E_UNKNOWN_CIPHER_TYPE)
            gnutls_free(oid);
        if (!fact_error(numbered("bag", number, "scheme"), code)) {
            fact_string(numbered("bag", number, "scheme"), gnutls_pkcs_schema_get_name(scheme));
            fact_number(numbered("bag", number, "iterations"), iterations);
        }
        if (fact_error(numbered("bag", number, "decrypted"), gnutls_pkcs12_bag_decrypt(bag, password)))
            return;
    }
    count = gnutls_pkcs12_bag_get_count(bag);
    if (fact_error(numbered("element", *element, "data"), check_keys(bag, password)))
        return;
    for (i = 0; i < count; i++) {
        int type = gnutls_pkcs12_bag_get_type(bag, (unsigned int)i);
        gnutls_datum_t data, id = { NULL, 0 }, *der = output();
        char *name = NULL;
        unsigned int at = (*element)++;

        if (fact_error(numbered("element", at, "type"), gnutls_pkcs12_bag_get_data(bag, (unsigned int)i, &data)))
            continue;
        fact_string(numbered("element", at, "type"),
                    type == GNUTLS_BAG_CERTIFICATE ? "certificate"
                    : type == GNUTLS_BAG_CRL       ? "crl"
                    : is_key(type)                 ? "key"
                    : type == GNUTLS_BAG_SECRET    ? "secret"
                                                   : "unknown");
        if (is_key(type))
            fact_output_bytes(numbered("element", at, "data"), read_key(type, &data, password, der), der);
        else
            fact_datum(numbered("element", at, "data"), &data);
        gnutls_pkcs12_bag_get_friendly_name(bag, (unsigned int)i, &name);
        gnutls_pkcs12_bag_get_key_id(bag, (unsigned int)i, &id);
        fact_string(numbered("element", at, "name"), name);
        if (id.size > 0)
            fact_datum(numbered("element", at, "id"), &id);
    }
}

/* Returns the code of the first bag that cannot be read. The import accepts some data that ends too early. */
static int check_bags(gnutls_pkcs12_t container)
{
    gnutls_pkcs12_bag_t bag;
    int i, code = 0;

    for (i = 0; code >= 0; i++) {
        if (gnutls_pkcs12_bag_init(&bag) < 0)
            fail_setup("gnutls_pkcs12_bag_init", "failed");
        code = gnutls_pkcs12_get_bag(container, i, bag);
        gnutls_pkcs12_bag_deinit(bag);
    }
    return code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ? 0 : code;
}

enum status object_pkcs12(void)
{
    gnutls_datum_t from = bytes_option("from");
    const char *password = text_option("password");
    unsigned int mac = 0, iterations = 0, salt_size = 256, element = 0;
    unsigned char *salt = scratch(256);
    gnutls_pkcs12_bag_t bag;
    gnutls_pkcs12_t container;
    size_t i;
    int code;

    group("pkcs12");
    if (gnutls_pkcs12_init(&container) < 0)
        fail_setup("gnutls_pkcs12_init", "failed");
    code = gnutls_pkcs12_import(container, &from, GNUTLS_X509_FMT_DER, 0);
    if (code >= 0)
        code = check_bags(container);
    if (!result(code)) {
        gnutls_pkcs12_deinit(container);
        return DONE;
    }
    code = gnutls_pkcs12_mac_info(container, &mac, salt, &salt_size, &iterations, NULL);
    if (code != GNUTLS_E_ASN1_ELEMENT_NOT_FOUND && code != GNUTLS_E_ASN1_VALUE_NOT_FOUND && !fact_error("mac", code)) {
        fact_string("mac", gnutls_mac_get_name((gnutls_mac_algorithm_t)mac));
        fact_number("iterations", iterations);
    }
    fact_code("verified", gnutls_pkcs12_verify_mac(container, password));
    for (i = 0;; i++) {
        if (gnutls_pkcs12_bag_init(&bag) < 0)
            fail_setup("gnutls_pkcs12_bag_init", "failed");
        code = gnutls_pkcs12_get_bag(container, (int)i, bag);
        if (!fact_failed(numbered("bag", i, NULL), code))
            list_bag(bag, i, password, &element);
        gnutls_pkcs12_bag_deinit(bag);
        if (code < 0)
            break;
    }
    gnutls_pkcs12_deinit(container);
    return DONE;
}
