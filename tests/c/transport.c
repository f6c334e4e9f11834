/* The memory transport between two sessions, and the record of its bytes. */
#include "transport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* Accepts everything, always: a push that returns EAGAIN leads GnuTLS into states that no caller can handle. */
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
