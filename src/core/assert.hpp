#pragma once

#include <cstdio>
#include <cstdlib>

/// A broken promise between two pieces of our own code. Never used on input.
#define CELADON_ASSERT(condition)                                                          \
  do {                                                                                     \
    if (!(condition)) {                                                                    \
      std::fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                        \
    }                                                                                      \
  } while (false)
