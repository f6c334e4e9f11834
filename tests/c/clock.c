/*
 * The virtual clock: the executable defines the functions of the C library that return the time, and exports them, so that
 * every shared library of the process binds to these. Only conformance_clock_advance moves the clock.
 *
 * The other clocks (monotonic, CPU time) stay real: the watchdog and Rust's standard library use them, GnuTLS does not.
 * With a 64-bit time_t on a 32-bit system the headers map these functions to other symbols, to which a library that was built
 * in the same way binds.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "clock.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <sys/time.h>
#include <time.h>

#if defined(__GLIBC__) && defined(_TIME_BITS) && _TIME_BITS == 64 && defined(__TIMESIZE) && __TIMESIZE == 32
#define REAL_CLOCK_GETTIME "__clock_gettime64"
#else
#define REAL_CLOCK_GETTIME "clock_gettime"
#endif

static long long now = CONFORMANCE_CLOCK_START;
static long milliseconds; /* of the second */
static unsigned long asked;

void conformance_clock_reset(void)
{
    now = CONFORMANCE_CLOCK_START;
    milliseconds = 0;
}

void conformance_clock_advance(long long seconds)
{
    now += seconds;
}

void conformance_clock_wait(long long time)
{
    now += (milliseconds + time) / 1000;
    milliseconds = (long)((milliseconds + time) % 1000);
}

long long conformance_clock_now(void)
{
    return now;
}

unsigned long conformance_clock_asked(void)
{
    return asked;
}

time_t time(time_t *result)
{
    asked++;
    if (result != NULL)
        *result = (time_t)now;
    return (time_t)now;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    (void)zone;
    asked++;
    tv->tv_sec = (time_t)now;
    tv->tv_usec = milliseconds * 1000;
    return 0;
}

int clock_gettime(clockid_t clock, struct timespec *ts)
{
    static int (*real)(clockid_t, struct timespec *);

    if (clock == CLOCK_REALTIME) {
        asked++;
        ts->tv_sec = (time_t)now;
        ts->tv_nsec = milliseconds * 1000000;
        return 0;
    }
    if (real == NULL) {
        void *symbol = dlsym(RTLD_NEXT, REAL_CLOCK_GETTIME);

        if (symbol == NULL) {
            errno = EINVAL;
            return -1;
        }
        *(void **)&real = symbol;
    }
    return real(clock, ts);
}
