/* Runs scenarios: one line, one verb, one JSON object. */
#ifndef CONFORMANCE_SCENARIO_H
#define CONFORMANCE_SCENARIO_H

#include <stdio.h>

/* Reads scenarios until the input ends. */
void scenarios_run(FILE *input);

#endif
