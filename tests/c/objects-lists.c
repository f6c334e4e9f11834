/* The verbs about objects that list requests, revocation lists, and OCSP. */
#include <gnutls/ocsp.h>
#include <gnutls/x509-ext.h>
#include <string.h>

#include "objects-x509.h"

static int print_request(const void *object, gnutls_certificate_print_formats_t format, gnutls_datum_t *text)
{
    return gnutls_x509_crq_print(*(const gnutls_x509_crq_t *)object, format, text);
}

static int print_list(const void *object, gnutls_certificate_print_formats_t format, gnutls_datum_t *text)
{
    return gnutls_x509_crl_print(*(const gnutls_x509_crl_t *)object, format, text);
}

static void list_request_meanings(gnutls_x509_crq_t request)
{
    unsigned char *field = scratch(FIELD);
    unsigned int ca = 0, usage = 0, critical, i;
    int length = -1, code;
    size_t size;

    group("meanings");
    code = gnutls_x509_crq_get_basic_constraints(request, &critical, &ca, &length);
    if (!fact_failed("ca", code)) {
        fact_flag("ca", ca != 0);
        fact_number("path_length", length);
    }
    if (!fact_failed("usage", gnutls_x509_crq_get_key_usage(request, &usage, &critical)))
        fact_number("usage", usage);
    for (i = 0;; i++) {
        size = FIELD;
        if (fact_failed(numbered("purpose", i, NULL),
                        gnutls_x509_crq_get_key_purpose_oid(request, i, field, &size, &critical)))
            break;
        fact_string(numbered("purpose", i, NULL), (char *)field);
    }
    for (i = 0;; i++) {
        size = FIELD;
        if (fact_failed(numbered("attribute", i, "oid"),
                        gnutls_x509_crq_get_attribute_info(request, i, field, &size)))
            break;
        fact_string(numbered("attribute", i, "oid"), (char *)field);
        size = FIELD;
        code = gnutls_x509_crq_get_attribute_data(request, i, field, &size);
        fact_field(numbered("attribute", i, "value"), code, field, &size);
    }
}

enum status object_request(void)
{
    gnutls_datum_t from = bytes_option("from"), *text;
    unsigned char *field = scratch(FIELD);
    gnutls_x509_crq_t request;
    unsigned int bits = 0;
    size_t size;
    int code, algorithm;

    group("request");
    if (!is_importable(&from, option("format")))
        return DONE;
    if (gnutls_x509_crq_init(&request) < 0)
        fail_setup("gnutls_x509_crq_init", "failed");
    code = gnutls_x509_crq_import(request, &from,
                                  option("format") == NULL ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER);
    if (!result(code)) {
        gnutls_x509_crq_deinit(request);
        return DONE;
    }
    fact_code("verified", gnutls_x509_crq_verify(request, flags_option()));
    fact_number("version", gnutls_x509_crq_get_version(request));
    text = output();
    fact_output("subject", gnutls_x509_crq_get_dn3(request, text, 0), text);
    text = output();
    fact_output("subject_compatible", gnutls_x509_crq_get_dn2(request, text), text);
    algorithm = gnutls_x509_crq_get_signature_algorithm(request);
    fact_string("signature", algorithm <= 0 ? NULL : gnutls_sign_get_name((gnutls_sign_algorithm_t)algorithm));
    size = FIELD;
    fact_field_text("signature_oid", gnutls_x509_crq_get_signature_oid(request, (char *)field, &size), (char *)field,
                    &size);
    algorithm = gnutls_x509_crq_get_pk_algorithm(request, &bits);
    fact_string("algorithm", algorithm <= 0 ? NULL : gnutls_pk_get_name((gnutls_pk_algorithm_t)algorithm));
    if (algorithm > 0)
        fact_number("bits", bits);
    size = FIELD;
    fact_field_text("oid", gnutls_x509_crq_get_pk_oid(request, (char *)field, &size), (char *)field, &size);
    size = FIELD;
    fact_field("sha1", gnutls_x509_crq_get_key_id(request, GNUTLS_KEYID_USE_SHA1, field, &size), field, &size);
    size = FIELD;
    fact_field("sha256", gnutls_x509_crq_get_key_id(request, GNUTLS_KEYID_USE_SHA256, field, &size), field, &size);
    size = FIELD;
    fact_field_text("password", gnutls_x509_crq_get_challenge_password(request, (char *)field, &size), (char *)field,
                    &size);
    text = output();
    fact_output_bytes("der", gnutls_x509_crq_export2(request, GNUTLS_X509_FMT_DER, text), text);
    text = output();
    fact_output_bytes("pem", gnutls_x509_crq_export2(request, GNUTLS_X509_FMT_PEM, text), text);
    LIST_EXTENSIONS(crq, request);
    list_request_meanings(request);
    list_descriptions(&request, print_request);
    gnutls_x509_crq_deinit(request);
    return DONE;
}

static void list_revoked(gnutls_x509_crl_t list)
{
    gnutls_x509_crl_iter_t iterator = NULL;
    unsigned char serial[64];
    unsigned int i;

    group("revoked");
    fact_number("count", gnutls_x509_crl_get_crt_count(list));
    for (i = 0;; i++) {
        size_t size = sizeof(serial);
        time_t moment = -1;
        int code = gnutls_x509_crl_iter_crt_serial(list, &iterator, serial, &size, &moment);

        if (fact_failed(numbered("n", i, "serial"), code))
            break;
        fact_bytes(numbered("n", i, "serial"), serial, size);
        if (moment != (time_t)-1)
            fact_time(numbered("n", i, "time"), moment);
    }
    gnutls_x509_crl_iter_deinit(iterator);
}

enum status object_crl(void)
{
    gnutls_datum_t from = bytes_option("from"), *text;
    unsigned char *field = scratch(FIELD);
    gnutls_x509_crl_t list;
    gnutls_x509_crt_t issuer;
    unsigned int critical, status;
    time_t next;
    size_t size;
    int code, algorithm;

    group("crl");
    if (!is_importable(&from, option("format")))
        return DONE;
    if (gnutls_x509_crl_init(&list) < 0)
        fail_setup("gnutls_x509_crl_init", "failed");
    code = gnutls_x509_crl_import(list, &from, option("format") == NULL ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER);
    if (!result(code)) {
        gnutls_x509_crl_deinit(list);
        return DONE;
    }
    fact_number("version", gnutls_x509_crl_get_version(list));
    text = output();
    fact_output("issuer", gnutls_x509_crl_get_issuer_dn3(list, text, 0), text);
    fact_time("this_update", gnutls_x509_crl_get_this_update(list));
    next = gnutls_x509_crl_get_next_update(list);
    if (next != (time_t)-1)
        fact_time("next_update", next);
    size = FIELD;
    fact_field("number", gnutls_x509_crl_get_number(list, field, &size, &critical), field, &size);
    size = FIELD;
    code = gnutls_x509_crl_get_authority_key_id(list, field, &size, &critical);
    fact_field("authority_key_id", code, field, &size);
    algorithm = gnutls_x509_crl_get_signature_algorithm(list);
    fact_string("signature", algorithm <= 0 ? NULL : gnutls_sign_get_name((gnutls_sign_algorithm_t)algorithm));
    /* The length is only returned without a buffer. */
    size = 0;
    gnutls_x509_crl_get_signature(list, NULL, &size);
    code = gnutls_x509_crl_get_signature(list, (char *)field, &size);
    fact_field("signature_value", code, field, &size);
    text = output();
    fact_output_bytes("der", gnutls_x509_crl_export2(list, GNUTLS_X509_FMT_DER, text), text);
    text = output();
    fact_output_bytes("pem", gnutls_x509_crl_export2(list, GNUTLS_X509_FMT_PEM, text), text);
    if (option("issuer") != NULL) {
        issuer = certificate_option("issuer", &code);
        if (!fact_error("issued", code)) {
            fact_flag("issued", gnutls_x509_crl_check_issuer(list, issuer));
            code = gnutls_x509_crl_verify(list, &issuer, 1, flags_option(), &status);
            if (!fact_error("verified", code))
                fact_status(status);
            gnutls_x509_crt_deinit(issuer);
        }
    }
    list_revoked(list);
    LIST_EXTENSIONS(crl, list);
    list_descriptions(&list, print_list);
    gnutls_x509_crl_deinit(list);
    return DONE;
}

static void fact_certificate_id(const char *name, gnutls_digest_algorithm_t digest, const gnutls_datum_t *issuer_name,
                                const gnutls_datum_t *issuer_key, const gnutls_datum_t *serial)
{
    fact_string(dotted(name, "digest"), gnutls_digest_get_name(digest));
    fact_datum(dotted(name, "name"), issuer_name);
    fact_datum(dotted(name, "key"), issuer_key);
    fact_datum(dotted(name, "serial"), serial);
}

static void list_ocsp_request(gnutls_ocsp_req_t request)
{
    gnutls_datum_t *text;
    unsigned int i, critical;
    int code;

    fact_number("version", gnutls_ocsp_req_get_version(request));
    text = output();
    fact_output_bytes("nonce", gnutls_ocsp_req_get_nonce(request, &critical, text), text);
    text = output();
    fact_output_bytes("der", gnutls_ocsp_req_export(request, text), text);
    for (i = 0;; i++) {
        gnutls_datum_t *name = output(), *key = output(), *serial = output();
        gnutls_digest_algorithm_t digest;

        code = gnutls_ocsp_req_get_cert_id(request, i, &digest, name, key, serial);
        if (fact_failed(numbered("id", i, NULL), code))
            break;
        fact_certificate_id(numbered("certificate", i, NULL), digest, name, key, serial);
    }
    for (i = 0;; i++) {
        gnutls_datum_t *oid = output(), *data = output();

        code = gnutls_ocsp_req_get_extension(request, i, oid, &critical, data);
        if (fact_failed(numbered("extension", i, "oid"), code))
            break;
        fact_text(numbered("extension", i, "oid"), oid->data, strnlen((char *)oid->data, oid->size));
        fact_flag(numbered("extension", i, "critical"), critical != 0);
        fact_datum(numbered("extension", i, "data"), data);
    }
    text = output();
    fact_output_bytes("description", gnutls_ocsp_req_print(request, GNUTLS_OCSP_PRINT_FULL, text), text);
    text = output();
    fact_output_bytes("compact", gnutls_ocsp_req_print(request, GNUTLS_OCSP_PRINT_COMPACT, text), text);
}

/* Adds what the options name. */
static int fill_ocsp_request(gnutls_ocsp_req_t request)
{
    gnutls_datum_t nonce = bytes_option("nonce");
    gnutls_x509_crt_t certificate, issuer = NULL;
    int code = 0;

    if (option("certificate") != NULL) {
        certificate = certificate_option("certificate", &code);
        if (code >= 0)
            issuer = certificate_option("issuer", &code);
        if (code >= 0)
            code = gnutls_ocsp_req_add_cert(request, gnutls_digest_get_id(option("digest")), issuer, certificate);
        if (certificate != NULL)
            gnutls_x509_crt_deinit(certificate);
        if (issuer != NULL)
            gnutls_x509_crt_deinit(issuer);
    }
    if (code >= 0 && nonce.size > 0)
        code = gnutls_ocsp_req_set_nonce(request, 0, &nonce);
    return code;
}

enum status object_ocsprequest(void)
{
    gnutls_datum_t from = bytes_option("from"), *der = output();
    gnutls_ocsp_req_t request;
    int code;

    group("ocsprequest");
    if (gnutls_ocsp_req_init(&request) < 0)
        fail_setup("gnutls_ocsp_req_init", "failed");
    code = option("from") != NULL ? gnutls_ocsp_req_import(request, &from) : fill_ocsp_request(request);
    if (result(code)) {
        list_ocsp_request(request);
        if (gnutls_ocsp_req_export(request, der) >= 0)
            name_bytes(der->data, der->size);
    }
    gnutls_ocsp_req_deinit(request);
    return DONE;
}

static void list_entries(gnutls_ocsp_resp_t response)
{
    unsigned int i;

    group("entries");
    for (i = 0;; i++) {
        gnutls_datum_t *name = output(), *key = output(), *serial = output();
        gnutls_digest_algorithm_t digest;
        unsigned int status, reason;
        time_t this_update, next_update, revocation;
        const char *entry = numbered("n", i, NULL);
        int code = gnutls_ocsp_resp_get_single(response, i, &digest, name, key, serial, &status, &this_update,
                                               &next_update, &revocation, &reason);

        if (fact_failed(entry, code))
            return;
        fact_string(numbered("n", i, "status"), status == GNUTLS_OCSP_CERT_GOOD      ? "good"
                                                : status == GNUTLS_OCSP_CERT_REVOKED ? "revoked"
                                                                                     : "unknown");
        fact_time(numbered("n", i, "this_update"), this_update);
        if (next_update != (time_t)-1)
            fact_time(numbered("n", i, "next_update"), next_update);
        if (status == GNUTLS_OCSP_CERT_REVOKED) {
            if (revocation != (time_t)-1)
                fact_time(numbered("n", i, "revoked"), revocation);
            fact_number(numbered("n", i, "reason"), reason);
        }
        fact_certificate_id(numbered("n", i, NULL), digest, name, key, serial);
    }
}

static void list_response(gnutls_ocsp_resp_t response)
{
    gnutls_datum_t *text;
    gnutls_x509_crt_t *certificates = NULL;
    unsigned int i, critical;
    size_t count = 0, at;
    int algorithm, code;

    fact_number("version", gnutls_ocsp_resp_get_version(response));
    text = output();
    code = gnutls_ocsp_resp_get_responder2(response, text, 0);
    if (code < 0 || text->size > 0)
        fact_output("responder", code, text);
    text = output();
    fact_output_bytes("responder_name",
                      gnutls_ocsp_resp_get_responder_raw_id(response, GNUTLS_OCSP_RESP_ID_DN, text), text);
    text = output();
    fact_output_bytes("responder_key",
                      gnutls_ocsp_resp_get_responder_raw_id(response, GNUTLS_OCSP_RESP_ID_KEY, text), text);
    fact_time("produced", gnutls_ocsp_resp_get_produced(response));
    text = output();
    fact_output_bytes("nonce", gnutls_ocsp_resp_get_nonce(response, &critical, text), text);
    algorithm = gnutls_ocsp_resp_get_signature_algorithm(response);
    fact_string("signature", algorithm <= 0 ? NULL : gnutls_sign_get_name((gnutls_sign_algorithm_t)algorithm));
    text = output();
    fact_output_bytes("signature_value", gnutls_ocsp_resp_get_signature(response, text), text);
    for (i = 0;; i++) {
        gnutls_datum_t *oid = output(), *data = output();

        code = gnutls_ocsp_resp_get_extension(response, i, oid, &critical, data);
        if (fact_failed(numbered("extension", i, "oid"), code))
            break;
        fact_text(numbered("extension", i, "oid"), oid->data, strnlen((char *)oid->data, oid->size));
        fact_flag(numbered("extension", i, "critical"), critical != 0);
        fact_datum(numbered("extension", i, "data"), data);
    }
    if (!fact_failed("certificate.1", gnutls_ocsp_resp_get_certs(response, &certificates, &count))) {
        for (at = 0; at < count; at++) {
            text = output();
            fact_output(numbered("certificate", at, NULL), gnutls_x509_crt_get_dn3(certificates[at], text, 0), text);
            gnutls_x509_crt_deinit(certificates[at]);
        }
        gnutls_free(certificates);
    }
}

/* Verifies with an issuer and with an authority. */
static void verify_response(gnutls_ocsp_resp_t response)
{
    gnutls_x509_crt_t issuer, authority;
    gnutls_x509_trust_list_t list;
    unsigned int status;
    int code;

    if (option("issuer") != NULL) {
        issuer = certificate_option("issuer", &code);
        if (!fact_error("direct", code)) {
            code = gnutls_ocsp_resp_verify_direct(response, issuer, &status, flags_option());
            if (!fact_error("direct", code))
                fact_number("direct", status);
            gnutls_x509_crt_deinit(issuer);
        }
    }
    if (option("trust") != NULL) {
        authority = certificate_option("trust", &code);
        if (fact_error("indirect", code))
            return;
        if (gnutls_x509_trust_list_init(&list, 0) < 0 || gnutls_x509_trust_list_add_cas(list, &authority, 1, 0) < 0)
            fail_setup("gnutls_x509_trust_list_add_cas", "failed");
        code = gnutls_ocsp_resp_verify(response, list, &status, flags_option());
        if (!fact_error("indirect", code))
            fact_number("indirect", status);
        gnutls_x509_trust_list_deinit(list, 1);
    }
}

enum status object_ocspresponse(void)
{
    gnutls_datum_t from = bytes_option("from"), *text;
    gnutls_ocsp_resp_t response;
    gnutls_x509_crt_t certificate;
    int code, status;

    group("ocspresponse");
    if (gnutls_ocsp_resp_init(&response) < 0)
        fail_setup("gnutls_ocsp_resp_init", "failed");
    if (result(gnutls_ocsp_resp_import(response, &from))) {
        status = gnutls_ocsp_resp_get_status(response);
        fact_number("status", status);
        text = output();
        fact_output_bytes("der", gnutls_ocsp_resp_export(response, text), text);
        if (status == GNUTLS_OCSP_RESP_SUCCESSFUL) {
            list_response(response);
            verify_response(response);
            if (option("certificate") != NULL) {
                certificate = certificate_option("certificate", &code);
                if (!fact_error("about", code)) {
                    fact_flag("about", gnutls_ocsp_resp_check_crt(response, 0, certificate) >= 0);
                    gnutls_x509_crt_deinit(certificate);
                }
            }
            list_entries(response);
        }
        group("descriptions");
        text = output();
        fact_output_bytes("full", gnutls_ocsp_resp_print(response, GNUTLS_OCSP_PRINT_FULL, text), text);
        text = output();
        fact_output_bytes("compact", gnutls_ocsp_resp_print(response, GNUTLS_OCSP_PRINT_COMPACT, text), text);
    }
    gnutls_ocsp_resp_deinit(response);
    return DONE;
}
