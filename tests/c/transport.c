/* The memory transport between two sessions, and the record of its bytes. */
#include "transport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECORD_HEADER 13 /* of a datagram */

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

bool transport_waiting(struct transport *transport)
{
    int bytes = 0;

    if (transport->descriptor) {
        transport_relay(transport);
        if (ioctl(transport->inner, FIONREAD, &bytes) == 0 && bytes > 0)
            return true;
    }
    return transport->inbox.begin < transport->inbox.end;
}

size_t transport_datagrams(const struct transport *transport)
{
    return transport->inbox.message_count - transport->inbox.first_message;
}

unsigned char *transport_datagram(const struct transport *transport, size_t number, size_t *length)
{
    const struct inbox *inbox = &transport->inbox;
    unsigned char *at = inbox->bytes + inbox->begin;
    size_t i;

    if (number == 0 || number > transport_datagrams(transport))
        return NULL;
    for (i = inbox->first_message; --number != 0; i++)
        at += inbox->messages[i];
    *length = inbox->messages[i];
    return at;
}

void transport_select(struct transport *transport, const size_t *numbers, size_t count)
{
    struct transport old = { .inbox = transport->inbox };
    size_t i, length;

    memset(&transport->inbox, 0, sizeof(transport->inbox));
    for (i = 0; i < count; i++) {
        const unsigned char *bytes = transport_datagram(&old, numbers[i], &length);

        if (bytes != NULL)
            deliver(&transport->inbox, bytes, length, true);
    }
    free(old.inbox.bytes);
    free(old.inbox.messages);
}

void transport_truncate(struct transport *transport, size_t number, size_t length)
{
    struct inbox *inbox = &transport->inbox;
    size_t old;
    unsigned char *at = transport_datagram(transport, number, &old);

    if (at == NULL || length >= old)
        return;
    memmove(at + length, at + old, (size_t)(inbox->bytes + inbox->end - (at + old)));
    inbox->end -= old - length;
    inbox->messages[inbox->first_message + number - 1] = length;
}

void transport_inject(struct transport *transport, const void *bytes, size_t length)
{
    deliver(&transport->inbox, bytes, length, true);
}

/* Returns whether the network does this to the next datagram (the generator is xorshift32). */
static bool happens(struct network *network, unsigned int percent)
{
    network->state ^= network->state << 13;
    network->state ^= network->state >> 17;
    network->state ^= network->state << 5;
    return network->state % 100 < percent;
}

/* Carries a datagram to the peer. */
static void carry(struct transport *transport, const void *bytes, size_t length)
{
    struct network *network = &transport->network;
    struct transport *peer = transport->peer;
    bool lost = happens(network, network->lose);
    bool spoilt = happens(network, network->spoil);
    bool repeated = happens(network, network->repeat);
    bool swapped = happens(network, network->swap);
    unsigned char *record = grow(NULL, length);
    size_t count;

    memcpy(record, bytes, length);
    /* The epoch is not 0 once records are encrypted. */
    if (spoilt && length > 5 && (record[3] != 0 || record[4] != 0))
        record[length - 1] ^= 1;
    if (!lost)
        transport_inject(peer, record, length);
    if (!lost && repeated)
        transport_inject(peer, record, length);
    free(record);
    count = transport_datagrams(peer);
    if (!lost && swapped && count > 1) {
        size_t *order = grow(NULL, count * sizeof(*order)), i;

        for (i = 0; i < count; i++)
            order[i] = i + 1;
        order[count - 1] = count - 1;
        order[count - 2] = count;
        transport_select(peer, order, count);
        free(order);
    }
}

/* Accepts everything, always: a push that returns EAGAIN leads GnuTLS into states that no caller can handle. */
static ssize_t push(gnutls_transport_ptr_t context, const void *bytes, size_t length)
{
    struct transport *transport = context;

    if (transport->path != 0 && length > transport->path) {
        transport->rejected = true;
        if (transport->absorbs)
            return (ssize_t)length;
        errno = EMSGSIZE;
        return -1;
    }

    text_add(transport->wire, "%s{", transport->wire->length == 0 ? "" : ",");
    json_name(transport->wire, "from");
    json_string(transport->wire, transport->name);
    json_name(transport->wire, "bytes");
    json_hex(transport->wire, bytes, length);
    text_add(transport->wire, "}");
    if (transport->datagram)
        carry(transport, bytes, length);
    else
        deliver(&transport->peer->inbox, bytes, length, false);
    if (!transport->heard)
        deliver(&transport->first_flight, bytes, length, false);
    *transport->moved += length;
    return (ssize_t)length;
}

/* GnuTLS would complete a record with the next datagram. Returns the length of the records that are complete. */
static size_t whole_records(const unsigned char *datagram, size_t length)
{
    size_t end = 0, next = 0;

    while (next <= length) {
        end = next;
        if (length - end < RECORD_HEADER)
            break;
        next = end + RECORD_HEADER + datagram[end + 11] * 256u + datagram[end + 12];
    }
    return end;
}

ssize_t transport_send(struct transport *transport, const void *bytes, size_t length)
{
    return push(transport, bytes, length);
}

static ssize_t pull(gnutls_transport_ptr_t context, void *buffer, size_t length)
{
    struct transport *transport = context;
    struct inbox *inbox = &transport->inbox;
    size_t there = inbox->end - inbox->begin;

    if (there == 0 && transport->ended)
        return 0;
    if (there == 0 || transport->pause) {
        if (there != 0)
            transport->pause = false;
        transport->blocked = true;
        errno = EAGAIN;
        return -1;
    }
    if (transport->datagram) {
        size_t message = inbox->messages[inbox->first_message++];

        /* As on a socket, the bytes that do not fit are lost. */
        if (length > message)
            length = message;
        *transport->moved += length;
        length = whole_records(inbox->bytes + inbox->begin, length);
        memcpy(buffer, inbox->bytes + inbox->begin, length);
        inbox->begin += message;
        transport->heard = true;
        if (length == 0) {
            errno = EAGAIN;
            return -1;
        }
        return (ssize_t)length;
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

static int small_buffer(int descriptor)
{
    int bytes = 4608;

    return setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

void transport_install_descriptor(gnutls_session_t session, struct transport *transport)
{
    int sockets[2];

    if (!transport->descriptor) {
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sockets) != 0 ||
            small_buffer(sockets[0]) != 0 || small_buffer(sockets[1]) != 0) {
            perror("socketpair");
            exit(2);
        }
        transport->inner = sockets[0];
        transport->outer = sockets[1];
        transport->descriptor = true;
    }
    gnutls_transport_set_int(session, transport->inner);
}

static void take_over(struct transport *transport)
{
    unsigned char bytes[4096];
    ssize_t length;

    while (transport->descriptor && (length = recv(transport->outer, bytes, sizeof(bytes), 0)) > 0)
        push(transport, bytes, (size_t)length);
}

static void hand_over(struct transport *transport)
{
    struct inbox *inbox = &transport->inbox;
    ssize_t length;

    if (!transport->descriptor)
        return;
    while (inbox->begin < inbox->end) {
        length = send(transport->outer, inbox->bytes + inbox->begin, inbox->end - inbox->begin, MSG_NOSIGNAL);
        if (length <= 0)
            return;
        inbox->begin += (size_t)length;
        transport->heard = true;
        *transport->moved += (size_t)length;
    }
    if (transport->ended)
        shutdown(transport->outer, SHUT_WR);
}

void transport_relay(struct transport *transport)
{
    take_over(transport);
    take_over(transport->peer);
    hand_over(transport);
    hand_over(transport->peer);
}

void transport_cut(struct transport *transport)
{
    transport->ended = true;
    transport_relay(transport);
}

bool transport_blocked(gnutls_session_t session, struct transport *transport)
{
    if (!transport->descriptor)
        return transport->blocked;
    return !transport_waiting(transport) && gnutls_record_get_direction(session) == 0;
}

void transport_replay(struct transport *to, const struct transport *from)
{
    deliver(&to->inbox, from->first_flight.bytes, from->first_flight.end, false);
}

void transport_free(struct transport *transport)
{
    if (transport->descriptor) {
        close(transport->inner);
        close(transport->outer);
    }
    free(transport->first_flight.bytes);
    free(transport->inbox.bytes);
    free(transport->inbox.messages);
    memset(transport, 0, sizeof(*transport));
}
