/* Metropolis as a textbook has it: one byte a spin, sites in order, a table of probabilities, xorshift64*. For each line on the standard input it makes
   `sweeps` sweeps. At the start it checks itself: the mean energy of a small lattice must be the exact one that it is given.
   Arguments: side coupling sweeps checkSide exactEnergy */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 0x9e3779b97f4a7c15;

static inline uint32_t draw(void) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (uint32_t)((state * 0x2545f4914f6cdd1d) >> 32);
}

static void sweep(int8_t *s, int side, const uint32_t *accept) {
  for (int y = 0; y < side; y++) {
    int8_t *row = s + (size_t)y * side;
    const int8_t *up = s + (size_t)(y ? y - 1 : side - 1) * side;
    const int8_t *down = s + (size_t)(y + 1 < side ? y + 1 : 0) * side;
    for (int x = 0; x < side; x++) {
      int field = up[x] + down[x] + row[x ? x - 1 : side - 1] + row[x + 1 < side ? x + 1 : 0];
      int cost = row[x] * field;
      if (cost <= 0 || draw() < accept[cost]) row[x] = -row[x];
    }
  }
}

static double energy(const int8_t *s, int side) {
  long sum = 0;
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      sum += s[(size_t)y * side + x] * (s[(size_t)y * side + (x + 1) % side] + s[(size_t)((y + 1) % side) * side + x]);
  return -(double)sum / ((double)side * side);
}

static int8_t *lattice(int side) {
  int8_t *s = malloc((size_t)side * side);
  memset(s, 1, (size_t)side * side);
  return s;
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  int side = atoi(argv[1]), sweeps = atoi(argv[3]), small = atoi(argv[4]);
  double coupling = atof(argv[2]), exact = atof(argv[5]);
  uint32_t accept[5] = {0};
  for (int cost = 1; cost <= 4; cost++) accept[cost] = (uint32_t)(fmin(1, exp(-2 * coupling * cost)) * 4294967295.0);

  int8_t *s = lattice(small);
  double sum = 0, squares = 0;
  int n = 50;
  for (int k = 0; k < 2000; k++) sweep(s, small, accept);
  for (int k = 0; k < n; k++) {
    for (int j = 0; j < 200; j++) sweep(s, small, accept);
    double e = energy(s, small);
    sum += e;
    squares += e * e;
  }
  double mean = sum / n, error = sqrt((squares / n - mean * mean) / (n - 1));
  if (!(fabs(mean - exact) < 5 * error)) {
    fprintf(stderr, "energy %g +- %g, exact %g\n", mean, error, exact);
    return 1;
  }
  free(s);

  s = lattice(side);
  for (int k = 0; k < 20; k++) sweep(s, side, accept);
  printf("{\"versions\": {\"C\": \"" __VERSION__ "\"}}\n");
  fflush(stdout);
  for (int c; (c = getchar()) != EOF;) {
    if (c != '\n') continue;
    for (int k = 0; k < sweeps; k++) sweep(s, side, accept);
    printf("%g\n", energy(s, side));
    fflush(stdout);
  }
  return 0;
}
