/*
 * Wolff's cluster update from the textbook: a stack, a branch for each neighbour, xoshiro256+ (Blackman & Vigna). The yardstick of bench/cases/clusters.ts.
 *   wolff SIDE COUPLING FLIPS CHECK_SIDE
 * First line out: {"versions": …, "energies": energies per site of a small lattice, about 5 sweeps' worth of flips apart}. Then at least FLIPS flips, and a line with
 * their number, for each line in.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state[4] = {0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 0x2545f4914f6cdd1d};

static inline double uniform(void) {
  const uint64_t result = state[0] + state[3];
  const uint64_t t = state[1] << 17;
  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= t;
  state[3] = (state[3] << 45) | (state[3] >> 19);
  return (double)(result >> 11) * 0x1.0p-53;
}

static int side;
static signed char *spins;
static int *stack;
static double bond;

static long cluster(void) {
  const int sites = side * side;
  const int seed = (int)(uniform() * sites);
  const signed char old = spins[seed];
  long flipped = 0;
  int top = 0;
  spins[seed] = -old;
  stack[top++] = seed;
  while (top > 0) {
    const int site = stack[--top];
    const int x = site % side;
    const int y = site / side;
    const int near[4] = {
      y * side + (x + 1 == side ? 0 : x + 1),
      (y + 1 == side ? 0 : y + 1) * side + x,
      y * side + (x == 0 ? side - 1 : x - 1),
      (y == 0 ? side - 1 : y - 1) * side + x,
    };
    flipped++;
    for (int k = 0; k < 4; k++) {
      if (spins[near[k]] == old && uniform() < bond) {
        spins[near[k]] = -old;
        stack[top++] = near[k];
      }
    }
  }
  return flipped;
}

static long advance(long flips) {
  long flipped = 0;
  while (flipped < flips) flipped += cluster();
  return flipped;
}

static double energy(void) {
  long sum = 0;
  for (int y = 0; y < side; y++) {
    for (int x = 0; x < side; x++) {
      sum += spins[y * side + x] * (spins[y * side + (x + 1) % side] + spins[(y + 1) % side * side + x]);
    }
  }
  return -(double)sum / ((double)side * side);
}

/* All up, and so many sweeps' worth of flips from there. */
static int start(int newSide, long sweeps) {
  side = newSide;
  const long sites = (long)side * side;
  spins = malloc(sites);
  stack = malloc(sites * sizeof(int));
  if (!spins || !stack) return 0;
  memset(spins, 1, sites);
  advance(sweeps * sites);
  return 1;
}

int main(int count, char **words) {
  if (count != 5) return 2;
  bond = 1 - exp(-2 * atof(words[2]));
  const long flips = atol(words[3]);
  if (!start(atoi(words[4]), 30)) return 1;
  /* A number of clusters is fixed in advance: where a number of flips has been reached the last cluster is a large one more often than not. */
  long clusters = 0;
  for (long flipped = 0; flipped < 5L * side * side; clusters++) flipped += cluster();
  printf("{\"versions\": {\"C\": \"%s\"}, \"energies\": [", __VERSION__);
  for (int k = 0; k < 50; k++) {
    for (long j = 0; j < clusters; j++) cluster();
    printf("%s%.9f", k ? ", " : "", energy());
  }
  printf("]}\n");
  fflush(stdout);
  free(spins);
  free(stack);
  if (!start(atoi(words[1]), 30)) return 1;
  while (getchar() != EOF) {
    printf("%ld\n", advance(flips));
    fflush(stdout);
  }
  return 0;
}
