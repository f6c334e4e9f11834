/* Injected faults, each of which a sanitizer of GnuTLS must find. */
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static int shared;

static void *increment(void *unused)
{
	int i;

	for (i = 0; i < 1000; i++)
		shared++;
	return unused;
}

/* GnuTLS reads beyond an allocation. */
static int overflow(void)
{
	unsigned char *one = malloc(4), *other = malloc(4);
	int result;

	memset(one, 1, 4);
	memset(other, 1, 4);
	result = gnutls_memcmp(one, other, 8);
	free(one);
	free(other);
	return result & 0;
}

/* An allocation of GnuTLS is lost. */
static int leak(void)
{
	gnutls_session_t session;

	gnutls_init(&session, GNUTLS_CLIENT);
	memset(&session, 0, sizeof(session));
	return 0;
}

/* Two threads write without a lock. */
static int race(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, increment, NULL);
	increment(NULL);
	pthread_join(thread, NULL);
	return 0;
}

int main(int count, char **words)
{
	const char *fault = count > 1 ? words[1] : "";

	if (strcmp(fault, "overflow") == 0)
		return overflow();
	if (strcmp(fault, "leak") == 0)
		return leak();
	if (strcmp(fault, "race") == 0)
		return race();
	return gnutls_global_init() < 0;
}
