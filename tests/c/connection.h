/* The connections of the current scenario. */
#ifndef CONFORMANCE_CONNECTION_H
#define CONFORMANCE_CONNECTION_H

#include "endpoint.h"
#include "words.h"

#define MAX_NUMBER 12

struct connection {
    struct connection *next;
    char number[MAX_NUMBER];
    struct endpoint client;
    struct endpoint server;
    unsigned long moved; /* bytes sent or received by either side */
};

/* The connection of the current verb, if there is one. */
extern struct connection *touched_connection;

/* Each returns the connection of this number, or NULL: with records, for QUIC, or of either kind. The word must be a number. */
struct connection *find_connection(const struct words *words, const char *number);
struct connection *find_quic_connection(const struct words *words, const char *number);
struct connection *find_any_connection(const struct words *words, const char *number);

/* Each returns the endpoint that a word such as 1c names, or NULL. Its connection counts as touched. */
struct endpoint *find_endpoint(const struct words *words, const char *word);
struct endpoint *find_quic_endpoint(const struct words *words, const char *word);
struct endpoint *find_any_endpoint(const struct words *words, const char *word);

/* Creates a connection whose two transports are joined, and which has no sessions yet. */
struct connection *connection_make(const char *number);

void connection_close(struct connection *connection);
void connections_close(void);

#endif
