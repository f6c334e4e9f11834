/* The connections of the current scenario. */
#include "connection.h"

#include <stdlib.h>
#include <string.h>

#include "listing.h"

struct connection *touched_connection;

static struct connection *connections;

static struct connection *find_number(const char *number)
{
    struct connection *connection;

    for (connection = connections; connection != NULL; connection = connection->next)
        if (strcmp(connection->number, number) == 0)
            return connection;
    return NULL;
}

static void check_number(const struct words *words, const char *number)
{
    number_of(words, number, 0, 4294967295LL);
    if (strlen(number) >= MAX_NUMBER - 1 || number[0] < '0' || number[0] > '9')
        fail(words, "not the number of a connection");
}

struct connection *find_any_connection(const struct words *words, const char *number)
{
    check_number(words, number);
    return find_number(number);
}

static struct connection *find_kind(const struct words *words, const char *number, bool quic)
{
    struct connection *connection = find_any_connection(words, number);

    return connection != NULL && (connection->client.quic != NULL) == quic ? connection : NULL;
}

struct connection *find_connection(const struct words *words, const char *number)
{
    return find_kind(words, number, false);
}

struct connection *find_quic_connection(const struct words *words, const char *number)
{
    return find_kind(words, number, true);
}

static struct endpoint *find(const struct words *words, const char *word,
                             struct connection *(*find_it)(const struct words *words, const char *number))
{
    size_t length = strlen(word);
    char number[MAX_NUMBER];
    struct connection *connection;

    if (length < 2 || length >= sizeof(number) || (word[length - 1] != 'c' && word[length - 1] != 's'))
        fail(words, "not an endpoint such as 1c or 1s");
    memcpy(number, word, length - 1);
    number[length - 1] = '\0';
    connection = find_it(words, number);
    if (connection == NULL)
        return NULL;
    touched_connection = connection;
    return word[length - 1] == 'c' ? &connection->client : &connection->server;
}

struct endpoint *find_endpoint(const struct words *words, const char *word)
{
    return find(words, word, find_connection);
}

struct endpoint *find_quic_endpoint(const struct words *words, const char *word)
{
    return find(words, word, find_quic_connection);
}

struct endpoint *find_any_endpoint(const struct words *words, const char *word)
{
    return find(words, word, find_any_connection);
}

void connection_close(struct connection *connection)
{
    struct connection **place = &connections;

    while (*place != connection)
        place = &(*place)->next;
    *place = connection->next;
    endpoint_close(&connection->client);
    endpoint_close(&connection->server);
    free(connection);
}

static void connect_endpoints(struct connection *connection)
{
    struct endpoint *sides[2] = { &connection->client, &connection->server };
    int i;

    for (i = 0; i < 2; i++) {
        struct transport *transport = &sides[i]->transport;

        strcpy(sides[i]->name, connection->number);
        strcat(sides[i]->name, i == 0 ? "c" : "s");
        transport->name = sides[i]->name;
        transport->peer = &sides[1 - i]->transport;
        transport->wire = &listed_wire;
        transport->moved = &connection->moved;
    }
}

struct connection *connection_make(const char *number)
{
    struct connection *connection = allocate(sizeof(*connection));

    strcpy(connection->number, number);
    connect_endpoints(connection);
    connection->next = connections;
    connections = connection;
    return connection;
}

void connections_close(void)
{
    while (connections != NULL)
        connection_close(connections);
}
