/* The virtual clock of the conformance drivers. */
#ifndef CONFORMANCE_CLOCK_H
#define CONFORMANCE_CLOCK_H

/* 2025-06-01 00:00:00 UTC, inside the validity of the fixtures. */
#define CONFORMANCE_CLOCK_START 1748736000LL

/* Sets the clock back to its start. */
void conformance_clock_reset(void);

/* Advances the clock by this many seconds. */
void conformance_clock_advance(long long seconds);

/* Advances the clock by this many milliseconds. */
void conformance_clock_wait(long long milliseconds);

/* Returns the time of the clock, in seconds since 1970. */
long long conformance_clock_now(void);

/* Returns the number of calls that read the clock, which shows that the library is bound to it. */
unsigned long conformance_clock_asked(void);

#endif
