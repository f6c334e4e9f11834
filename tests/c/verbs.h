/* The verbs of scenarios. */
#ifndef CONFORMANCE_VERBS_H
#define CONFORMANCE_VERBS_H

#include "language.h"
#include "words.h"

enum status { DONE, SKIPPED, UNSUPPORTED };

/* The missing feature if a verb returned UNSUPPORTED. */
extern const char *needs;

/* In verbs-setup.c: requires, make, client, server, open, damage, advance, close, observe; in verbs-session.c: set, step,
   handshake, send, recv, rekey, rehandshake, save, bye; the others in the files of their subjects. */
#define VERB(name, least, most) enum status verb_##name(const struct words *words);
VERBS(VERB)
#undef VERB

#endif
