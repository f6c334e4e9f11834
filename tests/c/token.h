/* The PKCS #11 token of a scenario, and the requests for its PINs. */
#ifndef CONFORMANCE_TOKEN_H
#define CONFORMANCE_TOKEN_H

#include <stdbool.h>

/* Sets the path of the PKCS #11 module. */
void token_set_module(const char *path);

/* Returns whether there is a module, and a library that supports PKCS #11. The first call loads the module. */
bool token_is_available(void);

/* Answers requests with this PIN, once, and does not list them. NULL: with the PINs of the line. */
void token_set_old_pin(const char *pin);

/* Returns whether a value is the URL of an object on a token. The crate refuses any other for tokens. */
bool is_token_url(const char *value);

/* Adds a URL without the serial number of the token, which is random. */
void fact_url(const char *name, const char *url);

/* Adds the PINs that were requested during the verb as a group of their own, and forgets them. */
void token_list_requests(void);

#endif
