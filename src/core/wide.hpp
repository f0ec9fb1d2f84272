#pragma once

/// Marks a loop over plain arrays that is worth the machine's wider registers: compiled once for every x86-64 and once
/// for those with AVX2, chosen when the program starts. Both give the same bits: contraction is off
/// (cmake/celadon_room).
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define CELADON_WIDE [[gnu::target_clones("avx2", "default")]]
#else
#define CELADON_WIDE
#endif
