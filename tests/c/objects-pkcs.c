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

/* Returns the attributes of an option: pairs of an identifier and a value. The library prepends each one. */
static gnutls_pkcs7_attrs_t attributes_option(const char *key)
{
    gnutls_pkcs7_attrs_t attributes = NULL;
    size_t count;
    char **list = list_option(key, &count);

    for (; count >= 2; count -= 2) {
        gnutls_datum_t value = bytes_of_word(list[count - 1]);

        if (gnutls_pkcs7_add_attr(&attributes, list[count - 2], &value, 0) < 0)
            fail_setup(key, "is no list of attributes");
    }
    return attributes;
}

/* Adds the signature of a signer in the options. */
static int sign_as(gnutls_pkcs7_t object, const char *signer_key, const char *key_key)
{
    gnutls_datum_t data = bytes_option("data");
    gnutls_pkcs7_attrs_t with = attributes_option("signed"), without = attributes_option("unsigned");
    unsigned int flags = GNUTLS_PKCS7_INCLUDE_CERT;
    gnutls_x509_crt_t signer;
    gnutls_privkey_t key;
    int code;

    signer = certificate_option(signer_key, &code);
    key = key_option(key_key, &code);
    if (signer == NULL || key == NULL)
        fail_setup(option(signer_key), "is no signer with a key");
    if (!switch_option("detached"))
        flags |= GNUTLS_PKCS7_EMBED_DATA;
    if (switch_option("omit"))
        flags &= ~(unsigned int)GNUTLS_PKCS7_INCLUDE_CERT;
    if (switch_option("time"))
        flags |= GNUTLS_PKCS7_INCLUDE_TIME;
    code = gnutls_pkcs7_sign(object, signer, key, &data, with, without, gnutls_digest_get_id(option("digest")), flags);
    gnutls_pkcs7_attrs_deinit(with);
    gnutls_pkcs7_attrs_deinit(without);
    gnutls_privkey_deinit(key);
    gnutls_x509_crt_deinit(signer);
    return code;
}

enum status object_signdata(void)
{
    gnutls_datum_t *der = output();
    gnutls_pkcs7_t object;
    int code;

    group("signdata");
    if (gnutls_pkcs7_init(&object) < 0)
        fail_setup("gnutls_pkcs7_init", "failed");
    code = sign_as(object, "signer", "key");
    if (option("other_signer") != NULL)
        TRY(sign_as(object, "other_signer", "other_key"));
    TRY(gnutls_pkcs7_export2(object, GNUTLS_X509_FMT_DER, der));
    created(code, der);
    gnutls_pkcs7_deinit(object);
    return DONE;
}

/* Return the objects of a word in PEM. */
static gnutls_x509_crt_t certificate_of(const char *word)
{
    gnutls_datum_t from = bytes_of_word(word);
    gnutls_x509_crt_t certificate;

    if (gnutls_x509_crt_init(&certificate) < 0 || gnutls_x509_crt_import(certificate, &from, GNUTLS_X509_FMT_PEM) < 0)
        fail_setup(word, "is no certificate");
    return certificate;
}

static gnutls_x509_crl_t crl_of(const char *word)
{
    gnutls_datum_t from = bytes_of_word(word);
    gnutls_x509_crl_t list;

    if (gnutls_x509_crl_init(&list) < 0 || gnutls_x509_crl_import(list, &from, GNUTLS_X509_FMT_PEM) < 0)
        fail_setup(word, "is no revocation list");
    return list;
}

static gnutls_x509_privkey_t key_of(const char *word)
{
    gnutls_datum_t from = bytes_of_word(word);
    gnutls_x509_privkey_t key;

    if (gnutls_x509_privkey_init(&key) < 0 || gnutls_x509_privkey_import2(key, &from, GNUTLS_X509_FMT_PEM, NULL, 0) < 0)
        fail_setup(word, "is no private key");
    return key;
}

enum status object_bundle(void)
{
    gnutls_datum_t *der = output();
    size_t certificates, crls, i;
    char **list;
    gnutls_pkcs7_t object;
    int code = 0;

    group("bundle");
    if (gnutls_pkcs7_init(&object) < 0)
        fail_setup("gnutls_pkcs7_init", "failed");
    list = list_option("certificates", &certificates);
    for (i = 0; i < certificates; i++) {
        gnutls_x509_crt_t certificate = certificate_of(list[i]);

        TRY(gnutls_pkcs7_set_crt(object, certificate));
        gnutls_x509_crt_deinit(certificate);
    }
    list = list_option("crls", &crls);
    for (i = 0; i < crls; i++) {
        gnutls_x509_crl_t crl = crl_of(list[i]);

        TRY(gnutls_pkcs7_set_crl(object, crl));
        gnutls_x509_crl_deinit(crl);
    }
    if (certificates + crls == 0) {
        fact_guarded("result");
    } else {
        TRY(gnutls_pkcs7_export2(object, GNUTLS_X509_FMT_DER, der));
        created(code, der);
    }
    gnutls_pkcs7_deinit(object);
    return DONE;
}

static bool is_key(int type)
{
    return type == GNUTLS_BAG_PKCS8_KEY || type == GNUTLS_BAG_PKCS8_ENCRYPTED_KEY;
}

/* Reads a private key; returns the encoding of a copy without encryption. That of the key itself is the one that was read. */
static int read_key(int type, const gnutls_datum_t *data, const char *password, gnutls_datum_t *der)
{
    gnutls_x509_privkey_t copy = NULL;
    gnutls_privkey_t key;
    int code;

    if (gnutls_privkey_init(&key) < 0)
        fail_setup("gnutls_privkey_init", "failed");
    code = gnutls_privkey_import_x509_raw(key, data, GNUTLS_X509_FMT_DER, type == GNUTLS_BAG_PKCS8_KEY ? NULL : password, 0);
    TRY(gnutls_privkey_export_x509(key, &copy));
    TRY(gnutls_x509_privkey_export2_pkcs8(copy, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN, der));
    if (copy != NULL)
        gnutls_x509_privkey_deinit(copy);
    gnutls_privkey_deinit(key);
    return code;
}

/* Reads the elements of a bag, and the private keys without encryption. Returns the code of the first that cannot be read. */
static int read_elements(gnutls_pkcs12_bag_t bag, const char *password, gnutls_datum_t *elements)
{
    int i, count = gnutls_pkcs12_bag_get_count(bag);

    for (i = 0; i < count; i++) {
        int type = gnutls_pkcs12_bag_get_type(bag, (unsigned int)i), code;

        code = gnutls_pkcs12_bag_get_data(bag, (unsigned int)i, &elements[i]);
        if (code >= 0 && is_key(type)) {
            gnutls_datum_t *der = output();

            code = read_key(type, &elements[i], password, der);
            elements[i] = *der;
        }
        if (code < 0)
            return code;
    }
    return 0;
}

static void list_bag(gnutls_pkcs12_bag_t bag, size_t number, const char *password, unsigned int *element)
{
    unsigned int scheme = 0, iterations = 0, salt_size = 256;
    unsigned char *salt = scratch(256);
    gnutls_datum_t *elements;
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
            if (!switch_option("random"))
                fact_number(numbered("bag", number, "iterations"), iterations);
        }
        if (fact_error(numbered("bag", number, "decrypted"), gnutls_pkcs12_bag_decrypt(bag, password)))
            return;
    }
    count = gnutls_pkcs12_bag_get_count(bag);
    elements = scratch(((size_t)count + 1) * sizeof(*elements));
    if (fact_error(numbered("element", *element, "data"), read_elements(bag, password, elements)))
        return;
    for (i = 0; i < count; i++) {
        int type = gnutls_pkcs12_bag_get_type(bag, (unsigned int)i);
        gnutls_datum_t id = { NULL, 0 };
        char *name = NULL;
        unsigned int at = (*element)++;

        fact_string(numbered("element", at, "type"),
                    type == GNUTLS_BAG_CERTIFICATE ? "certificate"
                    : type == GNUTLS_BAG_CRL       ? "crl"
                    : is_key(type)                 ? "key"
                    : type == GNUTLS_BAG_SECRET    ? "secret"
                                                   : "unknown");
        fact_datum(numbered("element", at, "data"), &elements[i]);
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
    const char *password = option("password") == NULL ? "" : text_option("password");
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
        if (!switch_option("random"))
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

/* Returns a name in ISO 8859-1, of which each byte is a character in C, or NULL if it has others, or none. */
static char *latin_1(const char *word)
{
    size_t size, i, length = 0;
    char *name = decoded(word, &size);

    for (i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)name[i];

        if (byte == 0 || byte > 0xc3)
            return NULL;
        if (byte >= 0x80)
            byte = (unsigned char)(byte << 6 | ((unsigned char)name[++i] & 0x3f));
        name[length++] = (char)byte;
    }
    name[length] = '\0';
    return length == 0 ? NULL : name;
}

/* The kinds of elements, in the order of the container. A key is alone in its bag, and is encrypted itself. */
enum kind { CERTIFICATE, CRL, SECRET, KEY, KINDS };

/* The number of elements in a bag. The library reads no more than one more. */
#define MAX_ELEMENTS 30

/* Adds an element to a bag. Returns its number, or a code. */
static int add_element(gnutls_pkcs12_bag_t bag, enum kind kind, const char *word, unsigned int scheme)
{
    gnutls_x509_crt_t certificate;
    gnutls_x509_crl_t list;
    gnutls_x509_privkey_t key;
    gnutls_datum_t secret;
    int code;

    switch (kind) {
    case CERTIFICATE:
        certificate = certificate_of(word);
        code = gnutls_pkcs12_bag_set_crt(bag, certificate);
        gnutls_x509_crt_deinit(certificate);
        return code;
    case CRL:
        list = crl_of(word);
        code = gnutls_pkcs12_bag_set_crl(bag, list);
        gnutls_x509_crl_deinit(list);
        return code;
    case KEY:
        key = key_of(word);
        code = gnutls_pkcs12_bag_set_privkey(bag, key, text_option("password"), scheme);
        gnutls_x509_privkey_deinit(key);
        return code;
    default:
        secret = bytes_of_word(word);
        return gnutls_pkcs12_bag_set_data(bag, GNUTLS_BAG_SECRET, &secret);
    }
}

/* Adds a bag to a container, encrypted unless it is that of a key, and releases it. */
static int close_bag(gnutls_pkcs12_t container, gnutls_pkcs12_bag_t bag, unsigned int scheme)
{
    int code = 0;

    if (!is_key(gnutls_pkcs12_bag_get_type(bag, 0)))
        code = gnutls_pkcs12_bag_encrypt(bag, text_option("password"), scheme);
    TRY(gnutls_pkcs12_set_bag(container, bag));
    gnutls_pkcs12_bag_deinit(bag);
    return code;
}

/* Adds the elements of the options. Returns a code, or their number. */
static int fill_container(gnutls_pkcs12_t container, unsigned int scheme)
{
    static const char *const keys[KINDS] = { "certificates", "crls", "secrets", "keys" };
    size_t name_count, id_count, count, i;
    char **names = list_option("names", &name_count), **ids = list_option("ids", &id_count), **list;
    gnutls_pkcs12_bag_t bag = NULL;
    unsigned int number = 0;
    int kind, code = 0;

    for (kind = 0; kind < KINDS; kind++) {
        list = list_option(keys[kind], &count);
        for (i = 0; i < count && code >= 0; i++, number++) {
            unsigned int at = 0;

            if (bag != NULL && (kind == KEY || gnutls_pkcs12_bag_get_count(bag) == MAX_ELEMENTS)) {
                code = close_bag(container, bag, scheme);
                bag = NULL;
            }
            if (bag == NULL && gnutls_pkcs12_bag_init(&bag) < 0)
                fail_setup("gnutls_pkcs12_bag_init", "failed");
            TRY(add_element(bag, (enum kind)kind, list[i], scheme));
            if (code >= 0)
                at = (unsigned int)code;
            if (number < name_count)
                TRY(gnutls_pkcs12_bag_set_friendly_name(bag, at, latin_1(names[number])));
            if (number < id_count) {
                gnutls_datum_t id = bytes_of_word(ids[number]);

                TRY(gnutls_pkcs12_bag_set_key_id(bag, at, &id));
            }
        }
    }
    if (code >= 0 && bag != NULL)
        code = close_bag(container, bag, scheme);
    else if (bag != NULL)
        gnutls_pkcs12_bag_deinit(bag);
    return code < 0 ? code : (int)number;
}

static bool are_latin_1(char *const *names, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (latin_1(names[i]) == NULL)
            return false;
    return true;
}

enum status object_createpkcs12(void)
{
    unsigned int scheme = option("scheme") == NULL ? GNUTLS_PKCS_PBES2_AES_256 : scheme_option("scheme");
    gnutls_mac_algorithm_t mac = GNUTLS_MAC_SHA256;
    gnutls_datum_t *der = output();
    gnutls_pkcs12_t container;
    size_t name_count;
    char **names = list_option("names", &name_count);
    int code;

    if (option("mac") != NULL)
        ALGORITHM(mac, "mac", gnutls_mac_get_id);
#if GNUTLS_VERSION_NUMBER < 0x030806
    if (switch_option("pbmac1")) {
        needs = "3.8.6";
        return UNSUPPORTED;
    }
#endif
    group("createpkcs12");
    if (!is_text("password") || !is_known_scheme(scheme) || !are_latin_1(names, name_count)) {
        fact_guarded("result");
        return DONE;
    }
    if (gnutls_pkcs12_init(&container) < 0)
        fail_setup("gnutls_pkcs12_init", "failed");
    code = fill_container(container, scheme);
    if (code == 0) {
        fact_guarded("result");
        gnutls_pkcs12_deinit(container);
        return DONE;
    }
    if (!switch_option("pbmac1"))
        TRY(gnutls_pkcs12_generate_mac2(container, mac, text_option("password")));
#if GNUTLS_VERSION_NUMBER >= 0x030806
    else
        TRY(gnutls_pkcs12_generate_mac3(container, mac, text_option("password"), GNUTLS_PKCS12_USE_PBMAC1));
#endif
    TRY(gnutls_pkcs12_export2(container, GNUTLS_X509_FMT_DER, der));
    if (result(code))
        name_bytes(der->data, der->size);
    gnutls_pkcs12_deinit(container);
    return DONE;
}
