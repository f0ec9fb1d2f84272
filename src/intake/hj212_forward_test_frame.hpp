#pragma once

#include "intake/hj212_frame.hpp"

#include <string>

namespace celadon::intake {

/// A data frame for the tests of the forwarder.
inline std::string frame_of(const std::string& mn, const std::string& qn, const std::string& flag = "5",
                            const std::string& cp = "DataTime=20260101000000;w01018-Rtd=1") {
  return make_frame("QN=" + qn + ";ST=32;CN=2011;PW=123456;MN=" + mn + ";" +
                    (flag.empty() ? "" : "Flag=" + flag + ";") + "CP=&&" + cp + "&&");
}

}  // namespace celadon::intake
