/* The verbs about objects that use keys. */
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/pkcs11.h>
#include <string.h>

#include "objects-x509.h"
#include "token.h"

static gnutls_x509_crt_fmt_t format_option(void)
{
    return option("format") == NULL ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER;
}

/* Returns the private key of a URL, or NULL and the code. */
static gnutls_privkey_t key_on_token(const char *url, int *code)
{
    gnutls_privkey_t private;

    if (gnutls_privkey_init(&private) < 0)
        fail_setup("gnutls_privkey_init", "failed");
    *code = gnutls_privkey_import_url(private, url, 0);
    if (*code >= 0)
        return private;
    gnutls_privkey_deinit(private);
    return NULL;
}

gnutls_privkey_t key_option(const char *key, int *code)
{
    const char *password = text_option("password");
    gnutls_x509_privkey_t imported;
    gnutls_privkey_t private;
    gnutls_datum_t from;

    if (is_token_url(option(key)))
        return key_on_token(option(key), code);
    from = bytes_option(key);
    if (gnutls_x509_privkey_init(&imported) < 0 || gnutls_privkey_init(&private) < 0)
        fail_setup("gnutls_privkey_init", "failed");
    /* A password is for `from` only. */
    if (strcmp(key, "from") != 0)
        password = NULL;
    *code = gnutls_x509_privkey_import2(imported, &from, strcmp(key, "from") == 0 ? format_option() : GNUTLS_X509_FMT_PEM,
                                        password, 0);
    if (*code >= 0)
        *code = gnutls_privkey_import_x509(private, imported, GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE);
    if (*code >= 0)
        return private;
    gnutls_x509_privkey_deinit(imported);
    gnutls_privkey_deinit(private);
    return NULL;
}

/* Returns the public key of a private key, which is empty after a failure. A token may lack it. */
static gnutls_pubkey_t public_with_code(gnutls_privkey_t private, int *code)
{
    gnutls_pubkey_t public;

    if (gnutls_pubkey_init(&public) < 0)
        fail_setup("gnutls_pubkey_init", "failed");
    *code = gnutls_pubkey_import_privkey(public, private, 0, 0);
    return public;
}

gnutls_pubkey_t public_of(gnutls_privkey_t private)
{
    int code;
    gnutls_pubkey_t public = public_with_code(private, &code);

    if (code < 0)
        fail_setup("gnutls_pubkey_import_privkey", "failed");
    return public;
}

bool lacks_curve(gnutls_pubkey_t public)
{
    return gnutls_pubkey_get_pk_algorithm(public, NULL) == GNUTLS_PK_ECDSA && gnutls_check_version("3.6.4") == NULL;
}

/* Imports the public key of a URL, after login if it is not visible before. */
static int public_from_url(gnutls_pubkey_t public, const char *url)
{
    int code = gnutls_pubkey_import_url(public, url, 0);

    if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        code = gnutls_pubkey_import_url(public, url, GNUTLS_PKCS11_OBJ_FLAG_LOGIN);
    return code;
}

gnutls_pubkey_t public_option(const char *key, int *code)
{
    gnutls_pubkey_t public;
    gnutls_datum_t from;

    if (gnutls_pubkey_init(&public) < 0)
        fail_setup("gnutls_pubkey_init", "failed");
    if (is_token_url(option(key))) {
        *code = public_from_url(public, option(key));
    } else {
        from = bytes_option(key);
        *code = gnutls_pubkey_import(public, &from, GNUTLS_X509_FMT_PEM);
        if (*code >= 0 && lacks_curve(public))
            needs = "3.6.4";
    }
    if (*code >= 0 && needs == NULL)
        return public;
    gnutls_pubkey_deinit(public);
    return NULL;
}

/* Fills numbers of an elliptic curve to the length of the curve. */
static void pad(gnutls_datum_t *number, size_t size)
{
    unsigned char *padded;

    if (number->size >= size)
        return;
    padded = gnutls_malloc(size);
    memset(padded, 0, size);
    memcpy(padded + size - number->size, number->data, number->size);
    gnutls_free(number->data);
    number->data = padded;
    number->size = (unsigned int)size;
}

#define NUMBERS 5

static void fact_numbers(gnutls_datum_t **numbers, const char *const *names, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        fact_datum(names[i], numbers[i]);
}

#if GNUTLS_VERSION_NUMBER >= 0x030603
static void fact_gost(gnutls_ecc_curve_t curve, gnutls_digest_algorithm_t digest, gnutls_gost_paramset_t parameters)
{
    fact_string("curve", gnutls_ecc_curve_get_name(curve));
    fact_string("digest", gnutls_digest_get_name(digest));
    fact_string("parameters", gnutls_gost_paramset_get_name(parameters));
}
#endif

/* Lists the numbers of a private key, and its encoding after it was created from them. */
static void list_private_numbers(gnutls_privkey_t key, int algorithm)
{
    static const char *const of_rsa[] = { "n", "e", "d", "p", "q" }, *const of_dsa[] = { "p", "q", "g", "y", "x" },
                             *const of_curve[] = { "x", "y", "k" };
    const unsigned int flags = GNUTLS_EXPORT_FLAG_NO_LZ;
    gnutls_datum_t *n[NUMBERS], *der = output();
#if GNUTLS_VERSION_NUMBER >= 0x030603
    gnutls_gost_paramset_t parameters;
    gnutls_digest_algorithm_t digest;
#endif
    gnutls_ecc_curve_t curve;
    gnutls_x509_privkey_t made;
    gnutls_privkey_t again;
    int code, i;

    group("numbers");
    /* C returns the public numbers, and empty private ones. */
    if (gnutls_privkey_get_type(key) == GNUTLS_PRIVKEY_PKCS11) {
        fact_guarded("again");
        return;
    }
    for (i = 0; i < NUMBERS; i++)
        n[i] = output();
    if (gnutls_privkey_init(&again) < 0)
        fail_setup("gnutls_privkey_init", "failed");
    switch (algorithm) {
    case GNUTLS_PK_RSA:
        code = gnutls_privkey_export_rsa_raw2(key, n[0], n[1], n[2], n[3], n[4], NULL, NULL, NULL, flags);
        if (!fact_failed("n", code)) {
            fact_numbers(n, of_rsa, 5);
            code = gnutls_privkey_import_rsa_raw(again, n[0], n[1], n[2], n[3], n[4], NULL, NULL, NULL);
        }
        break;
    case GNUTLS_PK_DSA:
        code = gnutls_privkey_export_dsa_raw2(key, n[0], n[1], n[2], n[3], n[4], flags);
        if (!fact_failed("p", code)) {
            fact_numbers(n, of_dsa, 5);
            code = gnutls_privkey_import_dsa_raw(again, n[0], n[1], n[2], n[3], n[4]);
        }
        break;
    case GNUTLS_PK_ECDSA:
    case GNUTLS_PK_EDDSA_ED25519:
    case 12: /* GNUTLS_PK_EDDSA_ED448, since 3.6.12 */
        code = gnutls_privkey_export_ecc_raw2(key, &curve, n[0], n[1], n[2], flags);
        if (!fact_failed("curve", code)) {
            fact_string("curve", gnutls_ecc_curve_get_name(curve));
            if (n[1]->size > 0)
                for (i = 0; i < 3; i++)
                    pad(n[i], (size_t)gnutls_ecc_curve_get_size(curve));
            fact_numbers(n, of_curve, 3);
            code = gnutls_privkey_import_ecc_raw(again, curve, n[0], n[1], n[2]);
        }
        break;
#if GNUTLS_VERSION_NUMBER >= 0x030603
    case GNUTLS_PK_GOST_01:
    case GNUTLS_PK_GOST_12_256:
    case GNUTLS_PK_GOST_12_512:
        code = gnutls_privkey_export_gost_raw2(key, &curve, &digest, &parameters, n[0], n[1], n[2], flags);
        if (!fact_failed("curve", code)) {
            fact_gost(curve, digest, parameters);
            fact_numbers(n, of_curve, 3);
            code = gnutls_privkey_import_gost_raw(again, curve, digest, parameters, n[0], n[1], n[2]);
        }
        break;
#endif
    default:
        code = GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
    }
    if (code >= 0)
        code = gnutls_privkey_verify_params(again);
    if (code >= 0 && (code = gnutls_privkey_export_x509(again, &made)) >= 0) {
        code = gnutls_x509_privkey_export2_pkcs8(made, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN, der);
        gnutls_x509_privkey_deinit(made);
    }
    fact_output_bytes("again", code, der);
    gnutls_privkey_deinit(again);
}

static void list_private_encodings(gnutls_privkey_t key)
{
    static const struct {
        const char *name, *traditional;
        gnutls_x509_crt_fmt_t format;
    } formats[] = { { "pem", "traditional_pem", GNUTLS_X509_FMT_PEM }, { "der", "traditional_der", GNUTLS_X509_FMT_DER } };
    gnutls_x509_privkey_t copy;
    gnutls_datum_t *text;
    size_t i;
    int code;

    group("encodings");
    code = gnutls_privkey_export_x509(key, &copy);
    if (code < 0) {
        for (i = 0; i < 2; i++) {
            fact_code(formats[i].name, code);
            fact_code(formats[i].traditional, code);
        }
        return;
    }
    for (i = 0; i < 2; i++) {
        text = output();
        code = gnutls_x509_privkey_export2_pkcs8(copy, formats[i].format, NULL, GNUTLS_PKCS_PLAIN, text);
        fact_output_bytes(formats[i].name, code, text);
    }
    gnutls_x509_privkey_set_flags(copy, GNUTLS_PRIVKEY_FLAG_EXPORT_COMPAT);
    for (i = 0; i < 2; i++) {
        text = output();
        code = gnutls_x509_privkey_export2(copy, formats[i].format, text);
        fact_output_bytes(formats[i].traditional, code, text);
    }
    gnutls_x509_privkey_deinit(copy);
}

enum status object_key(void)
{
    bool on_token = is_token_url(option("from"));
    gnutls_datum_t from, *der = output();
    gnutls_privkey_t key;
    gnutls_pubkey_t public;
    int code, algorithm;

    group("key");
    if (!on_token) {
        from = bytes_option("from");
        if (!is_importable(&from, option("format")))
            return DONE;
    }
    key = key_option("from", &code);
    if (!result(code))
        return DONE;
    algorithm = gnutls_privkey_get_pk_algorithm(key, NULL);
    fact_string("algorithm", gnutls_pk_get_name((gnutls_pk_algorithm_t)algorithm));
    fact_code("verified", gnutls_privkey_verify_params(key));
    if (on_token)
        fact_flag("available", gnutls_privkey_status(key) > 0);
    public = public_with_code(key, &code);
    if (code >= 0)
        code = gnutls_pubkey_export2(public, GNUTLS_X509_FMT_DER, der);
    if (!fact_error("public", code))
        fact_datum("public", der);
    gnutls_pubkey_deinit(public);
    list_private_numbers(key, algorithm);
    list_private_encodings(key);
    gnutls_privkey_deinit(key);
    return DONE;
}

static void list_public_numbers(gnutls_pubkey_t key, int algorithm)
{
    static const char *const of_rsa[] = { "n", "e" }, *const of_dsa[] = { "p", "q", "g", "y" },
                             *const of_curve[] = { "x", "y" }, *const of_x962[] = { "parameters", "point" };
    const unsigned int flags = GNUTLS_EXPORT_FLAG_NO_LZ;
    gnutls_datum_t *n[NUMBERS];
#if GNUTLS_VERSION_NUMBER >= 0x030603
    gnutls_gost_paramset_t parameters;
    gnutls_digest_algorithm_t digest;
#endif
    gnutls_ecc_curve_t curve;
    int code, i;

    group("numbers");
    for (i = 0; i < NUMBERS; i++)
        n[i] = output();
    switch (algorithm) {
    case GNUTLS_PK_RSA:
        code = gnutls_pubkey_export_rsa_raw2(key, n[0], n[1], flags);
        if (!fact_failed("n", code))
            fact_numbers(n, of_rsa, 2);
        break;
    case GNUTLS_PK_DSA:
        code = gnutls_pubkey_export_dsa_raw2(key, n[0], n[1], n[2], n[3], flags);
        if (!fact_failed("p", code))
            fact_numbers(n, of_dsa, 4);
        break;
    case GNUTLS_PK_ECDSA:
    case GNUTLS_PK_EDDSA_ED25519:
    case 12: /* GNUTLS_PK_EDDSA_ED448, since 3.6.12 */
        code = gnutls_pubkey_export_ecc_raw2(key, &curve, n[0], n[1], flags);
        if (fact_failed("curve", code))
            break;
        fact_string("curve", gnutls_ecc_curve_get_name(curve));
        if (n[1]->size > 0)
            for (i = 0; i < 2; i++)
                pad(n[i], (size_t)gnutls_ecc_curve_get_size(curve));
        fact_numbers(n, of_curve, 2);
        if (algorithm == GNUTLS_PK_ECDSA && !fact_failed("parameters", gnutls_pubkey_export_ecc_x962(key, n[2], n[3])))
            fact_numbers(n + 2, of_x962, 2);
        break;
#if GNUTLS_VERSION_NUMBER >= 0x030603
    case GNUTLS_PK_GOST_01:
    case GNUTLS_PK_GOST_12_256:
    case GNUTLS_PK_GOST_12_512:
        code = gnutls_pubkey_export_gost_raw2(key, &curve, &digest, &parameters, n[0], n[1], flags);
        if (fact_failed("curve", code))
            break;
        fact_gost(curve, digest, parameters);
        fact_numbers(n, of_curve, 2);
        break;
#endif
    default:
        break;
    }
}

static void list_public(gnutls_pubkey_t key)
{
    static const unsigned int ids[] = { GNUTLS_KEYID_USE_SHA1, GNUTLS_KEYID_USE_SHA256 };
    const struct print_format *format;
    gnutls_digest_algorithm_t digest;
    gnutls_datum_t *text;
    unsigned char id[64];
    unsigned int bits = 0, usage = 0, mandatory = 0;
    int algorithm, i;

    algorithm = gnutls_pubkey_get_pk_algorithm(key, &bits);
    fact_string("algorithm", algorithm <= 0 ? NULL : gnutls_pk_get_name((gnutls_pk_algorithm_t)algorithm));
    if (algorithm > 0)
        fact_number("bits", bits);
    for (i = 0; i < 2; i++) {
        size_t size = sizeof(id);

        fact_field(i == 0 ? "sha1" : "sha256", gnutls_pubkey_get_key_id(key, ids[i], id, &size), id, &size);
    }
    text = output();
    fact_output_bytes("der", gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, text), text);
    text = output();
    fact_output_bytes("pem", gnutls_pubkey_export2(key, GNUTLS_X509_FMT_PEM, text), text);
    fact_code("verified", gnutls_pubkey_verify_params(key));
    if (!fact_failed("usage", gnutls_pubkey_get_key_usage(key, &usage)) && usage != 0)
        fact_number("usage", usage);
    if (!fact_failed("digest", gnutls_pubkey_get_preferred_hash_algorithm(key, &digest, &mandatory))) {
        fact_string("digest", gnutls_digest_get_name(digest));
        fact_flag("digest_mandatory", mandatory != 0);
    }
    list_public_numbers(key, algorithm);
    group("descriptions");
    for (format = print_formats; format->name != NULL; format++) {
        text = output();
        fact_output_bytes(format->name, gnutls_pubkey_print(key, format->format, text), text);
    }
}

enum status object_public(void)
{
    const char *format = option("format");
    bool on_token = is_token_url(option("from"));
    gnutls_datum_t none = { NULL, 0 }, from = on_token ? none : bytes_option("from");
    bool of_certificate = format != NULL && strcmp(format, "certificate") == 0;
    bool of_private = format != NULL && strcmp(format, "private") == 0;
    gnutls_pubkey_t key;
    enum status status = DONE;
    int code;

    group("public");
    if (gnutls_pubkey_init(&key) < 0)
        fail_setup("gnutls_pubkey_init", "failed");
    if (on_token) {
        code = public_from_url(key, option("from"));
    } else if (of_certificate) {
        gnutls_x509_crt_t certificate = certificate_option("from", &code);

        if (code >= 0) {
            code = gnutls_pubkey_import_x509(key, certificate, 0);
            gnutls_x509_crt_deinit(certificate);
        }
    } else if (of_private) {
        gnutls_x509_privkey_t imported;
        gnutls_privkey_t private;

        if (gnutls_x509_privkey_init(&imported) < 0 || gnutls_privkey_init(&private) < 0)
            fail_setup("gnutls_privkey_init", "failed");
        code = gnutls_x509_privkey_import2(imported, &from, GNUTLS_X509_FMT_PEM, NULL, 0);
        if (code >= 0)
            code = gnutls_privkey_import_x509(private, imported, 0);
        if (code >= 0)
            code = gnutls_pubkey_import_privkey(key, private, 0, 0);
        gnutls_privkey_deinit(private);
        gnutls_x509_privkey_deinit(imported);
    } else if (is_importable(&from, format)) {
        code = gnutls_pubkey_import(key, &from, format_option());
        if (code >= 0 && lacks_curve(key)) {
            needs = "3.6.4";
            status = UNSUPPORTED;
        }
    } else {
        gnutls_pubkey_deinit(key);
        return DONE;
    }
    if (status == DONE && result(code))
        list_public(key);
    gnutls_pubkey_deinit(key);
    return status;
}

/* Returns whether the data is a digest of the algorithm. C ignores a length that is wrong, or fails later. */
static bool is_digest(gnutls_sign_algorithm_t algorithm, size_t size)
{
    gnutls_digest_algorithm_t digest = gnutls_sign_get_hash_algorithm(algorithm);
    size_t wanted = digest == GNUTLS_DIG_UNKNOWN ? 0 : gnutls_hash_get_len(digest);

    return wanted != 0 && size == wanted;
}

enum status object_sign(void)
{
    gnutls_datum_t data = bytes_option("data"), *signature = output();
    bool hash = switch_option("hash");
    gnutls_sign_algorithm_t algorithm;
    gnutls_pubkey_t public;
    gnutls_privkey_t key;
    unsigned int flags = 0;
    int code;

    ALGORITHM(algorithm, "algorithm", gnutls_sign_get_id);
    group("sign");
    key = key_option("key", &code);
    if (fact_error("key", code))
        return DONE;
    if (switch_option("reproducible")) {
#if GNUTLS_VERSION_NUMBER >= 0x03060a
        flags = GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE;
#else
        gnutls_privkey_deinit(key);
        needs = "3.6.10";
        return UNSUPPORTED;
#endif
    }
    if (hash && !is_digest(algorithm, data.size)) {
        fact_guarded("result");
        gnutls_privkey_deinit(key);
        return DONE;
    }
    if (hash)
        code = gnutls_privkey_sign_hash2(key, algorithm, flags, &data, signature);
    else
        code = gnutls_privkey_sign_data2(key, algorithm, flags, &data, signature);
    if (result(code)) {
        if (!switch_option("random"))
            fact_datum("signature", signature);
        public = public_with_code(key, &code);
        if (code >= 0 && hash)
            code = gnutls_pubkey_verify_hash2(public, algorithm, 0, &data, signature);
        else if (code >= 0)
            code = gnutls_pubkey_verify_data2(public, algorithm, 0, &data, signature);
        fact_code("verified", code);
        gnutls_pubkey_deinit(public);
        name_bytes(signature->data, signature->size);
    }
    gnutls_privkey_deinit(key);
    return DONE;
}

enum status object_check(void)
{
    gnutls_datum_t data = bytes_option("data"), signature = bytes_option("signature");
    gnutls_sign_algorithm_t algorithm;
    gnutls_pubkey_t key;
    int code;

    ALGORITHM(algorithm, "algorithm", gnutls_sign_get_id);
    group("check");
    key = public_option("key", &code);
    if (needs != NULL)
        return UNSUPPORTED;
    if (fact_error("key", code))
        return DONE;
    if (!switch_option("hash"))
        result(gnutls_pubkey_verify_data2(key, algorithm, flags_option(), &data, &signature));
    else if (is_digest(algorithm, data.size))
        result(gnutls_pubkey_verify_hash2(key, algorithm, 0, &data, &signature));
    else
        fact_guarded("result");
    gnutls_pubkey_deinit(key);
    return DONE;
}

enum status object_encrypt(void)
{
    gnutls_datum_t data = bytes_option("data"), *encrypted = output();
    gnutls_pubkey_t key;
    int code;

    group("encrypt");
    key = public_option("key", &code);
    if (needs != NULL)
        return UNSUPPORTED;
    if (fact_error("key", code))
        return DONE;
    if (result(gnutls_pubkey_encrypt_data(key, 0, &data, encrypted))) {
        fact_number("size", encrypted->size);
        name_bytes(encrypted->data, encrypted->size);
    }
    gnutls_pubkey_deinit(key);
    return DONE;
}

enum status object_decrypt(void)
{
    gnutls_datum_t data = bytes_option("data"), *decrypted = output();
    gnutls_privkey_t key;
    int code;

    group("decrypt");
    key = key_option("key", &code);
    if (fact_error("key", code))
        return DONE;
    if (result(gnutls_privkey_decrypt_data(key, 0, &data, decrypted)))
        fact_datum("data", decrypted);
    else
        /* C frees the data after a failure of a token, up to 3.6.4 without clearing the pointer. */
        decrypted->data = NULL;
    gnutls_privkey_deinit(key);
    return DONE;
}

enum status object_derive(void)
{
#if GNUTLS_VERSION_NUMBER >= 0x030802
    gnutls_datum_t *secret = output();
    gnutls_privkey_t key;
    gnutls_pubkey_t peer;
    int code;

    group("derive");
    key = key_option("key", &code);
    if (fact_error("key", code))
        return DONE;
    peer = public_option("peer", &code);
    if (!fact_error("peer", code)) {
        if (result(gnutls_privkey_derive_secret(key, peer, NULL, secret, 0)))
            fact_datum("secret", secret);
        gnutls_pubkey_deinit(peer);
    }
    gnutls_privkey_deinit(key);
    return DONE;
#else
    needs = "3.8.2";
    return UNSUPPORTED;
#endif
}

static const struct {
    const char *name;
    unsigned int flags;
} schemes[] = { { "PBES2_AES_128", GNUTLS_PKCS_PBES2_AES_128 },
                { "PBES2_AES_192", GNUTLS_PKCS_PBES2_AES_192 },
                { "PBES2_AES_256", GNUTLS_PKCS_PBES2_AES_256 },
                { "PBES2_3DES", GNUTLS_PKCS_PBES2_3DES },
                { "PKCS12_3DES", GNUTLS_PKCS_PKCS12_3DES },
                { "PKCS12_ARCFOUR", GNUTLS_PKCS_PKCS12_ARCFOUR },
                { "PKCS12_RC2_40", GNUTLS_PKCS_PKCS12_RC2_40 },
                { "PBES2_DES", GNUTLS_PKCS_PBES2_DES },
                { "PBES1_DES_MD5", GNUTLS_PKCS_PBES1_DES_MD5 },
                { "PBES2_GOST_TC26Z", 1 << 11 }, /* since 3.6.3 */
                { "PBES2_GOST_CPA", 1 << 12 },
                { "NONE", 1 << 30 } };

unsigned int scheme_option(const char *key)
{
    const char *name = option(key);
    size_t i;

    for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (strcmp(schemes[i].name, name) == 0)
            return schemes[i].flags;
    fail_setup(name, "is no scheme");
}

bool is_known_scheme(unsigned int scheme)
{
    return gnutls_pkcs_schema_get_name(scheme) != NULL;
}

enum status object_protect(void)
{
    const char *password = text_option("password");
    unsigned int scheme = scheme_option("scheme");
    gnutls_datum_t *text = output();
    gnutls_x509_privkey_t copy;
    gnutls_privkey_t key;
    int code;

    group("protect");
    key = key_option("key", &code);
    if (fact_error("key", code))
        return DONE;
    if (password != NULL && (!is_text("password") || !is_known_scheme(scheme))) {
        fact_guarded("result");
        gnutls_privkey_deinit(key);
        return DONE;
    }
    code = gnutls_privkey_export_x509(key, &copy);
    if (code >= 0) {
        code = gnutls_x509_privkey_export2_pkcs8(copy, format_option(), password, scheme, text);
        gnutls_x509_privkey_deinit(copy);
    }
    if (result(code))
        name_bytes(text->data, text->size);
    gnutls_privkey_deinit(key);
    return DONE;
}

enum status object_pkcs8(void)
{
    gnutls_datum_t from = bytes_option("from");
    unsigned int scheme = 0, iterations = 0, salt_size = 256;
    unsigned char *salt = scratch(256);
    char *oid = NULL;
    int code;

    group("pkcs8");
    if (!is_importable(&from, option("format")))
        return DONE;
    code = gnutls_pkcs8_info(&from, format_option(), &scheme, NULL, salt, &salt_size, &iterations, &oid);
    if (code >= 0 || code == GNUTLS_E_UNKNOWN_CIPHER_TYPE)
        gnutls_free(oid);
    if (!result(code))
        return DONE;
    fact_string("scheme", gnutls_pkcs_schema_get_name(scheme));
    fact_string("scheme_oid", gnutls_pkcs_schema_get_oid(scheme));
    /* The library chooses the length of the salt at random, and before 3.7.3 the number of iterations. */
    if (!switch_option("random")) {
        fact_bytes("salt", salt, salt_size);
        fact_number("iterations", iterations);
    }
    return DONE;
}

enum status object_rs(void)
{
    gnutls_datum_t from = bytes_option("from"), *r = output(), *s = output(), *again = output();

    group("rs");
    if (!result(gnutls_decode_rs_value(&from, r, s)))
        return DONE;
    fact_datum("r", r);
    fact_datum("s", s);
    fact_output_bytes("again", gnutls_encode_rs_value(again, r, s), again);
    return DONE;
}

enum status object_digestinfo(void)
{
    gnutls_digest_algorithm_t algorithm, decoded;
    gnutls_datum_t data = bytes_option("data"), *info = output();
    unsigned char digest[64];
    unsigned int size = sizeof(digest);

    ALGORITHM(algorithm, "algorithm", gnutls_digest_get_id);
    group("digestinfo");
    if (data.size != gnutls_hash_get_len(algorithm)) {
        fact_guarded("result");
        return DONE;
    }
    if (!result(gnutls_encode_ber_digest_info(algorithm, &data, info)))
        return DONE;
    fact_datum("info", info);
    if (!fact_failed("digest", gnutls_decode_ber_digest_info(info, &decoded, digest, &size))) {
        fact_bytes("digest", digest, size);
        fact_string("algorithm", gnutls_digest_get_name(decoded));
    }
    return DONE;
}
