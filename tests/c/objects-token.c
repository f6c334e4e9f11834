/* The verbs about PKCS #11 tokens and the objects on them. */
#include <gnutls/crypto.h>
#include <gnutls/pkcs11.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "objects-x509.h"
#include "token.h"

/* Headers before 3.6.3 lack this flag, which their libraries ignore. */
#if GNUTLS_VERSION_NUMBER < 0x030603
#define GNUTLS_PKCS11_OBJ_FLAG_MARK_NOT_SENSITIVE (1 << 22)
#endif

/* A library that was built without PKCS #11 lacks these functions. */
#pragma weak gnutls_pkcs11_token_get_url
#pragma weak gnutls_pkcs11_token_get_info
#pragma weak gnutls_pkcs11_token_get_flags
#pragma weak gnutls_pkcs11_token_check_mechanism
#pragma weak gnutls_pkcs11_token_get_random
#pragma weak gnutls_pkcs11_token_init
#pragma weak gnutls_pkcs11_token_set_pin
#pragma weak gnutls_pkcs11_privkey_generate3
#pragma weak gnutls_pkcs11_copy_x509_crt2
#pragma weak gnutls_pkcs11_copy_x509_privkey2
#pragma weak gnutls_pkcs11_copy_pubkey
#pragma weak gnutls_pkcs11_copy_secret_key
#pragma weak gnutls_pkcs11_get_raw_issuer
#pragma weak gnutls_pkcs11_get_raw_issuer_by_dn
#pragma weak gnutls_pkcs11_get_raw_issuer_by_subject_key_id
#pragma weak gnutls_pkcs11_crt_is_known
#pragma weak gnutls_pkcs11_obj_init
#pragma weak gnutls_pkcs11_obj_deinit
#pragma weak gnutls_pkcs11_obj_import_url
#pragma weak gnutls_pkcs11_obj_list_import_url4
#pragma weak gnutls_pkcs11_obj_export_url
#pragma weak gnutls_pkcs11_obj_export3
#pragma weak gnutls_pkcs11_obj_get_type
#pragma weak gnutls_pkcs11_obj_get_flags
#pragma weak gnutls_pkcs11_obj_get_info
#pragma weak gnutls_pkcs11_obj_set_info
#pragma weak gnutls_pkcs11_obj_get_pk_algorithm
#pragma weak gnutls_pkcs11_type_get_name
#pragma weak gnutls_pkcs11_delete_url

#define FIELD 4096
/* C copies the label of a token to an array of this size. */
#define TOKEN_LABEL 32

/* CKM_RSA_PKCS, CKM_ECDSA and CKM_AES_CBC, and CKM_VENDOR_DEFINED, which no token has. */
static const struct {
    const char *name;
    unsigned long number;
} mechanisms[] = { { "rsa", 0x1 }, { "ecdsa", 0x1041 }, { "aes_cbc", 0x1082 }, { "vendor", 0x80000000 } };

static const struct {
    const char *name;
    unsigned int flag;
} object_flags[] = {
    { "LOGIN", GNUTLS_PKCS11_OBJ_FLAG_LOGIN },
    { "LOGIN_SO", GNUTLS_PKCS11_OBJ_FLAG_LOGIN_SO },
    { "MARK_TRUSTED", GNUTLS_PKCS11_OBJ_FLAG_MARK_TRUSTED },
    { "MARK_DISTRUSTED", GNUTLS_PKCS11_OBJ_FLAG_MARK_DISTRUSTED },
    { "MARK_SENSITIVE", GNUTLS_PKCS11_OBJ_FLAG_MARK_SENSITIVE },
    { "MARK_NOT_SENSITIVE", GNUTLS_PKCS11_OBJ_FLAG_MARK_NOT_SENSITIVE },
    { "MARK_PRIVATE", GNUTLS_PKCS11_OBJ_FLAG_MARK_PRIVATE },
    { "MARK_NOT_PRIVATE", GNUTLS_PKCS11_OBJ_FLAG_MARK_NOT_PRIVATE },
    { "MARK_CA", GNUTLS_PKCS11_OBJ_FLAG_MARK_CA },
    { "MARK_ALWAYS_AUTHENTICATE", GNUTLS_PKCS11_OBJ_FLAG_MARK_ALWAYS_AUTH },
    { "MARK_EXTRACTABLE", GNUTLS_PKCS11_OBJ_FLAG_MARK_EXTRACTABLE },
    { "RETRIEVE_ANY", GNUTLS_PKCS11_OBJ_FLAG_RETRIEVE_ANY },
    { "COMPARE_KEY", GNUTLS_PKCS11_OBJ_FLAG_COMPARE_KEY },
    { "CERTIFICATE", GNUTLS_PKCS11_OBJ_FLAG_CRT },
    { "PUBLIC_KEY", GNUTLS_PKCS11_OBJ_FLAG_PUBKEY },
    { "PRIVATE_KEY", GNUTLS_PKCS11_OBJ_FLAG_PRIVKEY },
};

static unsigned int object_flags_option(void)
{
    size_t count, i, j;
    char **names = list_option("flags", &count);
    unsigned int flags = 0;

    for (i = 0; i < count; i++) {
        for (j = 0; j < sizeof(object_flags) / sizeof(object_flags[0]); j++)
            if (strcmp(object_flags[j].name, names[i]) == 0)
                break;
        if (j == sizeof(object_flags) / sizeof(object_flags[0]))
            fail_setup(names[i], "is no flag of an object");
        flags |= object_flags[j].flag;
    }
    return flags;
}

/* The flags of an object that is created, for which a login is required. */
static unsigned int new_object_flags(void)
{
    unsigned int flags = object_flags_option();

    return (flags & GNUTLS_PKCS11_OBJ_FLAG_LOGIN_SO) != 0 ? flags : flags | GNUTLS_PKCS11_OBJ_FLAG_LOGIN;
}

/* Begins the group of a verb. Returns its URL, or NULL if the crate refuses it. */
static const char *begin(const char *name)
{
    const char *url = option("url");

    group(name);
    if (is_token_url(url))
        return url;
    fact_guarded("result");
    return NULL;
}

/* Returns whether a text can be passed to C, which reads it up to a NUL. Otherwise lists `result` as guarded. */
static bool is_string(const char *key, size_t longest)
{
    const char *value = option(key);
    size_t size;
    char *text;

    if (value == NULL)
        return true;
    text = decoded(value, &size);
    if (strlen(text) == size && size <= longest)
        return true;
    fact_guarded("result");
    return false;
}

static void list_token(const char *url, size_t index)
{
    static const struct {
        const char *name;
        gnutls_pkcs11_token_info_t kind;
    } infos[] = { { "label", GNUTLS_PKCS11_TOKEN_LABEL },
                  { "manufacturer", GNUTLS_PKCS11_TOKEN_MANUFACTURER },
                  { "model", GNUTLS_PKCS11_TOKEN_MODEL },
                  { "module", GNUTLS_PKCS11_TOKEN_MODNAME } };
    char *text = scratch(FIELD);
    unsigned int flags = 0;
    size_t size, i;

    fact_url(numbered("token", index, "url"), url);
    for (i = 0; i < sizeof(infos) / sizeof(infos[0]); i++) {
        const char *name = numbered("token", index, infos[i].name);

        size = FIELD;
        if (!fact_error(name, gnutls_pkcs11_token_get_info(url, infos[i].kind, text, &size)))
            fact_text(name, text, strnlen(text, size));
    }
    /* The serial number is random. */
    size = FIELD;
    if (!fact_error(numbered("token", index, "serial"),
                    gnutls_pkcs11_token_get_info(url, GNUTLS_PKCS11_TOKEN_SERIAL, text, &size)))
        fact_number(numbered("token", index, "serial"), (long long)strnlen(text, size));
    if (!fact_error(numbered("token", index, "flags"), gnutls_pkcs11_token_get_flags(url, &flags)))
        fact_number(numbered("token", index, "flags"), flags);
    for (i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++)
        fact_flag(numbered("token", index, mechanisms[i].name),
                  (int)gnutls_pkcs11_token_check_mechanism(url, mechanisms[i].number, NULL, 0, 0) == 1);
}

enum status object_token(void)
{
    const char *url = option("url");
    size_t count;
    int code = 0;

    group("token");
    if (url != NULL) {
        if (is_token_url(url))
            list_token(url, 0);
        else
            fact_guarded("result");
        return DONE;
    }
    for (count = 0;; count++) {
        char *found;

        code = gnutls_pkcs11_token_get_url((unsigned int)count, GNUTLS_PKCS11_URL_GENERIC, &found);
        if (code < 0)
            break;
        list_token(found, count);
        gnutls_free(found);
    }
    if (result(code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ? 0 : code))
        fact_number("count", (long long)count);
    return DONE;
}

enum status object_initialize(void)
{
    const char *url = begin("initialize");

    if (url != NULL && is_string("label", TOKEN_LABEL) && is_string("so", SIZE_MAX))
        result(gnutls_pkcs11_token_init(url, text_option("so"), text_option("label")));
    return DONE;
}

enum status object_pin(void)
{
    const char *url = begin("pin"), *old = text_option("old");
    bool so = switch_option("so");

    if (url == NULL || !is_string("new", SIZE_MAX) || !is_string("old", SIZE_MAX))
        return DONE;
    /* C reads memory that it has released. */
    if (so && old == NULL) {
        fact_guarded("result");
        return DONE;
    }
    token_set_old_pin(old);
    result(gnutls_pkcs11_token_set_pin(url, old, text_option("new"), so ? GNUTLS_PIN_SO : GNUTLS_PIN_USER));
    token_set_old_pin(NULL);
    return DONE;
}

enum status object_random(void)
{
    const char *url = begin("random");
    size_t size = (size_t)number_option("size", 0), i;
    unsigned char *bytes = scratch(size + 1), all = 0;

    if (url == NULL || !result(gnutls_pkcs11_token_get_random(url, bytes, size)))
        return DONE;
    for (i = 0; i < size; i++)
        all |= bytes[i];
    fact_flag("zero", all == 0);
    return DONE;
}

static void list_object(gnutls_pkcs11_obj_t object, const char *name)
{
    char *prefix = strcpy(scratch(MAX_FACT), name);
    gnutls_pkcs11_obj_type_t type = gnutls_pkcs11_obj_get_type(object);
    gnutls_datum_t *der = output();
    char *field = scratch(FIELD), *url;
    unsigned int flags = 0;
    size_t size = FIELD;
    int code;

    fact_string(dotted(prefix, "kind"), gnutls_pkcs11_type_get_name(type));
    if (!fact_error(dotted(prefix, "url"), gnutls_pkcs11_obj_export_url(object, GNUTLS_PKCS11_URL_GENERIC, &url))) {
        fact_url(dotted(prefix, "url"), url);
        gnutls_free(url);
    }
    if (!fact_failed(dotted(prefix, "label"),
                     gnutls_pkcs11_obj_get_info(object, GNUTLS_PKCS11_OBJ_LABEL, field, &size)))
        fact_text(dotted(prefix, "label"), field, strnlen(field, size));
    size = FIELD;
    if (!fact_failed(dotted(prefix, "id"), gnutls_pkcs11_obj_get_info(object, GNUTLS_PKCS11_OBJ_ID, field, &size)))
        fact_bytes(dotted(prefix, "id"), field, size);
    size = FIELD;
    if (!fact_failed(dotted(prefix, "token"),
                     gnutls_pkcs11_obj_get_info(object, GNUTLS_PKCS11_OBJ_TOKEN_LABEL, field, &size)))
        fact_text(dotted(prefix, "token"), field, strnlen(field, size));
    if (!fact_error(dotted(prefix, "flags"), gnutls_pkcs11_obj_get_flags(object, &flags)))
        fact_number(dotted(prefix, "flags"), flags);
    code = gnutls_pkcs11_obj_export3(object, GNUTLS_X509_FMT_DER, der);
    if (!fact_error(dotted(prefix, "der"), code) && !switch_option("random"))
        fact_datum(dotted(prefix, "der"), der);
}

/* An object and the text by which it is sorted, since a token returns its objects in any order. */
struct listed {
    char *text;
    gnutls_pkcs11_obj_t object;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct listed *)a)->text, ((const struct listed *)b)->text);
}

enum status object_objects(void)
{
    const char *url = begin("objects");
    gnutls_pkcs11_obj_t *list = NULL;
    struct listed *sorted;
    unsigned int count = 0, i;

    if (url == NULL || !result(gnutls_pkcs11_obj_list_import_url4(&list, &count, url, object_flags_option())))
        return DONE;
    fact_number("count", count);
    sorted = scratch(count * sizeof(*sorted) + 1);
    for (i = 0; i < count; i++) {
        sorted[i].object = list[i];
        if (gnutls_pkcs11_obj_export_url(list[i], GNUTLS_PKCS11_URL_GENERIC, &sorted[i].text) < 0)
            fail_setup("gnutls_pkcs11_obj_export_url", "failed");
    }
    qsort(sorted, count, sizeof(*sorted), by_text);
    for (i = 0; i < count; i++) {
        list_object(sorted[i].object, numbered("object", i, NULL));
        gnutls_free(sorted[i].text);
        gnutls_pkcs11_obj_deinit(sorted[i].object);
    }
    gnutls_free(list);
    return DONE;
}

/* Finds the object of a URL. Lists the code. Returns NULL after a failure. */
static gnutls_pkcs11_obj_t find_object(const char *url)
{
    gnutls_pkcs11_obj_t object;

    if (gnutls_pkcs11_obj_init(&object) < 0)
        fail_setup("gnutls_pkcs11_obj_init", "failed");
    if (!fact_error("found", gnutls_pkcs11_obj_import_url(object, url, object_flags_option())))
        return object;
    gnutls_pkcs11_obj_deinit(object);
    return NULL;
}

static void list_algorithm(gnutls_pkcs11_obj_t object)
{
#if GNUTLS_VERSION_NUMBER >= 0x03080d
    unsigned int bits = 0;
    int code = gnutls_pkcs11_obj_get_pk_algorithm(object, &bits);

    if (!fact_error("object.algorithm", code)) {
        fact_string("object.algorithm", gnutls_pk_get_name((gnutls_pk_algorithm_t)code));
        fact_number("object.bits", bits);
    }
#else
    (void)object;
#endif
}

enum status object_object(void)
{
    const char *url = begin("object");
    gnutls_pkcs11_obj_t object;

#if GNUTLS_VERSION_NUMBER < 0x03080d
    if (switch_option("algorithm")) {
        needs = "3.8.13";
        return UNSUPPORTED;
    }
#endif
    object = url == NULL ? NULL : find_object(url);
    if (object != NULL) {
        list_object(object, "object");
        if (switch_option("algorithm"))
            list_algorithm(object);
        gnutls_pkcs11_obj_deinit(object);
    }
    return DONE;
}

enum status object_modify(void)
{
    const char *url = begin("modify");
    gnutls_pkcs11_obj_t object = url == NULL ? NULL : find_object(url);
    gnutls_datum_t id = bytes_option("id");
    size_t size;
    char *label;

    if (object == NULL)
        return DONE;
    if (option("label") != NULL) {
        label = decoded(option("label"), &size);
        fact_code("label", gnutls_pkcs11_obj_set_info(object, GNUTLS_PKCS11_OBJ_LABEL, label, size,
                                                      GNUTLS_PKCS11_OBJ_FLAG_LOGIN));
    }
    if (option("id") != NULL)
        fact_code("id", gnutls_pkcs11_obj_set_info(object, GNUTLS_PKCS11_OBJ_ID, id.data, id.size,
                                                   GNUTLS_PKCS11_OBJ_FLAG_LOGIN));
    gnutls_pkcs11_obj_deinit(object);
    return DONE;
}

/* Returns whether an object has this text, which may be empty. */
static bool has(gnutls_pkcs11_obj_t object, gnutls_pkcs11_obj_info_t kind)
{
    char *text = scratch(FIELD);
    size_t size = FIELD;

    return gnutls_pkcs11_obj_get_info(object, kind, text, &size) >= 0 && size > 0;
}

enum status object_delete(void)
{
    const char *url = begin("delete");
    gnutls_pkcs11_obj_t object = url == NULL ? NULL : find_object(url);
    char *found;
    int code;

    if (object == NULL)
        return DONE;
    /* C would delete all objects of this kind. */
    if (!has(object, GNUTLS_PKCS11_OBJ_LABEL) && !has(object, GNUTLS_PKCS11_OBJ_ID)) {
        fact_guarded("result");
    } else {
        if (gnutls_pkcs11_obj_export_url(object, GNUTLS_PKCS11_URL_GENERIC, &found) < 0)
            fail_setup("gnutls_pkcs11_obj_export_url", "failed");
        code = gnutls_pkcs11_delete_url(found, GNUTLS_PKCS11_OBJ_FLAG_LOGIN);
        result(code == 0 ? GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE : code);
        gnutls_free(found);
    }
    gnutls_pkcs11_obj_deinit(object);
    return DONE;
}

enum status object_generate(void)
{
    gnutls_datum_t id = bytes_option("id"), *der = output(), *pem = output();
    unsigned int bits = (unsigned int)number_option("bits", 0), usage = (unsigned int)number_option("usage", 0);
    gnutls_pk_algorithm_t algorithm;
    enum status status = DONE;
    gnutls_pubkey_t public;
    const char *url;
    int code;

    ALGORITHM(algorithm, "algorithm", gnutls_pk_get_id);
    url = begin("generate");
    if (url == NULL || !is_string("label", SIZE_MAX))
        return DONE;
    code = gnutls_pkcs11_privkey_generate3(url, algorithm, bits, text_option("label"), &id, GNUTLS_X509_FMT_DER, der,
                                           usage, new_object_flags());
    if (!result(code))
        return DONE;
    if (gnutls_pubkey_init(&public) < 0)
        fail_setup("gnutls_pubkey_init", "failed");
    code = gnutls_pubkey_import(public, der, GNUTLS_X509_FMT_DER);
    if (code >= 0 && lacks_curve(public)) {
        needs = "3.6.4";
        status = UNSUPPORTED;
    } else if (!fact_error("public", code)) {
        code = gnutls_pubkey_get_pk_algorithm(public, &bits);
        fact_string("algorithm", gnutls_pk_get_name((gnutls_pk_algorithm_t)code));
        fact_number("bits", bits);
        if (!fact_error("pem", gnutls_pubkey_export2(public, GNUTLS_X509_FMT_PEM, pem)))
            name_bytes(pem->data, pem->size);
    }
    gnutls_pubkey_deinit(public);
    return status;
}

static void store_private(const char *url, const gnutls_datum_t *from, gnutls_datum_t *id, unsigned int usage)
{
    gnutls_x509_privkey_t key;

    if (gnutls_x509_privkey_init(&key) < 0)
        fail_setup("gnutls_x509_privkey_init", "failed");
    if (!fact_error("from", gnutls_x509_privkey_import2(key, from, GNUTLS_X509_FMT_PEM, NULL, 0)))
        result(gnutls_pkcs11_copy_x509_privkey2(url, key, text_option("label"), id, usage, new_object_flags()));
    gnutls_x509_privkey_deinit(key);
}

static enum status store_public(const char *url, gnutls_datum_t *id, unsigned int usage)
{
    int code;
    gnutls_pubkey_t key = public_option("from", &code);

    if (needs != NULL)
        return UNSUPPORTED;
    if (fact_error("from", code))
        return DONE;
    result(gnutls_pkcs11_copy_pubkey(url, key, text_option("label"), id, usage, new_object_flags()));
    gnutls_pubkey_deinit(key);
    return DONE;
}

static void store_certificate(const char *url, const gnutls_datum_t *from, gnutls_datum_t *id)
{
    gnutls_x509_crt_t certificate;

    if (gnutls_x509_crt_init(&certificate) < 0)
        fail_setup("gnutls_x509_crt_init", "failed");
    if (!fact_error("from", gnutls_x509_crt_import(certificate, from, GNUTLS_X509_FMT_PEM)))
        result(gnutls_pkcs11_copy_x509_crt2(url, certificate, text_option("label"), id, new_object_flags()));
    gnutls_x509_crt_deinit(certificate);
}

enum status object_store(void)
{
    gnutls_datum_t from = bytes_option("from"), id = bytes_option("id");
    unsigned int usage = (unsigned int)number_option("usage", 0);
    const char *kind = option("kind"), *url = begin("store");

    if (url == NULL || !is_string("label", SIZE_MAX))
        return DONE;
    if (strcmp(kind, "private") == 0)
        store_private(url, &from, &id, usage);
    else if (strcmp(kind, "public") == 0)
        return store_public(url, &id, usage);
    else if (strcmp(kind, "certificate") == 0)
        store_certificate(url, &from, &id);
    else if (from.size == 0)
        fact_guarded("result");
    else
        result(gnutls_pkcs11_copy_secret_key(url, &from, text_option("label"), usage, new_object_flags()));
    return DONE;
}

enum status object_known(void)
{
    gnutls_datum_t *issuer = output(), *der, *subject = output(), key_id;
    const char *url = begin("known");
    unsigned int flags = object_flags_option();
    gnutls_x509_crt_t certificate;
    unsigned char id[128];
    size_t size = sizeof(id);
    int code;

    if (url == NULL)
        return DONE;
    certificate = certificate_option("certificate", &code);
    if (fact_error("certificate", code))
        return DONE;
    fact_flag("known",
              gnutls_pkcs11_crt_is_known(url, certificate, flags | GNUTLS_PKCS11_OBJ_FLAG_COMPARE) == 1);
    code = gnutls_pkcs11_get_raw_issuer(url, certificate, issuer, GNUTLS_X509_FMT_DER, flags);
    fact_output_bytes("issuer", code, issuer);
    if (gnutls_x509_crt_get_raw_dn(certificate, subject) >= 0) {
        der = output();
        code = gnutls_pkcs11_get_raw_issuer_by_dn(url, subject, der, GNUTLS_X509_FMT_DER, flags);
        fact_output_bytes("by_subject", code, der);
        if (gnutls_x509_crt_get_subject_key_id(certificate, id, &size, NULL) >= 0) {
            key_id.data = id;
            key_id.size = (unsigned int)size;
            der = output();
            code = gnutls_pkcs11_get_raw_issuer_by_subject_key_id(url, subject, &key_id, der, GNUTLS_X509_FMT_DER,
                                                                  flags);
            fact_output_bytes("by_key_id", code, der);
        }
    }
    gnutls_x509_crt_deinit(certificate);
    return DONE;
}
