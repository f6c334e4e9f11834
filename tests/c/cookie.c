/* The cookies of a DTLS server that stores nothing about a client before it has returned one (RFC 6347, section 4.2.1). */
#include "cookie.h"

#include <gnutls/crypto.h>
#include <gnutls/dtls.h>
#include <string.h>

#include "words.h"

#define KEY_SIZE 32
#define COOKIE_SIZE 16
#define RECORD_HEADER 13
#define HANDSHAKE_HEADER 12
#define IDENTITY_SIZE 34 /* the version and the random number, which all hellos of a handshake have in common */
#define CLIENT_DATA_SIZE (6 + IDENTITY_SIZE)

struct cookie_key {
    unsigned char current[KEY_SIZE];
    unsigned char previous[KEY_SIZE];
    bool rotated;
};

static void new_key(unsigned char *key)
{
    if (gnutls_rnd(GNUTLS_RND_KEY, key, KEY_SIZE) < 0)
        fail_setup("gnutls_rnd", "failed");
}

struct cookie_key *cookie_key_make(void)
{
    struct cookie_key *key = allocate(sizeof(*key));

    new_key(key->current);
    return key;
}

void cookie_key_rotate(struct cookie_key *key)
{
    memcpy(key->previous, key->current, KEY_SIZE);
    key->rotated = true;
    new_key(key->current);
}

static size_t number(const unsigned char *bytes, size_t count)
{
    size_t value = 0;

    while (count-- != 0)
        value = value * 256 + *bytes++;
    return value;
}

/*
 * gnutls_dtls_cookie_verify examines neither the type of the record and the message nor the range of the fragment. Returns the
 * position of the cookie's length, or 0.
 */
static size_t find_cookie(const unsigned char *datagram, size_t length)
{
    const unsigned char *message = datagram + RECORD_HEADER;
    size_t end, at = RECORD_HEADER + HANDSHAKE_HEADER + IDENTITY_SIZE;

    if (length < RECORD_HEADER || datagram[0] != 22 || datagram[1] != 254 || number(datagram + 3, 2) != 0)
        return 0;
    end = RECORD_HEADER + number(datagram + 11, 2);
    if (end > length || end < RECORD_HEADER + HANDSHAKE_HEADER)
        return 0;
    if (message[0] != GNUTLS_HANDSHAKE_CLIENT_HELLO || message[4] != 0 || number(message + 6, 3) != 0 ||
        number(message + 9, 3) > number(message + 1, 3))
        return 0;
    if (RECORD_HEADER + HANDSHAKE_HEADER + number(message + 9, 3) > end)
        return 0;
    end = RECORD_HEADER + HANDSHAKE_HEADER + number(message + 9, 3);
    if (at >= end || datagram[RECORD_HEADER + HANDSHAKE_HEADER] != 254 || datagram[at] > 32)
        return 0;
    at += 1 + datagram[at];
    return at < end && at + 1 + datagram[at] <= end ? at : 0;
}

struct greeting greeting_read(const unsigned char *datagram, size_t length, uint16_t port)
{
    struct greeting greeting = { datagram, length, port, find_cookie(datagram, length) };

    return greeting;
}

/* A cookie is valid for one address and one handshake. */
static void identify(const struct greeting *greeting, unsigned char data[CLIENT_DATA_SIZE])
{
    static const unsigned char host[4] = { 192, 0, 2, 1 };

    memcpy(data, host, sizeof(host));
    data[4] = (unsigned char)(greeting->port >> 8);
    data[5] = (unsigned char)greeting->port;
    memcpy(data + 6, greeting->datagram + RECORD_HEADER + HANDSHAKE_HEADER, IDENTITY_SIZE);
}

bool cookie_verify(const struct cookie_key *key, const struct greeting *greeting, gnutls_session_t session)
{
    unsigned char data[CLIENT_DATA_SIZE];
    int keys = key->rotated ? 2 : 1, i;

    /* GnuTLS logs a cookie of any other length. */
    if (greeting->cookie == 0 || greeting->datagram[greeting->cookie] != COOKIE_SIZE)
        return false;
    identify(greeting, data);
    for (i = 0; i < keys; i++) {
        gnutls_datum_t datum = { (unsigned char *)(i == 0 ? key->current : key->previous), KEY_SIZE };
        gnutls_dtls_prestate_st prestate;

        memset(&prestate, 0, sizeof(prestate));
        if (gnutls_dtls_cookie_verify(&datum, data, sizeof(data), (void *)greeting->datagram, greeting->length,
                                      &prestate) == 0) {
            gnutls_dtls_prestate_set(session, &prestate);
            return true;
        }
    }
    return false;
}

static ssize_t push(gnutls_transport_ptr_t context, const void *bytes, size_t length)
{
    return transport_send(context, bytes, length);
}

size_t cookie_send(const struct cookie_key *key, const struct greeting *greeting, struct transport *transport)
{
    unsigned char data[CLIENT_DATA_SIZE];
    gnutls_datum_t datum = { (unsigned char *)key->current, KEY_SIZE };
    gnutls_dtls_prestate_st prestate;
    int sent;

    if (greeting->cookie == 0)
        return 0;
    identify(greeting, data);
    memset(&prestate, 0, sizeof(prestate));
    /* The answer has the number of the hello's record. */
    prestate.record_seq = greeting->datagram[10];
    sent = gnutls_dtls_cookie_send(&datum, data, sizeof(data), &prestate, transport, push);
    return sent < 0 ? 0 : (size_t)sent;
}
