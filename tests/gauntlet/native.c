/* The program that a C programmer writes, over a transport of the caller: the results that the safe crate must have too. */
#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* The transport, in wire.rs: a count, or the negative number of an error. */
ssize_t gauntlet_send(void *end, const void *data, size_t size);
ssize_t gauntlet_receive(void *end, void *data, size_t size);
int gauntlet_can_receive(void *end);

/* The options of a setup: the order is that of `Options` in native.rs. */
struct options {
	const char *priority;
	gnutls_datum_t authority, server_chain, server_key, client_chain, client_key;
	int datagram, client_certificate, psk, early_data;
};

struct setup {
	struct options options;
	gnutls_certificate_credentials_t client, server;
	gnutls_psk_client_credentials_t psk_client;
	gnutls_psk_server_credentials_t psk_server;
	gnutls_priority_t priority;
	gnutls_datum_t ticket_key, saved;
	gnutls_anti_replay_t anti_replay;
};

struct session {
	gnutls_session_t session;
	void *end;
};

static ssize_t push(gnutls_transport_ptr_t pointer, const void *data, size_t size)
{
	struct session *session = pointer;
	ssize_t result = gauntlet_send(session->end, data, size);

	if (result >= 0)
		return result;
	gnutls_transport_set_errno(session->session, -result);
	return -1;
}

static ssize_t pull(gnutls_transport_ptr_t pointer, void *data, size_t size)
{
	struct session *session = pointer;
	ssize_t result = gauntlet_receive(session->end, data, size);

	if (result >= 0)
		return result;
	gnutls_transport_set_errno(session->session, -result);
	return -1;
}

static int pull_timeout(gnutls_transport_ptr_t pointer, unsigned milliseconds)
{
	(void)milliseconds;
	return gauntlet_can_receive(((struct session *)pointer)->end);
}

static int find_key(gnutls_session_t session, const char *name, gnutls_datum_t *key)
{
	(void)session;
	(void)name;
	key->data = gnutls_malloc(16);
	if (!key->data)
		return -1;
	memset(key->data, 7, 16);
	key->size = 16;
	return 0;
}

/* Accepts each ClientHello: every session has a setup of its own. */
static int remember_hello(void *store, time_t expires, const gnutls_datum_t *key, const gnutls_datum_t *data)
{
	(void)store;
	(void)expires;
	(void)key;
	(void)data;
	return 0;
}

void native_setup_free(struct setup *setup)
{
	gnutls_certificate_free_credentials(setup->client);
	gnutls_certificate_free_credentials(setup->server);
	gnutls_psk_free_client_credentials(setup->psk_client);
	gnutls_psk_free_server_credentials(setup->psk_server);
	gnutls_priority_deinit(setup->priority);
	gnutls_anti_replay_deinit(setup->anti_replay);
	gnutls_free(setup->ticket_key.data);
	gnutls_free(setup->saved.data);
	free(setup);
}

/* The texts of the options live as long as the setup. */
struct setup *native_setup_new(const struct options *options, int *code)
{
	struct setup *setup = calloc(1, sizeof(*setup));
	gnutls_datum_t key = { (void *)"0707070707070707"
				       "0707070707070707",
			       32 };

	if (!setup)
		abort();
	setup->options = *options;
	if ((*code = gnutls_priority_init(&setup->priority, options->priority, NULL)) < 0 ||
	    (*code = gnutls_certificate_allocate_credentials(&setup->client)) < 0 ||
	    (*code = gnutls_certificate_allocate_credentials(&setup->server)) < 0 ||
	    (*code = gnutls_psk_allocate_client_credentials(&setup->psk_client)) < 0 ||
	    (*code = gnutls_psk_allocate_server_credentials(&setup->psk_server)) < 0 ||
	    (*code = gnutls_psk_set_client_credentials(setup->psk_client, "client", &key, GNUTLS_PSK_KEY_HEX)) < 0 ||
	    (*code = gnutls_certificate_set_x509_trust_mem(setup->client, &options->authority, GNUTLS_X509_FMT_PEM)) < 0 ||
	    (*code = gnutls_certificate_set_x509_trust_mem(setup->server, &options->authority, GNUTLS_X509_FMT_PEM)) < 0 ||
	    (*code = gnutls_certificate_set_x509_key_mem(setup->server, &options->server_chain, &options->server_key,
							 GNUTLS_X509_FMT_PEM)) < 0 ||
	    (options->client_certificate &&
	     (*code = gnutls_certificate_set_x509_key_mem(setup->client, &options->client_chain, &options->client_key,
							  GNUTLS_X509_FMT_PEM)) < 0) ||
	    (*code = gnutls_anti_replay_init(&setup->anti_replay)) < 0 ||
	    (*code = gnutls_session_ticket_key_generate(&setup->ticket_key)) < 0) {
		native_setup_free(setup);
		return NULL;
	}
	gnutls_psk_set_server_credentials_function(setup->psk_server, find_key);
	gnutls_anti_replay_set_add_function(setup->anti_replay, remember_hello);
	return setup;
}

static int configure(struct setup *setup, gnutls_session_t session, int server, int resume)
{
	int code = gnutls_priority_set(session, setup->priority);

	if (code < 0)
		return code;
	if (setup->options.psk) {
		void *credentials = server ? (void *)setup->psk_server : (void *)setup->psk_client;

		if ((code = gnutls_credentials_set(session, GNUTLS_CRD_PSK, credentials)) < 0)
			return code;
	}
	if (server) {
		if ((code = gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, setup->server)) < 0)
			return code;
		if (setup->options.client_certificate) {
			gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
			gnutls_session_set_verify_cert(session, NULL, 0);
		}
		if (setup->options.early_data) {
			gnutls_anti_replay_enable(session, setup->anti_replay);
			if ((code = gnutls_record_set_max_early_data_size(session, 4096)) < 0)
				return code;
		}
		return gnutls_session_ticket_enable_server(session, &setup->ticket_key);
	}
	if ((code = gnutls_server_name_set(session, GNUTLS_NAME_DNS, "localhost", 9)) < 0)
		return code;
	if (!setup->options.psk) {
		if ((code = gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, setup->client)) < 0)
			return code;
		gnutls_session_set_verify_cert(session, "localhost", 0);
	}
	if (resume && setup->saved.data)
		return gnutls_session_set_data(session, setup->saved.data, setup->saved.size);
	return 0;
}

void native_session_free(struct session *session)
{
	if (session->session)
		gnutls_deinit(session->session);
	free(session);
}

struct session *native_session_new(struct setup *setup, int server, int resume, void *end, int *code)
{
	struct session *session = calloc(1, sizeof(*session));
	unsigned flags = (server ? GNUTLS_SERVER : GNUTLS_CLIENT) | GNUTLS_NONBLOCK;

	if (!session)
		abort();
	session->end = end;
	if (setup->options.datagram)
		flags |= GNUTLS_DATAGRAM;
	if (setup->options.early_data)
		flags |= GNUTLS_ENABLE_EARLY_DATA;
	if ((*code = gnutls_init(&session->session, flags)) < 0 ||
	    (*code = configure(setup, session->session, server, resume)) < 0) {
		native_session_free(session);
		return NULL;
	}
	gnutls_transport_set_ptr(session->session, session);
	gnutls_transport_set_push_function(session->session, push);
	gnutls_transport_set_pull_function(session->session, pull);
	gnutls_transport_set_pull_timeout_function(session->session, pull_timeout);
	return session;
}

int native_handshake(struct session *session)
{
	return gnutls_handshake(session->session);
}

ssize_t native_send(struct session *session, const void *data, size_t size)
{
	return gnutls_record_send(session->session, data, size);
}

ssize_t native_receive(struct session *session, void *data, size_t size)
{
	return gnutls_record_recv(session->session, data, size);
}

int native_close(struct session *session)
{
	return gnutls_bye(session->session, GNUTLS_SHUT_WR);
}

int native_update_key(struct session *session, int request)
{
	return gnutls_session_key_update(session->session, request ? GNUTLS_KU_PEER : 0);
}

ssize_t native_send_early(struct session *session, const void *data, size_t size)
{
	return gnutls_record_send_early_data(session->session, data, size);
}

ssize_t native_receive_early(struct session *session, void *data, size_t size)
{
	return gnutls_record_recv_early_data(session->session, data, size);
}

int native_is_fatal(int code)
{
	return gnutls_error_is_fatal(code);
}

int native_alert(struct session *session)
{
	return gnutls_alert_get(session->session);
}

/* Reports a fatal error to the peer. */
void native_send_alert(struct session *session, int code)
{
	int tries;

	for (tries = 0; tries < 16; tries++)
		if (gnutls_alert_send_appropriate(session->session, code) != GNUTLS_E_AGAIN)
			break;
}

int native_is_resumed(struct session *session)
{
	return gnutls_session_is_resumed(session->session);
}

/* Saves a client's session for the next one. */
int native_save(struct setup *setup, struct session *session)
{
	gnutls_free(setup->saved.data);
	setup->saved.data = NULL;
	return gnutls_session_get_data2(session->session, &setup->saved);
}
