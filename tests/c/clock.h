/* The virtual clock of the conformance drivers. */
#ifndef CONFORMANCE_CLOCK_H
#define CONFORMANCE_CLOCK_H

/* 2025-06-01 00:00:00 UTC, inside the validity of the fixtures. */
#define CONFORMANCE_CLOCK_START 1748736000LL

/* Sets the clock back to its start. */
void conformance_clock_reset(void);

/* Moves the clock forward by so many seconds. */
void conformance_clock_advance(long long seconds);

/* What the clock says, in seconds since 1970. */
long long conformance_clock_now(void);

/* How often anything has asked the clock: what proves that the library is bound to it. */
unsigned long conformance_clock_asked(void);

#endif
