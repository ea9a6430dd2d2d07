/* Metropolis as a textbook has it: one byte a spin, sites in order, a table of probabilities, xorshift64*. For each line on the standard input it makes
   `sweeps` sweeps. The greeting tells energies of a small lattice.
   Arguments: side coupling sweeps checkSide */
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
  if (argc != 5) return 2;
  int side = atoi(argv[1]), sweeps = atoi(argv[3]), small = atoi(argv[4]);
  double coupling = atof(argv[2]);
  uint32_t accept[5] = {0};
  for (int cost = 1; cost <= 4; cost++) accept[cost] = (uint32_t)(fmin(1, exp(-2 * coupling * cost)) * 4294967295.0);

  int8_t *s = lattice(small);
  for (int k = 0; k < 2000; k++) sweep(s, small, accept);
  printf("{\"versions\": {\"C\": \"" __VERSION__ "\"}, \"energies\": [");
  for (int k = 0; k < 50; k++) {
    for (int j = 0; j < 200; j++) sweep(s, small, accept);
    printf("%s%.9f", k ? ", " : "", energy(s, small));
  }
  printf("]}\n");
  fflush(stdout);
  free(s);

  s = lattice(side);
  for (int k = 0; k < 20; k++) sweep(s, side, accept);
  for (int c; (c = getchar()) != EOF;) {
    if (c != '\n') continue;
    for (int k = 0; k < sweeps; k++) sweep(s, side, accept);
    printf("%g\n", energy(s, side));
    fflush(stdout);
  }
  return 0;
}
