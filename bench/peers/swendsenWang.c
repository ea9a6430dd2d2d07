/* Swendsen and Wang as a textbook has it: one byte a spin, each bond drawn in turn, clusters by union-find with path halving, xoshiro256+. For each line on
   the standard input it makes `steps` updates. The greeting tells energies of a small lattice.
   Arguments: side coupling steps checkSide */
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
static signed char *spins, *turned;
static int *parent;
static double bond;

static inline int root(int site) {
  while (parent[site] != site) {
    parent[site] = parent[parent[site]];
    site = parent[site];
  }
  return site;
}

static inline void join(int a, int b) {
  if (spins[a] != spins[b] || uniform() >= bond) return;
  a = root(a);
  b = root(b);
  /* the root of a cluster is its lowest site */
  if (a < b) parent[b] = a;
  else parent[a] = b;
}

static void step(void) {
  const int sites = side * side;
  for (int i = 0; i < sites; i++) parent[i] = i;
  for (int y = 0; y < side; y++) {
    const int row = y * side, below = (y + 1 == side ? 0 : y + 1) * side;
    for (int x = 0; x < side; x++) {
      join(row + x, row + (x + 1 == side ? 0 : x + 1));
      join(row + x, below + x);
    }
  }
  for (int i = 0; i < sites; i++) {
    const int at = root(i);
    if (at == i) turned[i] = uniform() < 0.5 ? -1 : 1;
    spins[i] *= turned[at];
  }
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

/* All up, and so many updates from there. */
static int start(int newSide, int steps) {
  side = newSide;
  const size_t sites = (size_t)side * side;
  spins = malloc(sites);
  turned = malloc(sites);
  parent = malloc(sites * sizeof(int));
  if (!spins || !turned || !parent) return 0;
  memset(spins, 1, sites);
  for (int k = 0; k < steps; k++) step();
  return 1;
}

int main(int count, char **words) {
  if (count != 5) return 2;
  bond = 1 - exp(-2 * atof(words[2]));
  const int steps = atoi(words[3]);
  if (!start(atoi(words[4]), 100)) return 1;
  printf("{\"versions\": {\"C\": \"" __VERSION__ "\"}, \"energies\": [");
  for (int k = 0; k < 50; k++) {
    for (int j = 0; j < 30; j++) step();
    printf("%s%.9f", k ? ", " : "", energy());
  }
  printf("]}\n");
  fflush(stdout);
  free(spins);
  free(turned);
  free(parent);
  /* in equilibrium, nearly: what a step costs depends on it */
  if (!start(atoi(words[1]), 20)) return 1;
  for (int c; (c = getchar()) != EOF;) {
    if (c != '\n') continue;
    for (int k = 0; k < steps; k++) step();
    printf("%.9f\n", energy());
    fflush(stdout);
  }
  return 0;
}
