/* The memory transport between two sessions, and the record of what went over it. */
#include "transport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *grow(void *memory, size_t size)
{
    void *grown = realloc(memory, size);

    if (grown == NULL) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    return grown;
}

static void deliver(struct inbox *inbox, const void *bytes, size_t length, bool datagram)
{
    if (length == 0)
        return;
    if (inbox->begin == inbox->end)
        inbox->begin = inbox->end = 0;
    if (inbox->end + length > inbox->capacity) {
        inbox->capacity = 2 * (inbox->end + length);
        inbox->bytes = grow(inbox->bytes, inbox->capacity);
    }
    memcpy(inbox->bytes + inbox->end, bytes, length);
    inbox->end += length;
    if (!datagram)
        return;
    if (inbox->first_message == inbox->message_count)
        inbox->first_message = inbox->message_count = 0;
    if (inbox->message_count == inbox->message_capacity) {
        inbox->message_capacity = 2 * inbox->message_count + 8;
        inbox->messages = grow(inbox->messages, inbox->message_capacity * sizeof(*inbox->messages));
    }
    inbox->messages[inbox->message_count++] = length;
}

bool transport_waiting(const struct transport *transport)
{
    return transport->inbox.begin < transport->inbox.end;
}

/* Takes everything, always: a push that reports EAGAIN leads GnuTLS into states that no caller gets right. */
static ssize_t push(gnutls_transport_ptr_t context, const void *bytes, size_t length)
{
    struct transport *transport = context;

    text_add(transport->wire, "%s{", transport->wire->length == 0 ? "" : ",");
    json_name(transport->wire, "from");
    json_string(transport->wire, transport->name);
    json_name(transport->wire, "bytes");
    json_hex(transport->wire, bytes, length);
    text_add(transport->wire, "}");
    deliver(&transport->peer->inbox, bytes, length, transport->datagram);
    if (!transport->heard)
        deliver(&transport->first_flight, bytes, length, false);
    *transport->moved += length;
    return (ssize_t)length;
}

static ssize_t pull(gnutls_transport_ptr_t context, void *buffer, size_t length)
{
    struct transport *transport = context;
    struct inbox *inbox = &transport->inbox;
    size_t there = inbox->end - inbox->begin;

    if (there == 0 || transport->pause) {
        if (there != 0)
            transport->pause = false;
        transport->blocked = true;
        errno = EAGAIN;
        return -1;
    }
    if (transport->datagram) {
        size_t message = inbox->messages[inbox->first_message++];

        /* As on a socket, what does not fit is lost. */
        if (length > message)
            length = message;
        memcpy(buffer, inbox->bytes + inbox->begin, length);
        inbox->begin += message;
    } else {
        if (length > there)
            length = there;
        if (transport->chunk != 0) {
            if (length > transport->chunk)
                length = transport->chunk;
            transport->pause = true;
        }
        memcpy(buffer, inbox->bytes + inbox->begin, length);
        inbox->begin += length;
    }
    transport->heard = true;
    *transport->moved += length;
    return (ssize_t)length;
}

static int pull_timeout(gnutls_transport_ptr_t context, unsigned int milliseconds)
{
    struct transport *transport = context;

    (void)milliseconds;
    if (transport_waiting(transport))
        return 1;
    transport->blocked = true;
    return 0;
}

void transport_install(gnutls_session_t session, struct transport *transport)
{
    gnutls_transport_set_ptr(session, transport);
    gnutls_transport_set_push_function(session, push);
    gnutls_transport_set_pull_function(session, pull);
    gnutls_transport_set_pull_timeout_function(session, pull_timeout);
}

void transport_replay(struct transport *to, const struct transport *from)
{
    deliver(&to->inbox, from->first_flight.bytes, from->first_flight.end, false);
}

void transport_free(struct transport *transport)
{
    free(transport->first_flight.bytes);
    free(transport->inbox.bytes);
    free(transport->inbox.messages);
    memset(transport, 0, sizeof(*transport));
}
