/* The program that a C programmer writes: pairs of sessions in memory, and sessions over sockets. */
#include <gnutls/gnutls.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <errno.h>

/* One direction of a connection in memory. In front of each datagram is its length. */
struct pipe {
	unsigned char *bytes;
	size_t start, end, capacity;
	int datagram;
};

/* The callbacks of a setup: the order is that of `Callback` in case.rs. */
enum callback { CALLBACK_NONE, CALLBACK_HELLO, CALLBACK_IDENTITY, CALLBACK_VERIFIER, CALLBACK_EXTENSION,
		CALLBACK_KEY_LOG };

struct native_setup {
	gnutls_certificate_credentials_t client, server;
	gnutls_priority_t priority;
	gnutls_datum_t ticket_key, saved;
	int datagram;
	enum callback callback;
	/* For the callback that chooses the identity. */
	gnutls_pcert_st chain;
	gnutls_privkey_t key;
};

struct end {
	struct pipe *incoming, *outgoing;
	gnutls_session_t session;
};

struct native_connection {
	struct pipe up, down;
	struct end client, server;
};

static void append(struct pipe *pipe, const void *data, size_t size)
{
	if (pipe->end + size > pipe->capacity) {
		memmove(pipe->bytes, pipe->bytes + pipe->start, pipe->end - pipe->start);
		pipe->end -= pipe->start;
		pipe->start = 0;
		while (pipe->end + size > pipe->capacity)
			pipe->capacity = pipe->capacity ? 2 * pipe->capacity : 4096;
		pipe->bytes = realloc(pipe->bytes, pipe->capacity);
		if (!pipe->bytes)
			abort();
	}
	memcpy(pipe->bytes + pipe->end, data, size);
	pipe->end += size;
}

static ssize_t push(gnutls_transport_ptr_t pointer, const void *data, size_t size)
{
	struct pipe *pipe = ((struct end *)pointer)->outgoing;

	if (pipe->datagram)
		append(pipe, &size, sizeof(size));
	append(pipe, data, size);
	return size;
}

static ssize_t pull(gnutls_transport_ptr_t pointer, void *data, size_t size)
{
	struct end *end = pointer;
	struct pipe *pipe = end->incoming;
	size_t available = pipe->end - pipe->start;

	if (available == 0) {
		gnutls_transport_set_errno(end->session, EAGAIN);
		return -1;
	}
	if (pipe->datagram) {
		memcpy(&available, pipe->bytes + pipe->start, sizeof(available));
		pipe->start += sizeof(available);
	}
	if (size > available)
		size = available;
	memcpy(data, pipe->bytes + pipe->start, size);
	pipe->start += pipe->datagram ? available : size;
	if (pipe->start == pipe->end)
		pipe->start = pipe->end = 0;
	return size;
}

static int pull_timeout(gnutls_transport_ptr_t pointer, unsigned milliseconds)
{
	struct pipe *pipe = ((struct end *)pointer)->incoming;

	(void)milliseconds;
	return pipe->end > pipe->start;
}

static int on_hello(gnutls_session_t session)
{
	(void)session;
	return 0;
}

static int choose_identity(gnutls_session_t session, const struct gnutls_cert_retr_st *request,
			   gnutls_pcert_st **chain, unsigned *length, gnutls_ocsp_data_st **responses,
			   unsigned *responses_length, gnutls_privkey_t *key, unsigned *flags)
{
	struct native_setup *setup = gnutls_session_get_ptr(session);

	(void)request;
	*chain = &setup->chain;
	*length = 1;
	*responses = NULL;
	*responses_length = 0;
	*key = setup->key;
	*flags = 0;
	return 0;
}

static int verify(gnutls_session_t session)
{
	unsigned status;
	int code = gnutls_certificate_verify_peers3(session, "localhost", &status);

	return code < 0 || status ? GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR : 0;
}

static int send_extension(gnutls_session_t session, gnutls_buffer_t buffer)
{
	int code;

	(void)session;
	code = gnutls_buffer_append_data(buffer, "question", 8);
	return code < 0 ? code : 8;
}

static int receive_extension(gnutls_session_t session, const unsigned char *data, size_t size)
{
	(void)session;
	return size == 8 && memcmp(data, "question", 8) == 0 ? 0 : GNUTLS_E_ILLEGAL_PARAMETER;
}

static int log_key(gnutls_session_t session, const char *label, const gnutls_datum_t *secret)
{
	(void)session;
	(void)label;
	(void)secret;
	return 0;
}

void native_setup_free(struct native_setup *setup)
{
	gnutls_pcert_deinit(&setup->chain);
	gnutls_privkey_deinit(setup->key);
	gnutls_certificate_free_credentials(setup->client);
	gnutls_certificate_free_credentials(setup->server);
	gnutls_priority_deinit(setup->priority);
	gnutls_free(setup->ticket_key.data);
	gnutls_free(setup->saved.data);
	free(setup);
}

struct native_setup *native_setup_new(const char *priority, const char *ca, const char *certificate,
				      const char *key, int datagram, int callback, int *code)
{
	gnutls_datum_t file = { NULL, 0 };
	struct native_setup *setup = calloc(1, sizeof(*setup));

	if (!setup)
		abort();
	setup->datagram = datagram;
	setup->callback = callback;
	if ((*code = gnutls_priority_init(&setup->priority, priority, NULL)) < 0 ||
	    (*code = gnutls_certificate_allocate_credentials(&setup->client)) < 0 ||
	    (*code = gnutls_certificate_allocate_credentials(&setup->server)) < 0 ||
	    (*code = gnutls_certificate_set_x509_trust_file(setup->client, ca, GNUTLS_X509_FMT_PEM)) < 0 ||
	    (*code = gnutls_certificate_set_x509_key_file(setup->server, certificate, key,
							  GNUTLS_X509_FMT_PEM)) < 0 ||
	    (*code = gnutls_session_ticket_key_generate(&setup->ticket_key)) < 0)
		goto failed;
	if (callback == CALLBACK_IDENTITY) {
		if ((*code = gnutls_load_file(certificate, &file)) < 0 ||
		    (*code = gnutls_pcert_import_x509_raw(&setup->chain, &file, GNUTLS_X509_FMT_PEM, 0)) < 0)
			goto failed;
		gnutls_free(file.data);
		file.data = NULL;
		if ((*code = gnutls_load_file(key, &file)) < 0 ||
		    (*code = gnutls_privkey_init(&setup->key)) < 0 ||
		    (*code = gnutls_privkey_import_x509_raw(setup->key, &file, GNUTLS_X509_FMT_PEM, NULL, 0)) < 0)
			goto failed;
		gnutls_free(file.data);
		gnutls_certificate_set_retrieve_function3(setup->server, choose_identity);
	}
	return setup;
failed:
	gnutls_free(file.data);
	native_setup_free(setup);
	return NULL;
}

static int install_callback(struct native_setup *setup, gnutls_session_t session, int server)
{
	gnutls_session_set_ptr(session, setup);
	switch (setup->callback) {
	case CALLBACK_HELLO:
		if (server)
			gnutls_handshake_set_post_client_hello_function(session, on_hello);
		break;
	case CALLBACK_VERIFIER:
		if (!server)
			gnutls_session_set_verify_function(session, verify);
		break;
	case CALLBACK_EXTENSION:
		return gnutls_session_ext_register(session, "extension of the program", 65300, GNUTLS_EXT_APPLICATION,
						   server ? receive_extension : NULL, server ? NULL : send_extension,
						   NULL, NULL, NULL,
						   GNUTLS_EXT_FLAG_CLIENT_HELLO | GNUTLS_EXT_FLAG_EE);
	case CALLBACK_KEY_LOG:
		gnutls_session_set_keylog_function(session, log_key);
		break;
	default:
		break;
	}
	return 0;
}

static int open_session(struct native_setup *setup, gnutls_session_t *session, int server, int resume)
{
	unsigned flags = (server ? GNUTLS_SERVER : GNUTLS_CLIENT) | GNUTLS_NONBLOCK;
	int code = gnutls_init(session, flags | (setup->datagram ? GNUTLS_DATAGRAM : 0));

	if (code < 0)
		return code;
	if ((code = install_callback(setup, *session, server)) < 0)
		return code;
	if ((code = gnutls_priority_set(*session, setup->priority)) < 0)
		return code;
	if (server) {
		if ((code = gnutls_credentials_set(*session, GNUTLS_CRD_CERTIFICATE, setup->server)) < 0)
			return code;
		return gnutls_session_ticket_enable_server(*session, &setup->ticket_key);
	}
	if ((code = gnutls_credentials_set(*session, GNUTLS_CRD_CERTIFICATE, setup->client)) < 0 ||
	    (code = gnutls_server_name_set(*session, GNUTLS_NAME_DNS, "localhost", 9)) < 0)
		return code;
	if (setup->callback != CALLBACK_VERIFIER)
		gnutls_session_set_verify_cert(*session, "localhost", 0);
	if (resume && setup->saved.data)
		return gnutls_session_set_data(*session, setup->saved.data, setup->saved.size);
	return 0;
}

static int save(struct native_setup *setup, gnutls_session_t session)
{
	gnutls_free(setup->saved.data);
	setup->saved.data = NULL;
	return gnutls_session_get_data2(session, &setup->saved);
}

void native_close(struct native_connection *connection)
{
	if (connection->client.session)
		gnutls_deinit(connection->client.session);
	if (connection->server.session)
		gnutls_deinit(connection->server.session);
	free(connection->up.bytes);
	free(connection->down.bytes);
	free(connection);
}

static int handshake(struct native_connection *connection)
{
	int client = GNUTLS_E_AGAIN, server = GNUTLS_E_AGAIN;

	while (client != 0 || server != 0) {
		if (client != 0 && (client = gnutls_handshake(connection->client.session)) < 0 &&
		    gnutls_error_is_fatal(client))
			return client;
		if (server != 0 && (server = gnutls_handshake(connection->server.session)) < 0 &&
		    gnutls_error_is_fatal(server))
			return server;
	}
	return 0;
}

/* Connects a pair in memory. */
struct native_connection *native_connect(struct native_setup *setup, int resume, int *code)
{
	struct native_connection *connection = calloc(1, sizeof(*connection));
	struct end *client, *server;

	if (!connection)
		abort();
	client = &connection->client;
	server = &connection->server;
	client->outgoing = server->incoming = &connection->up;
	server->outgoing = client->incoming = &connection->down;
	connection->up.datagram = connection->down.datagram = setup->datagram;
	if ((*code = open_session(setup, &client->session, 0, resume)) < 0 ||
	    (*code = open_session(setup, &server->session, 1, 0)) < 0)
		goto failed;
	gnutls_transport_set_ptr(client->session, client);
	gnutls_transport_set_push_function(client->session, push);
	gnutls_transport_set_pull_function(client->session, pull);
	gnutls_transport_set_pull_timeout_function(client->session, pull_timeout);
	gnutls_transport_set_ptr(server->session, server);
	gnutls_transport_set_push_function(server->session, push);
	gnutls_transport_set_pull_function(server->session, pull);
	gnutls_transport_set_pull_timeout_function(server->session, pull_timeout);
	if ((*code = handshake(connection)) < 0)
		goto failed;
	return connection;
failed:
	native_close(connection);
	return NULL;
}

static ssize_t transfer(gnutls_session_t from, gnutls_session_t to, const void *data, void *buffer, size_t size)
{
	ssize_t done = gnutls_record_send(from, data, size);

	if (done < 0)
		return done;
	do
		done = gnutls_record_recv(to, buffer, size);
	while (done == GNUTLS_E_AGAIN);
	return done;
}

/* Sends one record from the client to the server. Returns its length. */
ssize_t native_transfer(struct native_connection *connection, const void *data, void *buffer, size_t size)
{
	return transfer(connection->client.session, connection->server.session, data, buffer, size);
}

/* Sends one record from the client to the server, which receives it without a copy. Returns its length. */
ssize_t native_transfer_packet(struct native_connection *connection, const void *data, size_t size)
{
	gnutls_packet_t packet;
	gnutls_datum_t received;
	ssize_t done = gnutls_record_send(connection->client.session, data, size);

	if (done < 0)
		return done;
	do
		done = gnutls_record_recv_packet(connection->server.session, &packet);
	while (done == GNUTLS_E_AGAIN);
	if (done > 0) {
		gnutls_packet_get(packet, &received, NULL);
		done = received.size;
		gnutls_packet_deinit(packet);
	}
	return done;
}

/* Sends `count` pieces of `size` bytes from the client to the server as one record. Returns its length. */
ssize_t native_transfer_corked(struct native_connection *connection, const void *data, void *buffer, size_t size,
			       size_t count)
{
	gnutls_session_t from = connection->client.session;
	ssize_t done;
	size_t i;

	gnutls_record_cork(from);
	for (i = 0; i < count; i++)
		if ((done = gnutls_record_send(from, data, size)) < 0)
			return done;
	if ((done = gnutls_record_uncork(from, GNUTLS_RECORD_WAIT)) < 0)
		return done;
	do
		done = gnutls_record_recv(connection->server.session, buffer, size * count);
	while (done == GNUTLS_E_AGAIN);
	return done;
}

/* Reads an authority from PEM text for the verification of servers. */
int native_read_trust(const void *text, size_t size)
{
	gnutls_datum_t datum = { (void *)text, size };
	gnutls_certificate_credentials_t credentials;
	int code = gnutls_certificate_allocate_credentials(&credentials);

	if (code < 0)
		return code;
	code = gnutls_certificate_set_x509_trust_mem(credentials, &datum, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(credentials);
	return code;
}

/* Reads a chain and its key from PEM text, and checks that they belong together. */
int native_read_identity(const void *chain, size_t chain_size, const void *key, size_t key_size)
{
	gnutls_datum_t certificates = { (void *)chain, chain_size }, private_key = { (void *)key, key_size };
	gnutls_certificate_credentials_t credentials;
	int code = gnutls_certificate_allocate_credentials(&credentials);

	if (code < 0)
		return code;
	code = gnutls_certificate_set_x509_key_mem(credentials, &certificates, &private_key, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(credentials);
	return code;
}

/* Verifies the chain of the server once more. */
int native_verify(struct native_connection *connection)
{
	return verify(connection->client.session);
}

/* Sends one byte to the client, which receives the tickets before it, and saves the client's session. */
int native_save(struct native_setup *setup, struct native_connection *connection)
{
	char buffer;
	ssize_t done = transfer(connection->server.session, connection->client.session, "1", &buffer, 1);

	return done < 0 ? done : save(setup, connection->client.session);
}

int native_is_resumed(struct native_connection *connection)
{
	return gnutls_session_is_resumed(connection->client.session);
}

/* Returns the length of the identifier. */
size_t native_id(struct native_connection *connection)
{
	gnutls_datum_t id = { NULL, 0 };

	return gnutls_session_get_id2(connection->client.session, &id) < 0 ? 0 : id.size;
}

/* Opens a session over a connected socket that blocks, and completes the handshake. */
gnutls_session_t native_open(struct native_setup *setup, int descriptor, int server, int *code)
{
	gnutls_session_t session;

	if ((*code = open_session(setup, &session, server, 0)) < 0)
		return NULL;
	gnutls_transport_set_int(session, descriptor);
	do
		*code = gnutls_handshake(session);
	while (*code < 0 && !gnutls_error_is_fatal(*code));
	if (*code == 0)
		return session;
	gnutls_deinit(session);
	return NULL;
}

ssize_t native_read(gnutls_session_t session, void *buffer, size_t size)
{
	ssize_t done;

	do
		done = gnutls_record_recv(session, buffer, size);
	while (done == GNUTLS_E_AGAIN || done == GNUTLS_E_INTERRUPTED);
	return done;
}
