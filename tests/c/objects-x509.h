/* The facts that several verbs about X.509 objects have in common. */
#ifndef CONFORMANCE_OBJECTS_X509_H
#define CONFORMANCE_OBJECTS_X509_H

#include <gnutls/abstract.h>

#include "objects.h"

/* Returns whether data without a format can be PEM, which C reads up to a NUL. Otherwise lists `result` as guarded. */
bool is_importable(const gnutls_datum_t *from, const char *format);

/* The result of a function that copies a field into a buffer, or allocates it: bytes, or text. The size is read after the
   call. */
void fact_field(const char *name, int code, const void *field, const size_t *size);
void fact_field_text(const char *name, int code, const char *field, const size_t *size);
void fact_output(const char *name, int code, const gnutls_datum_t *text);
void fact_output_bytes(const char *name, int code, const gnutls_datum_t *data);

/* A general name: its type is a part of the name of the fact. */
void fact_general_name(const char *name, unsigned int type, const gnutls_datum_t *value, const gnutls_datum_t *oid);

/* The buffer of functions that copy a field. */
#define FIELD 4096

/* Lists the extensions of a certificate (crt), request (crq) or revocation list (crl). */
#define LIST_EXTENSIONS(kind, object)                                                                                  \
    do {                                                                                                               \
        char *oid = scratch(FIELD);                                                                                    \
        unsigned int i, critical;                                                                                      \
                                                                                                                       \
        group("extensions");                                                                                           \
        for (i = 0;; i++) {                                                                                            \
            size_t size = FIELD;                                                                                       \
            gnutls_datum_t *data = output();                                                                           \
                                                                                                                       \
            if (fact_failed(numbered("n", i, "oid"),                                                                   \
                            gnutls_x509_##kind##_get_extension_info(object, i, oid, &size, &critical)))                \
                break;                                                                                                 \
            fact_string(numbered("n", i, "oid"), oid);                                                                 \
            fact_flag(numbered("n", i, "critical"), critical != 0);                                                    \
            fact_output_bytes(numbered("n", i, "data"), gnutls_x509_##kind##_get_extension_data2(object, i, data),     \
                              data);                                                                                   \
        }                                                                                                              \
    } while (0)

struct print_format {
    const char *name; /* NULL ends the list */
    gnutls_certificate_print_formats_t format;
};

extern const struct print_format print_formats[];

/* Lists the descriptions of an object in all formats. `object` is the address of its handle. */
typedef int (*print_function)(const void *object, gnutls_certificate_print_formats_t format, gnutls_datum_t *text);
void list_descriptions(const void *object, print_function print);

/* Returns whether C can print a certificate, which the crate refuses otherwise. */
bool is_printable(gnutls_x509_crt_t certificate);

/* Returns the certificate of an option in PEM, or NULL and the code. */
gnutls_x509_crt_t certificate_option(const char *key, int *code);

/* Returns the private key of an option in PEM or on a token, or NULL and the code. The key of `from` has a format and a
   password. */
gnutls_privkey_t key_option(const char *key, int *code);

/* Returns the public key of a private key. */
gnutls_pubkey_t public_of(gnutls_privkey_t private);

/* Returns the public key of an option in PEM or on a token, or NULL and the code; `needs` is set if the library is too
   old. */
gnutls_pubkey_t public_option(const char *key, int *code);

/* Up to 3.6.3 a public ECDSA key from DER or PEM has no curve. */
bool lacks_curve(gnutls_pubkey_t public);

/* The encryption scheme of an option. */
unsigned int scheme_option(const char *key);
/* Returns whether the library has the scheme. It would use its default instead of another one, which the crate refuses. */
bool is_known_scheme(unsigned int scheme);

/* The flags and the profile of the options of a verification, and the flags of its result. */
unsigned int flags_option(void);
void fact_status(unsigned int status);

#endif
