/* The PKCS #11 token of a scenario, and the requests for its PINs. */
#include "token.h"

#include <gnutls/pkcs11.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "objects.h"

/* A library that was built without PKCS #11 lacks these functions. */
#pragma weak gnutls_pkcs11_init
#pragma weak gnutls_pkcs11_add_provider
#pragma weak gnutls_pkcs11_set_pin_function

/* The crate requests a PIN no more often. */
#define MAX_ATTEMPTS 16
#define MAX_REQUESTS 40

static const char *module;

static struct {
    int attempt;
    unsigned int flags;
    char *url, *label;
} requests[MAX_REQUESTS];
static size_t request_count;

/* The only PIN of a change. NULL: those of the line. */
static const char *old_pin;

void token_set_module(const char *path)
{
    module = path;
}

/* Copies a PIN. The library would truncate one that is longer than its buffer. */
static int copy_pin(const char *value, size_t size, char *pin, size_t room)
{
    if (size >= room)
        return GNUTLS_E_PKCS11_PIN_ERROR;
    memcpy(pin, value, size);
    pin[size] = '\0';
    return 0;
}

/* Returns the PINs of the line one after another, and then none. */
static int next_pin(void *data, int attempt, const char *url, const char *label, unsigned int flags, char *pin,
                    size_t room)
{
    size_t count, size;
    char **pins = list_option("pins", &count), *value;

    (void)data;
    if (old_pin != NULL)
        return attempt > 0 ? GNUTLS_E_PKCS11_PIN_ERROR : copy_pin(old_pin, strlen(old_pin), pin, room);
    if (attempt >= MAX_ATTEMPTS || request_count == MAX_REQUESTS)
        return GNUTLS_E_PKCS11_PIN_ERROR;
    requests[request_count].attempt = attempt;
    requests[request_count].flags = flags;
    requests[request_count].url = copy_string(url);
    requests[request_count].label = copy_string(label);
    if (request_count++ >= count)
        return GNUTLS_E_PKCS11_PIN_ERROR;
    value = decoded(pins[request_count - 1], &size);
    return copy_pin(value, size, pin, room);
}

void token_set_old_pin(const char *pin)
{
    old_pin = pin;
}

bool token_is_available(void)
{
    static bool loaded;
    int code;

    if (module == NULL || gnutls_pkcs11_init == NULL)
        return false;
    if (loaded)
        return true;
    code = gnutls_pkcs11_init(GNUTLS_PKCS11_FLAG_MANUAL, NULL);
    if (code >= 0)
        code = gnutls_pkcs11_add_provider(module, "trusted");
    if (code < 0)
        fail_setup(module, gnutls_strerror(code));
    gnutls_pkcs11_set_pin_function(next_pin, NULL);
    loaded = true;
    return true;
}

bool is_token_url(const char *value)
{
    return value != NULL && strncasecmp(value, "pkcs11:", 7) == 0;
}

void fact_url(const char *name, const char *url)
{
    const char *serial = strstr(url, "serial="), *rest;
    char *without;

    if (serial == NULL) {
        fact_string(name, url);
        return;
    }
    rest = strchr(serial, ';');
    rest = rest == NULL ? "" : rest + 1;
    without = scratch(strlen(url) + 1);
    memcpy(without, url, (size_t)(serial - url));
    strcpy(without + (serial - url), rest);
    fact_string(name, without);
}

void token_list_requests(void)
{
    static const struct {
        const char *name;
        unsigned int flag;
    } flags[] = { { "security_officer", GNUTLS_PIN_SO },
                  { "final_try", GNUTLS_PIN_FINAL_TRY },
                  { "count_low", GNUTLS_PIN_COUNT_LOW },
                  { "one_use", GNUTLS_PIN_CONTEXT_SPECIFIC },
                  { "wrong", GNUTLS_PIN_WRONG } };
    size_t i, j;

    if (request_count > 0)
        group("pins");
    for (i = 0; i < request_count; i++) {
        fact_number(numbered("request", i, "attempt"), requests[i].attempt);
        fact_string(numbered("request", i, "label"), requests[i].label);
        fact_url(numbered("request", i, "url"), requests[i].url);
        for (j = 0; j < sizeof(flags) / sizeof(flags[0]); j++)
            if ((requests[i].flags & flags[j].flag) != 0)
                fact_flag(numbered("request", i, flags[j].name), true);
        free(requests[i].url);
        free(requests[i].label);
    }
    request_count = 0;
}
