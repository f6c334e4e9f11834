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

struct print_format {
    const char *name; /* NULL ends the list */
    gnutls_certificate_print_formats_t format;
};

extern const struct print_format print_formats[];

/* Lists the descriptions of an object in all formats. `object` is the address of its handle. */
typedef int (*print_function)(const void *object, gnutls_certificate_print_formats_t format, gnutls_datum_t *text);
void list_descriptions(const void *object, print_function print);

/* Returns the certificate of an option in PEM, or NULL and the code. */
gnutls_x509_crt_t certificate_option(const char *key, int *code);

/* Returns the private key of an option in PEM, or NULL and the code. The key of `from` has a format and a password. */
gnutls_privkey_t key_option(const char *key, int *code);

/* The encryption scheme of an option, and the facts about one that was used. */
unsigned int scheme_option(const char *key);
void fact_encryption(unsigned int scheme, const void *salt, size_t salt_size, unsigned int iterations);

/* The flags and the profile of the options of a verification, and the flags of its result. */
unsigned int flags_option(void);
void fact_status(unsigned int status);

#endif
