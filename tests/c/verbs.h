/* What each verb of a scenario does. */
#ifndef CONFORMANCE_VERBS_H
#define CONFORMANCE_VERBS_H

#include "words.h"

enum status { DONE, SKIPPED, UNSUPPORTED };

/* What is missing where a verb returned UNSUPPORTED. */
extern const char *needs;

/* Verbs that make things ready: verbs-setup.c. */
enum status verb_requires(const struct words *words);
enum status verb_make(const struct words *words);
enum status verb_client(const struct words *words);
enum status verb_server(const struct words *words);
enum status verb_open(const struct words *words);
enum status verb_damage(const struct words *words);
enum status verb_advance(const struct words *words);
enum status verb_close(const struct words *words);
enum status verb_observe(const struct words *words);

/* Verbs that call a session: verbs-session.c. */
enum status verb_set(const struct words *words);
enum status verb_step(const struct words *words);
enum status verb_handshake(const struct words *words);
enum status verb_send(const struct words *words);
enum status verb_recv(const struct words *words);
enum status verb_rekey(const struct words *words);
enum status verb_rehandshake(const struct words *words);
enum status verb_save(const struct words *words);
enum status verb_bye(const struct words *words);

/* Verbs about early data: verbs-early.c. */
enum status verb_early(const struct words *words);
enum status verb_readearly(const struct words *words);
enum status verb_replay(const struct words *words);

/* Verbs about what is sent besides data, and early keys: verbs-messages.c. */
enum status verb_alert(const struct words *words);
enum status verb_heard(const struct words *words);
enum status verb_kernel(const struct words *words);
enum status verb_cut(const struct words *words);
enum status verb_tickets(const struct words *words);
enum status verb_authenticate(const struct words *words);
enum status verb_earlyexport(const struct words *words);
enum status verb_earlynames(const struct words *words);

/* Verbs about records: verbs-record.c. */
enum status verb_packet(const struct words *words);
enum status verb_gather(const struct words *words);
enum status verb_corked(const struct words *words);
enum status verb_hide(const struct words *words);
enum status verb_pad(const struct words *words);
enum status verb_limit(const struct words *words);
enum status verb_sizes(const struct words *words);

/* The verb about heartbeats: verbs-heartbeat.c. */
enum status verb_ping(const struct words *words);

/* Verbs about what there is: verbs-lists.c. */
enum status verb_priority(const struct words *words);
enum status verb_algorithms(const struct words *words);

#endif
