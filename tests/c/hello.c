/* The choice of a server's configuration by the name that its client requests. */
#include "hello.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config.h"
#include "endpoint.h"

#define MAX_CHOICES 8

struct hello_choice {
    struct {
        char *name;
        const struct config *config; /* NULL: refused */
    } choices[MAX_CHOICES];
    size_t count;
};

void hello_free(struct hello_choice *choice)
{
    size_t i;

    if (choice == NULL)
        return;
    for (i = 0; i < choice->count; i++)
        free(choice->choices[i].name);
    free(choice);
}

struct hello_choice *hello_make(const struct words *words, const char *list)
{
    struct hello_choice *choice = allocate(sizeof(*choice));
    char *text = copy_string(list);
    char *rest = NULL;
    char *entry;
    bool missing = false;

    for (entry = strtok_r(text, ",", &rest); entry != NULL; entry = strtok_r(NULL, ",", &rest)) {
        char *colon = strchr(entry, ':');
        const struct config *config = NULL;

        if (colon == NULL || choice->count == MAX_CHOICES)
            fail(words, "choices are NAME:SERVER,... and at most 8");
        *colon = '\0';
        if (strcmp(colon + 1, "refuse") != 0) {
            config = named(SERVER, colon + 1);
            missing |= config == NULL;
        }
        choice->choices[choice->count].name = copy_string(entry);
        choice->choices[choice->count].config = config;
        choice->count++;
    }
    free(text);
    if (missing) {
        hello_free(choice);
        return NULL;
    }
    return choice;
}

/* The unread bytes of a hello. */
struct bytes {
    const unsigned char *data;
    size_t size;
};

/* Takes a vector with a length of this many bytes. It is empty if the length is too great. */
static struct bytes vector(struct bytes *from, size_t length_size)
{
    struct bytes result = { NULL, 0 };
    size_t length = 0;
    size_t i;

    if (from->size < length_size) {
        from->size = 0;
        return result;
    }
    for (i = 0; i < length_size; i++)
        length = length << 8 | from->data[i];
    from->data += length_size;
    from->size -= length_size;
    if (length > from->size) {
        from->size = 0;
        return result;
    }
    result.data = from->data;
    result.size = length;
    from->data += length;
    from->size -= length;
    return result;
}

/* Returns the host name in a client's hello. */
static struct bytes name_of(const gnutls_datum_t *message, bool datagram)
{
    struct bytes rest = { message->data, message->size };
    struct bytes extensions, name = { NULL, 0 };

    if (rest.size < 34)
        return name;
    /* The version and the random. */
    rest.data += 34;
    rest.size -= 34;
    vector(&rest, 1); /* session id */
    if (datagram)
        vector(&rest, 1); /* cookie */
    vector(&rest, 2); /* cipher suites */
    vector(&rest, 1); /* compression methods */
    extensions = vector(&rest, 2);
    while (extensions.size >= 4) {
        unsigned int type = (unsigned int)(extensions.data[0] << 8 | extensions.data[1]);
        struct bytes content;

        extensions.data += 2;
        extensions.size -= 2;
        content = vector(&extensions, 2);
        if (type == 0) {
            struct bytes list = vector(&content, 2);

            if (list.size > 3 && list.data[0] == 0) {
                list.data++;
                list.size--;
                name = vector(&list, 2);
            }
        }
    }
    return name;
}

static int choose(gnutls_session_t session, unsigned int type, unsigned int when, unsigned int incoming,
                  const gnutls_datum_t *message)
{
    struct endpoint *endpoint = gnutls_session_get_ptr(session);
    const struct hello_choice *choice = endpoint->config->hello;
    struct bytes name;
    size_t i;
    int code = 0;

    (void)type;
    (void)when;
    if (!incoming || endpoint->furnished)
        return 0;
    name = name_of(message, endpoint->transport.datagram);
    for (i = 0; i < choice->count; i++) {
        const char *known = choice->choices[i].name;

        if (strlen(known) != name.size || strncasecmp(known, (const char *)name.data, name.size) != 0)
            continue;
        if (choice->choices[i].config == NULL)
            return GNUTLS_E_UNRECOGNIZED_NAME;
        endpoint->config = choice->choices[i].config;
        code = endpoint_prioritize(endpoint, session);
        break;
    }
    return code < 0 ? code : endpoint_furnish(endpoint, session);
}

void hello_watch(gnutls_session_t session)
{
    gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_CLIENT_HELLO, GNUTLS_HOOK_PRE, choose);
}
