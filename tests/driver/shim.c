/* The identifier of a session of the Rust driver, read by C. */
#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

struct native_identifier {
	int code;                    /* of gnutls_session_get_id2 */
	const unsigned char *data;   /* as it returned them */
	size_t size;
	int query_code;              /* of gnutls_session_get_id without a buffer */
	size_t query;
	int exact_code;              /* with a buffer of exactly that size */
	unsigned char exact[GNUTLS_MAX_SESSION_ID_SIZE];
	size_t exact_size;
	int short_code;              /* with a buffer one byte short; 0 if the size is 0 */
};

void conformance_identifier(gnutls_session_t session, struct native_identifier *out)
{
	gnutls_datum_t id2 = { NULL, 0 };
	unsigned char small[GNUTLS_MAX_SESSION_ID_SIZE];
	size_t size = 0;

	memset(out, 0, sizeof(*out));
	out->code = gnutls_session_get_id2(session, &id2);
	out->data = id2.data;
	out->size = id2.size;

	out->query_code = gnutls_session_get_id(session, NULL, &size);
	out->query = size;
	if (size > sizeof(out->exact))
		return;

	out->exact_size = size;
	out->exact_code = gnutls_session_get_id(session, out->exact, &out->exact_size);
	if (out->query > 0) {
		size = out->query - 1;
		out->short_code = gnutls_session_get_id(session, small, &size);
	}
}

const char *conformance_error_name(int code)
{
	return gnutls_strerror_name(code);
}

/* Returns whether bytes can be read from a socket. */
int conformance_waiting(int descriptor)
{
	int bytes = 0;

	return ioctl(descriptor, FIONREAD, &bytes) == 0 && bytes > 0;
}

/* Limits the send buffer of a socket. */
int conformance_small_buffer(int descriptor)
{
	int bytes = 4608;

	return setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}
