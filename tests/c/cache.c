/* A server's session cache with a maximum number of sessions, which drops the oldest first. */
#include "cache.h"

#include <stdlib.h>
#include <string.h>

#include "words.h"

struct entry {
    unsigned char *key;
    size_t key_size;
    unsigned char *data;
    size_t data_size;
};

/* Oldest first. */
struct cache {
    struct entry *entries;
    size_t count;
    size_t capacity;
};

struct cache *cache_make(size_t capacity)
{
    struct cache *cache = allocate(sizeof(*cache));

    cache->capacity = capacity;
    cache->entries = allocate((capacity + 1) * sizeof(*cache->entries));
    return cache;
}

static void drop(struct cache *cache, size_t i)
{
    free(cache->entries[i].key);
    free(cache->entries[i].data);
    cache->count--;
    memmove(&cache->entries[i], &cache->entries[i + 1], (cache->count - i) * sizeof(*cache->entries));
}

void cache_free(struct cache *cache)
{
    while (cache->count > 0)
        drop(cache, cache->count - 1);
    free(cache->entries);
    free(cache);
}

/* Returns the index of a key, or the count. */
static size_t find(const struct cache *cache, gnutls_datum_t key)
{
    size_t i;

    for (i = 0; i < cache->count; i++) {
        const struct entry *entry = &cache->entries[i];

        if (entry->key_size == key.size && memcmp(entry->key, key.data, key.size) == 0)
            break;
    }
    return i;
}

static unsigned char *copy(gnutls_datum_t datum)
{
    return memcpy(allocate(datum.size + 1), datum.data, datum.size);
}

static int store(void *context, gnutls_datum_t key, gnutls_datum_t data)
{
    struct cache *cache = context;
    size_t i = find(cache, key);

    if (i < cache->count)
        drop(cache, i);
    cache->entries[cache->count].key = copy(key);
    cache->entries[cache->count].key_size = key.size;
    cache->entries[cache->count].data = copy(data);
    cache->entries[cache->count].data_size = data.size;
    cache->count++;
    if (cache->count > cache->capacity)
        drop(cache, 0);
    return 0;
}

/* GnuTLS frees the result with gnutls_free. */
static gnutls_datum_t retrieve(void *context, gnutls_datum_t key)
{
    struct cache *cache = context;
    gnutls_datum_t result = { NULL, 0 };
    size_t i = find(cache, key);

    if (i < cache->count) {
        result.data = gnutls_malloc(cache->entries[i].data_size);
        if (result.data != NULL) {
            result.size = (unsigned int)cache->entries[i].data_size;
            memcpy(result.data, cache->entries[i].data, result.size);
        }
    }
    return result;
}

static int forget(void *context, gnutls_datum_t key)
{
    struct cache *cache = context;
    size_t i = find(cache, key);

    if (i == cache->count)
        return -1;
    drop(cache, i);
    return 0;
}

void cache_install(gnutls_session_t session, struct cache *cache)
{
    gnutls_db_set_ptr(session, cache);
    gnutls_db_set_store_function(session, store);
    gnutls_db_set_retrieve_function(session, retrieve);
    gnutls_db_set_remove_function(session, forget);
}
