/* The verbs about objects that compute with bytes: PEM, digests, codes, ciphers, derivation. */
#include <gnutls/crypto.h>
#include <string.h>

#include "objects.h"

enum status object_pem(void)
{
    gnutls_datum_t from = bytes_option("from"), *text = output();
    const char *label = text_option("label");
    int code;

    group("pem");
    if (switch_option("decode"))
        code = gnutls_pem_base64_decode2(label, &from, text);
    else
        code = gnutls_pem_base64_encode2(label, &from, text);
    if (!result(code))
        return DONE;
    if (!switch_option("random"))
        fact_datum("data", text);
    name_bytes(text->data, text->size);
    return DONE;
}

enum status object_hash(void)
{
    gnutls_digest_algorithm_t algorithm;
    gnutls_datum_t data = bytes_option("data");
    unsigned char *digest, *parts;
    gnutls_hash_hd_t state;
    size_t size, half = data.size / 2;

    ALGORITHM(algorithm, "algorithm", gnutls_digest_get_id);
    size = gnutls_hash_get_len(algorithm);
    digest = scratch(size);
    parts = scratch(size);
    group("hash");
    if (!result(gnutls_hash_fast(algorithm, data.data, data.size, digest)))
        return DONE;
    fact_bytes("digest", digest, size);
    name_bytes(digest, size);
    if (fact_failed("state", gnutls_hash_init(&state, algorithm)))
        return DONE;
    gnutls_hash(state, data.data, half);
    gnutls_hash(state, data.data + half, data.size - half);
    gnutls_hash_output(state, parts);
    gnutls_hash_deinit(state, NULL);
    fact_bytes("in_parts", parts, size);
    return DONE;
}

/* Codes that are no HMAC abort the program if the key has another length. */
static bool is_careful(gnutls_mac_algorithm_t algorithm, size_t key, const char *nonce, size_t nonce_size)
{
    size_t wanted = gnutls_mac_get_nonce_size(algorithm);

    if (gnutls_hmac_get_len(algorithm) == 0 || (nonce != NULL) != (wanted != 0) || nonce_size != wanted)
        return false;
    return gnutls_digest_get_name((gnutls_digest_algorithm_t)algorithm) != NULL ||
           key == gnutls_mac_get_key_size(algorithm);
}

enum status object_mac(void)
{
    gnutls_mac_algorithm_t algorithm;
    gnutls_datum_t key = bytes_option("key"), data = bytes_option("data"), nonce = bytes_option("nonce");
    gnutls_hmac_hd_t state;
    unsigned char *codes[2];
    size_t size, half = data.size / 2;
    int i;

    ALGORITHM(algorithm, "algorithm", gnutls_mac_get_id);
    size = gnutls_hmac_get_len(algorithm);
    group("mac");
    if (!is_careful(algorithm, key.size, option("nonce"), nonce.size)) {
        fact_guarded("result");
        return DONE;
    }
    for (i = 0; i < 2; i++) {
        int code = gnutls_hmac_init(&state, algorithm, key.data, key.size);

        if (i == 0 && !result(code))
            return DONE;
        if (nonce.size > 0)
            gnutls_hmac_set_nonce(state, nonce.data, nonce.size);
        if (i == 1)
            gnutls_hmac(state, data.data, half);
        gnutls_hmac(state, data.data + i * half, data.size - i * half);
        codes[i] = scratch(size);
        gnutls_hmac_output(state, codes[i]);
        gnutls_hmac_deinit(state, NULL);
    }
    fact_bytes("code", codes[0], size);
    fact_bytes("in_parts", codes[1], size);
    return DONE;
}

enum status object_aead(void)
{
    gnutls_cipher_algorithm_t algorithm;
    gnutls_datum_t key = bytes_option("key"), nonce = bytes_option("nonce"), data = bytes_option("data"),
                   associated = bytes_option("associated");
    gnutls_aead_cipher_hd_t cipher;
    unsigned char *text;
    size_t tag, size;
    int code;

    ALGORITHM(algorithm, "cipher", gnutls_cipher_get_id);
    tag = gnutls_cipher_get_tag_size(algorithm);
    group("aead");
    if (tag == 0 || key.size != gnutls_cipher_get_key_size(algorithm) ||
        nonce.size != gnutls_cipher_get_iv_size(algorithm)) {
        fact_guarded("result");
        return DONE;
    }
    code = gnutls_aead_cipher_init(&cipher, algorithm, &key);
    if (code < 0) {
        result(code);
        return DONE;
    }
    size = data.size + tag;
    text = scratch(size);
    if (switch_option("open"))
        code = gnutls_aead_cipher_decrypt(cipher, nonce.data, nonce.size, associated.data, associated.size, tag,
                                          data.data, data.size, text, &size);
    else
        code = gnutls_aead_cipher_encrypt(cipher, nonce.data, nonce.size, associated.data, associated.size, tag,
                                          data.data, data.size, text, &size);
    gnutls_aead_cipher_deinit(cipher);
    if (!result(code))
        return DONE;
    fact_bytes("text", text, size);
    name_bytes(text, size);
    return DONE;
}

/* Only some ciphers accept every length. */
static bool accepts_length(gnutls_cipher_algorithm_t algorithm, size_t size)
{
    size_t block = gnutls_cipher_get_block_size(algorithm);
    const char *name = gnutls_cipher_get_name(algorithm);

    if (strstr(name, "-CBC") != NULL)
        return size % block == 0;
    return strstr(name, "-XTS") == NULL || size >= block;
}

enum status object_cipher(void)
{
    gnutls_cipher_algorithm_t algorithm;
    gnutls_datum_t key = bytes_option("key"), iv = bytes_option("iv"), data = bytes_option("data");
    gnutls_cipher_hd_t cipher;
    int code;

    ALGORITHM(algorithm, "cipher", gnutls_cipher_get_id);
    group("cipher");
    if (key.size != gnutls_cipher_get_key_size(algorithm) || iv.size != gnutls_cipher_get_iv_size(algorithm) ||
        !accepts_length(algorithm, data.size)) {
        fact_guarded("result");
        return DONE;
    }
    code = gnutls_cipher_init(&cipher, algorithm, &key, iv.size == 0 ? NULL : &iv);
    if (code < 0) {
        result(code);
        return DONE;
    }
    if (data.size == 0)
        code = 0;
    else if (switch_option("decrypt"))
        code = gnutls_cipher_decrypt(cipher, data.data, data.size);
    else
        code = gnutls_cipher_encrypt(cipher, data.data, data.size);
    gnutls_cipher_deinit(cipher);
    if (!result(code))
        return DONE;
    fact_datum("text", &data);
    name_bytes(data.data, data.size);
    return DONE;
}

enum status object_hkdf(void)
{
#if GNUTLS_VERSION_NUMBER >= 0x03060d
    gnutls_mac_algorithm_t algorithm;
    gnutls_datum_t key = bytes_option("key"), salt = bytes_option("salt"), info = bytes_option("info");
    size_t size = (size_t)number_option("size", 0), length;
    unsigned char *extracted, *expanded;
    gnutls_datum_t extracted_key;

    ALGORITHM(algorithm, "mac", gnutls_mac_get_id);
    length = gnutls_hmac_get_len(algorithm);
    extracted = scratch(length);
    expanded = scratch(size);
    group("hkdf");
    if (!result(gnutls_hkdf_extract(algorithm, &key, &salt, extracted)))
        return DONE;
    fact_bytes("extracted", extracted, length);
    extracted_key.data = extracted;
    extracted_key.size = (unsigned int)length;
    if (size > 255 * length)
        fact_guarded("expanded");
    else if (!fact_failed("expanded", gnutls_hkdf_expand(algorithm, &extracted_key, &info, expanded, size)))
        fact_bytes("expanded", expanded, size);
    return DONE;
#else
    needs = "3.6.13";
    return UNSUPPORTED;
#endif
}

enum status object_pbkdf2(void)
{
#if GNUTLS_VERSION_NUMBER >= 0x03060d
    gnutls_mac_algorithm_t algorithm;
    gnutls_datum_t password = bytes_option("password"), salt = bytes_option("salt");
    size_t size = (size_t)number_option("size", 0);
    unsigned int iterations = (unsigned int)number_option("iterations", 0);
    unsigned char *derived = scratch(size);

    ALGORITHM(algorithm, "mac", gnutls_mac_get_id);
    group("pbkdf2");
    if (iterations == 0)
        fact_guarded("result");
    else if (result(gnutls_pbkdf2(algorithm, &password, &salt, iterations, derived, size)))
        fact_bytes("derived", derived, size);
    return DONE;
#else
    needs = "3.6.13";
    return UNSUPPORTED;
#endif
}
