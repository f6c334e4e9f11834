/* The identifier of a session according to C. */
#include <gnutls/gnutls.h>

struct native_identifier {
	const unsigned char *data;                      /* as gnutls_session_get_id2 returns them */
	size_t size;
	unsigned char copy[GNUTLS_MAX_SESSION_ID_SIZE]; /* as gnutls_session_get_id copies them */
	size_t copy_size;
};

/* Returns 0, or the code of the call that failed. */
int native_identifier(gnutls_session_t session, struct native_identifier *out)
{
	gnutls_datum_t id = { NULL, 0 };
	int code = gnutls_session_get_id2(session, &id);

	if (code < 0)
		return code;
	out->data = id.data;
	out->size = id.size;
	out->copy_size = sizeof(out->copy);
	return gnutls_session_get_id(session, out->copy, &out->copy_size);
}
