#pragma once

// What a field unit or the host answers to what it was sent (HJ 212-2017 tables 7 and 6). HJ/T 212-2005 has 1, 2, 3 of
// QnRtn and 1, 2, 100 of ExeRtn.

namespace celadon::intake {

/// QnRtn: whether it is taken.
namespace qn_rtn {
inline constexpr int accepted = 1;
inline constexpr int refused = 2;
inline constexpr int wrong_password = 3;
inline constexpr int wrong_mn = 4;
inline constexpr int unknown_command = 8;
inline constexpr int wrong_crc = 9;
}  // namespace qn_rtn

/// ExeRtn: what came of it.
namespace exe_rtn {
inline constexpr int done = 1;
inline constexpr int failed = 2;
inline constexpr int wrong_conditions = 3;
inline constexpr int busy = 5;
inline constexpr int no_data = 100;
}  // namespace exe_rtn

}  // namespace celadon::intake
