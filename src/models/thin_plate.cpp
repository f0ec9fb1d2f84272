#include "models/thin_plate.hpp"

#include "core/assert.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <utility>

namespace celadon::models {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The thin plate function of a squared distance: r^2 log r / (8 pi); its factor only scales the penalty.
double plate(double square) {
  constexpr double factor = 1.0 / (16.0 * 3.14159265358979323846);
  return square <= 0 ? 0 : factor * square * std::log(square);
}

MatrixXd distances(const VectorXd& x, const VectorXd& y) {
  const Index n = x.size();
  MatrixXd e(n, n);
  for (Index j = 0; j < n; ++j) {
    e(j, j) = 0;
    for (Index i = j + 1; i < n; ++i) {
      const double dx = x(i) - x(j);
      const double dy = y(i) - y(j);
      e(i, j) = e(j, i) = plate(dx * dx + dy * dy);
    }
  }
  return e;
}

/// Numbers in -1..1 that are always the same.
MatrixXd fixed_start(Index rows, Index columns) {
  MatrixXd start(rows, columns);
  std::uint64_t state = 0x9e3779b97f4a7c15U;
  for (Index j = 0; j < columns; ++j) {
    for (Index i = 0; i < rows; ++i) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      start(i, j) = static_cast<double>(static_cast<std::int64_t>(state)) / 9.3e18;
    }
  }
  return start;
}

struct Eigenpairs {
  VectorXd value;
  MatrixXd vector;
};

/// The places of the `wanted` largest by absolute value.
std::vector<Index> largest(const VectorXd& value, Index wanted) {
  std::vector<Index> order(static_cast<std::size_t>(value.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::stable_sort(order, [&](Index a, Index b) { return std::abs(value(a)) > std::abs(value(b)); });
  order.resize(static_cast<std::size_t>(std::min(wanted, value.size())));
  return order;
}

Eigenpairs chosen(const Eigen::SelfAdjointEigenSolver<MatrixXd>& all, Index wanted) {
  const auto order = largest(all.eigenvalues(), wanted);
  Eigenpairs pairs{VectorXd(static_cast<Index>(order.size())),
                   MatrixXd(all.eigenvectors().rows(), static_cast<Index>(order.size()))};
  for (std::size_t k = 0; k < order.size(); ++k) {
    pairs.value(static_cast<Index>(k)) = all.eigenvalues()(order[k]);
    pairs.vector.col(static_cast<Index>(k)) = all.eigenvectors().col(order[k]);
  }
  return pairs;
}

/// Orthonormal columns of `block`, orthogonal to the first `used` columns of q as well; twice, for the last digits.
MatrixXd orthonormal(const MatrixXd& q, Index used, MatrixXd block) {
  for (int again = 0; again < 2; ++again) {
    if (used > 0) block -= q.leftCols(used) * (q.leftCols(used).transpose() * block).eval();
    const Eigen::HouseholderQR<MatrixXd> qr(block);
    block = qr.householderQ() * MatrixXd::Identity(block.rows(), block.cols());
  }
  return block;
}

/// Eigenpairs of the largest absolute eigenvalues of a symmetric matrix: block Lanczos with full orthogonalisation.
/// Blocks, because a ring of directions gives eigenvalues in equal pairs.
Eigenpairs leading(const MatrixXd& e, Index wanted) {
  constexpr Index block = 10;
  const Index n = e.rows();
  const Index largest_space = 5 * wanted;
  if (n <= std::max<Index>(400, largest_space + block))
    return chosen(Eigen::SelfAdjointEigenSolver<MatrixXd>(e), wanted);
  MatrixXd q(n, largest_space + block);
  MatrixXd eq(n, largest_space + block);
  MatrixXd next = orthonormal(q, 0, fixed_start(n, block));
  Index used = 0;
  while (true) {
    q.middleCols(used, block) = next;
    eq.middleCols(used, block).noalias() = e * next;
    used += block;
    const bool full = used + block > largest_space;
    if (full || (used >= 2 * wanted && used % (5 * block) == 0)) {
      const MatrixXd small = q.leftCols(used).transpose() * eq.leftCols(used);
      const MatrixXd even = 0.5 * (small + small.transpose());
      const Eigenpairs inner = chosen(Eigen::SelfAdjointEigenSolver<MatrixXd>(even), wanted);
      Eigenpairs pairs{inner.value, q.leftCols(used) * inner.vector};
      const MatrixXd left = eq.leftCols(used) * inner.vector - pairs.vector * inner.value.asDiagonal();
      const double worst = left.colwise().norm().maxCoeff();
      if (worst <= 1e-9 * std::abs(inner.value(wanted - 1))) return pairs;
      if (full) return chosen(Eigen::SelfAdjointEigenSolver<MatrixXd>(e), wanted);
    }
    next = orthonormal(q, used, eq.middleCols(used - block, block));
  }
}

/// The penalised problem in a basis in which the penalty is diagonal: what each smoothing costs is then a sum.
struct Diagonal {
  VectorXd penalty;   ///< of each of the p coefficients, 0 for planes
  VectorXd response;  ///< z in that basis
  double outside = 0;  ///< sum of squares the basis cannot reach
  double n = 0;

  [[nodiscard]] double freedom(double smoothing) const { return (1 / (1 + smoothing * penalty.array())).sum(); }
  [[nodiscard]] double gcv(double log_smoothing) const {
    const double smoothing = std::exp(log_smoothing);
    const auto shrink = (1 / (1 + smoothing * penalty.array())).eval();
    const double rss = outside + ((1 - shrink) * response.array()).square().sum();
    const double left = n - shrink.sum();
    return n * rss / (left * left);
  }
};

/// The least of gcv: the best of a grid, then golden sections around it.
double best_log_smoothing(const Diagonal& problem) {
  const double scale = problem.penalty.maxCoeff();
  const double low = std::log(1e-12 / scale);
  constexpr int steps = 200;
  const double step = std::log(1e24) / steps;
  int best = 0;
  double least = problem.gcv(low);
  for (int i = 1; i <= steps; ++i) {
    const double score = problem.gcv(low + i * step);
    if (score < least) {
      least = score;
      best = i;
    }
  }
  double a = low + (best - 1) * step;
  double b = low + (best + 1) * step;
  constexpr double golden = 0.6180339887498949;
  for (int i = 0; i < 60; ++i) {
    const double x = b - golden * (b - a);
    const double y = a + golden * (b - a);
    if (problem.gcv(x) < problem.gcv(y))
      b = y;
    else
      a = x;
  }
  return 0.5 * (a + b);
}

/// Places that differ, in the order they come, and which of them each point is at.
struct Knots {
  std::vector<double> x, y;
  std::vector<Index> of_point;
};

/// A place counts once in the basis however many points lie there: all bins of the lowest speed lie at the centre.
Knots knots_of(const ThinPlateData& data) {
  Knots places;
  std::map<std::pair<double, double>, Index> known;
  for (std::size_t i = 0; i < data.x.size(); ++i) {
    const auto [it, fresh] = known.try_emplace({data.x[i], data.y[i]}, static_cast<Index>(places.x.size()));
    if (fresh) {
      places.x.push_back(data.x[i]);
      places.y.push_back(data.y[i]);
    }
    places.of_point.push_back(it->second);
  }
  return places;
}

VectorXd vector_of(std::span<const double> values) {
  return Eigen::Map<const VectorXd>(values.data(), static_cast<Index>(values.size()));
}

}  // namespace

Result<ThinPlate> thin_plate(const ThinPlateData& data, std::size_t basis, std::span<const double> at_x,
                             std::span<const double> at_y) {
  CELADON_ASSERT(data.x.size() == data.y.size() && data.x.size() == data.z.size());
  CELADON_ASSERT(data.x.size() == data.weight.size() && at_x.size() == at_y.size());
  const Knots places = knots_of(data);
  const auto n = static_cast<Index>(places.x.size());
  const auto points = static_cast<Index>(data.x.size());
  const auto p = static_cast<Index>(basis);
  constexpr Index planes = 3;
  if (p <= planes || n < p) {
    return fail(Errc::invalid_value,
                "a smooth surface of " + std::to_string(basis) + " functions needs as many places with values, and "
                    "there are " + std::to_string(n) + ": ask for a smaller basis, or for the bins alone", "basis");
  }
  const double mean_x = vector_of(places.x).mean();
  const double mean_y = vector_of(places.y).mean();
  const VectorXd x = vector_of(places.x).array() - mean_x;
  const VectorXd y = vector_of(places.y).array() - mean_y;
  const Eigenpairs pairs = leading(distances(x, y), p);

  MatrixXd t(n, planes);
  t << VectorXd::Ones(n), x, y;
  // Coefficients whose spline has no plane in it: those orthogonal to U'T.
  const Eigen::HouseholderQR<MatrixXd> constraint(pairs.vector.transpose() * t);
  const MatrixXd all = constraint.householderQ();
  const MatrixXd z = all.rightCols(p - planes);
  const MatrixXd penalty = z.transpose() * pairs.value.asDiagonal() * z;
  MatrixXd of_places(n, p);
  of_places << (pairs.vector * pairs.value.asDiagonal()) * z, t;
  MatrixXd design(points, p);
  for (Index i = 0; i < points; ++i) design.row(i) = of_places.row(places.of_point[static_cast<std::size_t>(i)]);
  // Each column of length 1: the eigenvalues fall over many powers of ten.
  VectorXd length = design.colwise().norm();
  design = design * length.cwiseInverse().asDiagonal();

  const VectorXd root = vector_of(data.weight).cwiseSqrt();
  const MatrixXd weighted = root.asDiagonal() * design;
  const VectorXd response = root.cwiseProduct(vector_of(data.z));
  const Eigen::HouseholderQR<MatrixXd> qr(weighted);
  const MatrixXd r = qr.matrixQR().topRows(p).triangularView<Eigen::Upper>();
  const VectorXd rotated = (qr.householderQ().transpose() * response).head(p);
  MatrixXd full = MatrixXd::Zero(p, p);
  full.topLeftCorner(p - planes, p - planes) = 0.5 * (penalty + penalty.transpose());
  full = length.cwiseInverse().asDiagonal() * full * length.cwiseInverse().asDiagonal();
  // R^-T S R^-1, whose eigenvectors make the problem diagonal.
  const auto upper = r.triangularView<Eigen::Upper>();
  MatrixXd inner = upper.transpose().solve(full);
  inner = upper.transpose().solve(MatrixXd(inner.transpose()));
  const Eigen::SelfAdjointEigenSolver<MatrixXd> turned(0.5 * (inner + inner.transpose()));

  Diagonal problem;
  problem.penalty = turned.eigenvalues().cwiseMax(0.0);
  problem.response = turned.eigenvectors().transpose() * rotated;
  problem.outside = std::max(0.0, response.squaredNorm() - rotated.squaredNorm());
  problem.n = static_cast<double>(points);
  const double chosen_log = best_log_smoothing(problem);
  const double smoothing = std::exp(chosen_log);
  const VectorXd shrunk = problem.response.array() / (1 + smoothing * problem.penalty.array());
  const VectorXd scaled = upper.solve(turned.eigenvectors() * shrunk);
  const VectorXd coefficient = length.cwiseInverse().cwiseProduct(scaled);

  ThinPlate out;
  out.degrees_of_freedom = problem.freedom(smoothing);
  out.log10_smoothing = chosen_log / std::log(10.0);
  out.gcv = problem.gcv(chosen_log);
  const VectorXd spline = pairs.vector * (z * coefficient.head(p - planes));  // a weight for each data point
  const VectorXd plane = coefficient.tail(planes);
  out.value.reserve(at_x.size());
  for (std::size_t i = 0; i < at_x.size(); ++i) {
    const double px = at_x[i] - mean_x;
    const double py = at_y[i] - mean_y;
    double sum = plane(0) + plane(1) * px + plane(2) * py;
    for (Index j = 0; j < n; ++j) {
      const double dx = px - x(j);
      const double dy = py - y(j);
      sum += spline(j) * plate(dx * dx + dy * dy);
    }
    out.value.push_back(sum);
  }
  return out;
}

}  // namespace celadon::models
